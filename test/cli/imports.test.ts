/** Definitions in files of their own, from the shell: found beside the file that imports them, and part of the spec. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, nnc, read, runModel } from './nnc.ts';

const blocks = (by: number): string => `import "./inner/fns.nn"\ndef layer scaled() { it = times(it, ${by}) }\n`;
const model = `import "../parts/blocks.nn"
input x: f32[2]; target y: f32[1]
layer scaled; layer dense 1
loss mse; optim sgd lr=0.1
data inline [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 2]]
train epochs=1 batch=4
`;

function folder(): string {
  const root = folderWith({});
  for (const path of ['models', 'parts/inner']) mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, 'models/sum.nn'), model);
  writeFileSync(join(root, 'parts/blocks.nn'), blocks(3));
  writeFileSync(join(root, 'parts/inner/fns.nn'), 'def fn times(x, n: number) = n * x\n');
  return root;
}

describe('imports', () => {
  it('are found beside the file that names them, from any folder', async () => {
    const root = folder();
    const built = await nnc(root, 'build', 'models/sum.nn');
    expect(built.code).toBe(0);
    expect(read(root, 'models/sum.nn.ts')).toContain('mul(3, ');
    const inside = await nnc(join(root, 'models'), 'build', '--check', 'sum.nn');
    expect(inside.code).toBe(0);
  });

  it('that change make what was built stale, and what was trained another model', { timeout: 60_000 }, async () => {
    const root = folder();
    await nnc(root, 'build', 'models/sum.nn');
    await runModel(root, ['train', 'models/sum.nn']);
    writeFileSync(join(root, 'parts/blocks.nn'), blocks(4));
    expect((await nnc(root, 'build', '--check', 'models/sum.nn')).code).toBe(1);
    expect((await runModel(root, ['eval', 'models/sum.nn'])).err).toContain('changed');
  });

  it('are shown where they are mistaken, by their paths from here', async () => {
    const root = folder();
    writeFileSync(join(root, 'parts/inner/fns.nn'), 'def fn times(x, n: number) = n * y\n');
    const { code, err, out } = await nnc(root, 'check', 'models/sum.nn', 'parts/blocks.nn');
    expect(code).toBe(1);
    expect(err + out).toContain('parts/inner/fns.nn:1:');
    expect(err + out).toContain('models/sum.nn:1:8');
    expect(err + out).toContain('parts/blocks.nn:1:8');
  });

  it.each([
    ['a folder', '../parts', 'is a folder'],
    ['nothing', '../parts/block.nn', 'there is no file'],
  ])('of %s are mistakes of the spec', async (_, path, message) => {
    const root = folder();
    writeFileSync(join(root, 'models/sum.nn'), model.replace('../parts/blocks.nn', path));
    const { code, err, out } = await nnc(root, 'build', 'models/sum.nn');
    expect(code).toBe(1);
    expect(err + out).toContain(message);
  });
});
