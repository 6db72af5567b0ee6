/** Mutations that change nothing that can be noticed, each with the reason. */
import { lineOf } from './mutation.ts';
import type { Mutation } from './mutation.ts';
import type { Population } from './population.ts';

export interface Equivalent {
  readonly file: string;
  /** The line that is changed, without what stands before and behind it. */
  readonly line: string;
  /** What becomes of it, as the run prints it. */
  readonly changes: readonly string[];
  readonly why: string;
}

export function equivalentTo(mutation: Mutation, text: string): Equivalent | undefined {
  const { line, change } = lineOf(mutation, text);
  return equivalents.find((each) => each.file === mutation.file && each.line === line && each.changes.includes(change));
}

/** Entries of the list that are about no mutation any more, in part or as a whole. */
export function stale(population: Population): readonly Equivalent[] {
  const known = new Set(
    population.flatMap(({ targets }) =>
      targets
        .filter(({ file }) => equivalents.some((each) => each.file === file))
        .flatMap(({ file, text, mutations }) =>
          mutations.map((mutation) => {
            const { line, change } = lineOf(mutation, text);
            return [file, line, change].join('\0');
          }),
        ),
    ),
  );
  return equivalents.filter(
    ({ file, line, changes }) => !changes.every((change) => known.has([file, line, change].join('\0'))),
  );
}

export const equivalents: readonly Equivalent[] = [
  {
    file: 'compiler/ops/rules/sum-to.ts',
    line: "return lead === 0 ? summed : b.apply('reshape', [summed], { shape }, name);",
    changes: ['lead === 0: never'],
    why: 'a reshape to the same shape is gone by a theorem',
  },
  {
    file: 'compiler/ops/global_norm.ts',
    line: 'const ratio = where(greater(norm, 0), div(dy, norm), 0);',
    changes: ['greater(norm, 0) → norm'],
    why: 'a norm is never below 0, and what is not 0 is chosen as what is above',
  },
  {
    file: 'runtime/kernels/wasm/instances.ts',
    line: 'const kept = 64;',
    changes: ['kept = 64: 63'],
    why: 'one instance less is kept for the next trainer, which makes it anew',
  },
  {
    file: 'compiler/passes/features.ts',
    line: "const replaced = new Set(graph.outputs.flatMap(({ role, name }) => (role === 'state' ? [name] : [])));",
    changes: ["role === 'state': always"],
    why: 'no other output is called by the path of a state',
  },
  {
    file: 'runtime/kernels/scalar/sigmoid.ts',
    line: 'js: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),',
    changes: ['x >= 0: >'],
    why: 'both forms give ½ at 0',
  },
  {
    file: 'runtime/kernels/wasm/device.ts',
    line: 'const keptKernels = 4096;',
    changes: ['keptKernels = 4096: 4097'],
    why: 'a kernel more is kept before the oldest goes and is made anew',
  },
  {
    file: 'runtime/kernels/wasm/relaxed.ts',
    line: 'const code = f.encode(v128.store(i32.const(0), f32x4.relaxedMadd(one, one, one)));',
    changes: ['i32.const(0): 1'],
    why: 'what is asked is only whether the code is valid: it never runs',
  },
  {
    file: 'runtime/kernels/wasm/across.ts',
    line: 'return e.let(join(pairs, v128.shuffle(pairs, pairs, [2, 3, 0, 1])));',
    changes: ['[2, 3, 0, 1]: 2'],
    why: 'both lanes of a pair hold the same',
  },
  {
    file: 'runtime/kernels/scalar/tanh.ts',
    line: 'return v128.bitselect(small, signed, f32x4.lt(size, e.floats(0.625)));',
    changes: ['f32x4.lt(size, e.floats(0.625)): le'],
    why: 'where the two ways meet, each is as exact as the other',
  },
  {
    file: 'runtime/kernels/wasm/pieces.ts',
    line: 'const shortest = 1024;',
    changes: ['shortest = 1024: 1023'],
    why: 'about how many steps a piece has is a matter of speed, and one less is as good',
  },
  {
    file: 'runtime/kernels/takes.ts',
    line: '(isUnit(b, -1) || isUnit(b, -2)) && isUnit(out, -1) && (bias === undefined || isPacked(bias));',
    changes: ['(isUnit(b, -1) || isUnit(b, -2)) && isUnit(out, -1) → (isUnit(b, -1) || isUnit(b, -2))'],
    why: 'what a product is written into is a part of a concatenation, whose rows lie in a row',
  },
  {
    file: 'runtime/kernels/scalar/log.ts',
    line: 'const smallestNormal = 2 ** -126;',
    changes: ['2 ** -126: 1'],
    why: 'to multiply by 2²³ and to take 23 from the exponent is exact for normal numbers too',
  },
  {
    file: 'compiler/passes/simplify/spreading.ts',
    line: "if (node.op !== 'reshape' || from === undefined || to === undefined || from.length >= to.length) return false;",
    changes: ['from.length >= to.length: >'],
    why: 'a reshape to the same shape is gone before, by a theorem of its own',
  },
  {
    file: 'grammar/std/initialisers/orthogonal.nn',
    line: 'if rows >= cols { it = gain * reshape(orthonormal(normal([rows, cols])), shape) }',
    changes: [' if rows > cols { it = gain * reshape(orthonormal(normal([rows, cols])), shape) '],
    why: 'the transpose of a square orthonormal matrix is one, and as likely',
  },
];
