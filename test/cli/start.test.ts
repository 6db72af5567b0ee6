/** How the command starts: from the code that V8 made of its program before, and well without it. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith, spawnNnc, xor } from './nnc.ts';

const root = join(import.meta.dirname, '../..');

/** The package as it lies in dist/, where nobody has run it. */
function installed(): string {
  const folder = folderWith({ 'xor.nn': xor });
  mkdirSync(join(folder, 'dist'));
  for (const path of ['package.json', 'dist/nnc.js', 'dist/program.cjs'])
    copyFileSync(join(root, path), join(folder, path));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

const run = (folder: string, ...argv: readonly string[]) =>
  spawnNnc(folder, argv, { program: join(folder, 'dist/nnc.js') });
const keptIn = (folder: string): readonly string[] =>
  readdirSync(join(folder, 'dist')).filter((name) => !['nnc.js', 'program.cjs'].includes(name));

const id = createHash('sha256')
  .update(readFileSync(join(root, 'dist/program.cjs')))
  .digest('hex')
  .slice(0, 16);
/** Of this program and no other, for this Node and no other. */
const name = `program-${id}-${process.version}-${process.arch}.code`;

it('keeps the code of a command that has gone through the compiler, and runs from it as without', async () => {
  const folder = installed();
  for (const argv of [['--version'], ['fmt', 'xor.nn'], ['build', 'none.nn']]) await run(folder, ...argv);
  expect(keptIn(folder)).toEqual([]);
  const first = await run(folder, 'build', 'xor.nn', '--out-dir', 'first');
  expect([first.code, keptIn(folder)]).toEqual([0, [name]]);
  const kept = readFileSync(join(folder, 'dist', name));
  const second = await run(folder, 'build', 'xor.nn', '--out-dir', 'second');
  expect([second.code, second.err]).toEqual([0, first.err.replace('first', 'second')]);
  const [one, other] = ['first', 'second'].map((out) => readFileSync(join(folder, out, 'xor.nn.ts'), 'utf8'));
  expect(other).toBe(one);
  expect(one).toContain('∂bce/∂');
  expect(readFileSync(join(folder, 'dist', name))).toEqual(kept);
});

it('runs where V8 refuses what is kept, and leaves it', async () => {
  const folder = installed();
  writeFileSync(join(folder, 'dist', name), 'no code');
  const { code, err } = await run(folder, 'train', 'xor.nn');
  expect([code, err.includes('runs/xor')]).toEqual([0, true]);
  expect([keptIn(folder), readFileSync(join(folder, 'dist', name), 'utf8')]).toEqual([[name], 'no code']);
});

it('runs where nothing can be kept', async () => {
  const folder = installed();
  mkdirSync(join(folder, 'dist', name));
  expect((await run(folder, 'build', 'xor.nn')).code).toBe(0);
  expect(keptIn(folder)).toEqual([name]);
});
