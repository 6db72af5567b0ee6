/**
 * What the passes make of whole specs, in figures: the instructions of a step by kind, the elements that they read and
 * write, and the bytes of the arena. A change of when something is fused, copied, kept, put in order or computed again
 * shows here, be the result the same.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { stepPrograms } from '../../compiler/targets/recorded/training.ts';
import type { Program } from '../../runtime/kernels/program.ts';
import { callsIn, reads, writes } from '../../runtime/kernels/instruction.ts';
import type { View } from '../../runtime/kernels/buffer.ts';
import { heldBy } from '../../runtime/kernels/wasm/held.ts';
import { sampled } from '../amounts.ts';
import { library } from '../library.ts';
import { smallSpecs } from '../specs/small-specs.ts';
import type { SmallSpec } from '../specs/small-specs.ts';

const root = join(import.meta.dirname, '../..');

const files = ['specs', 'test/grammar/contract'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.nn'))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') })),
);

const specs: readonly SmallSpec[] = [...files, ...smallSpecs];

const sizeOf = (views: readonly View[]): number =>
  views.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);

function figures(program: Program): string {
  const calls = callsIn(program.instructions);
  const counts = new Map<string, number>();
  for (const { kind } of calls) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const kinds = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `${count} ${kind}`);
  const moved = calls.reduce((sum, call) => sum + sizeOf(reads(call)) + sizeOf(writes(call)), 0);
  return `${kinds.join(', ')}; ${moved} elements moved, ${heldBy(program).arena} bytes`;
}

function linesOf({ name, text }: SmallSpec): readonly string[] {
  const { program } = compile({ file: `${name}.nn`, text }, { version: '0', library });
  if (program === undefined) return [];
  const rows = program.model.train.batch;
  const steps = program.training.flatMap((entry) => {
    const of = [entry.phase.name, entry.step.name].filter((each) => each !== undefined).join('.');
    const programs = stepPrograms(program, entry, rows).programs.map(figures);
    return programs.map((each) => `  ${of === '' ? '' : `${of}: `}${each}`);
  });
  return [`${name}, ${rows} rows`, ...steps];
}

const golden = join(import.meta.dirname, 'goldens/figures.txt');

/** With UPDATE=1 the file is written anew. */
test('the steps of specs', { timeout: 600_000 }, () => {
  const update = process.env['UPDATE'] === '1';
  const made = (update ? specs : sampled(specs, 4))
    .map((spec) => linesOf(spec).join('\n'))
    .filter((text) => text !== '');
  if (update) writeFileSync(golden, `${made.join('\n')}\n`);
  const known = new Map(
    readFileSync(golden, 'utf8')
      .trimEnd()
      .split(/\n(?! )/)
      .map((text) => [text.split('\n')[0], text]),
  );
  expect(made).toEqual(made.map((text) => known.get(text.split('\n')[0])));
  if (made.length === specs.length) expect(known.size).toBe(made.length);
});
