/** `nnc check --grad` from the shell. */
import { describe, expect, it } from 'vitest';
import { folderWith, nnc } from './nnc.ts';

const spec = (middle: string): string =>
  `input x: f32[3]; target y: f32[1]\nlayer dense 4 tanh\n${middle}layer dense 1\nloss mse; optim sgd\n`;

describe('nnc check --grad', () => {
  const folder = folderWith({
    'right.nn': spec(''),
    'stopped.nn': spec('it = it + stop_gradient(2 * it)\n'),
    'wrong.nn': spec('layer dens 4\n'),
    'defs.nn': 'def fn sq(x) = x^2\n',
  });

  it('shows both derivatives of each parameter', async () => {
    const { code, err } = await nnc(folder, 'check', '--grad', 'right.nn');
    expect(code).toBe(0);
    expect(err).toContain('along a random direction of each parameter, on 3 random rows');
    const figures = [...err.matchAll(/^ {2}(\S+\.\S+) +(\S+) +(\S+)$/gm)];
    expect(figures.map(([, path]) => path)).toEqual(['dense.kernel', 'dense.bias', 'dense_1.kernel', 'dense_1.bias']);
    for (const [, , derivative, difference] of figures)
      expect(Number(derivative) / Number(difference)).toBeCloseTo(1, 5);
  });

  it('warns of what is stopped, and fails where warnings do', async () => {
    const { code, err } = await nnc(folder, 'check', '--grad', 'stopped.nn');
    expect(code).toBe(0);
    expect(err).toMatch(/warning\[NN6015\]: the gradient of dense\.kernel and dense\.bias stops/);
    expect(err).toMatch(/stopped\.nn:3:11/);
    expect(err).toMatch(/dense\.kernel .* wrong/);
    expect((await nnc(folder, 'check', '--grad', '--warn-as-error', 'stopped.nn')).code).toBe(1);
  });

  it('says the same to programs', async () => {
    const { code, out, err } = await nnc(folder, 'check', '--grad', '--format', 'json', 'stopped.nn');
    expect([code, err]).toEqual([0, '']);
    expect(JSON.stringify(JSON.parse(out))).toContain('NN6015');
  });

  it('leaves mistaken specs and files of definitions to the check', async () => {
    const { code, err } = await nnc(folder, 'check', '--grad', 'wrong.nn', 'defs.nn');
    expect(code).toBe(1);
    expect(err).toContain('there is no layer `dens`');
    expect(err).not.toContain('gradients');
  });
});
