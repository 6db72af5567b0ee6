/** All mutations that the rules make of the sources. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import type { SourceFile } from 'typescript';
import type { Edit, Kind, Mutation } from './mutation.ts';
import { derivatives } from './rules/derivatives.ts';
import { bodies, defaults } from './rules/library.ts';
import { arithmetic, conditions, sourceOf } from './rules/typescript.ts';

interface Ground {
  readonly kind: Kind;
  /** Of 400 mutations, how many are of this kind. */
  readonly share: number;
  readonly files: readonly string[];
  readonly edits: (text: string, file: string) => readonly Edit[];
}

const ofSource =
  (...rules: readonly ((source: SourceFile) => readonly Edit[])[]): Ground['edits'] =>
  (text, file) => {
    const source = sourceOf(file, text);
    return rules.flatMap((rule) => rule(source));
  };

/** Files that are made of others are no sources. */
const made = ['!**/index.ts', '!runtime/kernels/scalar/functions.ts'];

const grounds: readonly Ground[] = [
  {
    kind: 'derivative',
    share: 80,
    files: ['compiler/ops/*.ts', 'compiler/ops/rules/*.ts'],
    edits: ofSource(derivatives),
  },
  {
    kind: 'pass',
    share: 90,
    files: ['compiler/passes/**/*.ts', 'compiler/ops/rules/{loop,residuals,scan-vjp,sum-to}.ts'],
    edits: ofSource(conditions),
  },
  {
    kind: 'recorder',
    share: 50,
    files: [
      'compiler/targets/recorded/*.ts',
      'runtime/kernels/*.ts',
      'runtime/kernels/memory/*.ts',
      'runtime/kernels/{cpu,webgpu}/recorded.ts',
      'runtime/kernels/wasm/{recorded,addresses}.ts',
    ],
    edits: ofSource(conditions, arithmetic),
  },
  {
    kind: 'kernel',
    share: 80,
    files: [
      'runtime/kernels/{wasm,cpu,webgpu,scalar,tfjs}/**/*.ts',
      '!runtime/kernels/{wasm,cpu,webgpu}/{recorded,addresses}.ts',
    ],
    edits: ofSource(conditions, arithmetic),
  },
  { kind: 'default', share: 40, files: ['grammar/std/**/*.nn'], edits: defaults },
  { kind: 'body', share: 60, files: ['grammar/std/**/*.nn'], edits: bodies },
];

/** A file with all that may be done to it. */
export interface Target {
  readonly file: string;
  readonly text: string;
  readonly mutations: readonly Mutation[];
}

export type Population = readonly (Ground & { readonly targets: readonly Target[] })[];

export const population = (root: string): Population =>
  grounds.map((ground) => ({
    ...ground,
    targets: globSync([...ground.files, ...made], { cwd: root })
      .sort()
      .map((file) => {
        const text = readFileSync(join(root, file), 'utf8');
        return {
          file,
          text,
          mutations: ground.edits(text, file).map((each): Mutation => ({ kind: ground.kind, file, ...each })),
        };
      }),
  }));
