/** A saved model and the spec that it came from: what has changed since is told, and what no longer fits is refused. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import { folderWith, runModel, xor } from '../cli/nnc.ts';

const spec = `hyper lr = 1.0\n${xor.replace('lr=1.0', 'lr=lr').replace('epochs=1000', 'epochs=20')}`;
const folder = folderWith({ 'm.nn': spec });
const nnc = (...argv: readonly string[]) => runModel(folder, argv);
const change = (from: string, to: string): void => writeFileSync(join(folder, 'm.nn'), spec.replace(from, to));

describe('a spec that has changed since the training', () => {
  beforeAll(async () => {
    expect((await nnc('train', 'm.nn')).code).toBe(0);
  });

  it('is no matter while it has not', async () => {
    change('', '');
    expect(await nnc('eval', 'm.nn')).toMatchObject({ code: 0, err: '' });
    expect(await nnc('predict', 'm.nn')).toMatchObject({ code: 0, err: '' });
  });

  it.each(['eval', 'predict'])('is told by %s, line by line, where the weights still fit', async (command) => {
    change('sigmoid; layer', 'relu; layer');
    const { code, err, out } = await nnc(command, 'm.nn');
    expect(code).toBe(0);
    expect(out).not.toBe('');
    expect(err).toBe(
      [
        'warning[NN5014]: m.nn has changed since runs/m was trained; its weights, columns and `prep` are of then:',
        '  4 - layer dense 2 sigmoid; layer dense 1; loss bce; optim sgd lr=lr',
        '  4 + layer dense 2 relu; layer dense 1; loss bce; optim sgd lr=lr',
        '',
      ].join('\n'),
    );
  });

  it('is refused where they no longer fit, with what has changed', async () => {
    change('dense 2', 'dense 3');
    const { code, err, out } = await nnc('eval', 'm.nn');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^error\[NN5004\]: /);
    expect(err).toContain('dense.kernel has shape [2, 2]');
    expect(err).toContain('  4 + layer dense 3 sigmoid');
    expect(err.match(/NN\d{4}/g)).toEqual(['NN5004']);
  });

  it('may be one of other settings', async () => {
    change('', '');
    const { code, err } = await nnc('eval', 'm.nn', '--set', 'lr=0.5');
    expect([code, err]).toEqual([
      0,
      'warning[NN5014]: m.nn is set otherwise than when runs/m was trained; its weights, columns and `prep` are of then:\n  lr: not set then, 0.5 now\n',
    ]);
  });

  it('of which the text is not known is told all the same', async () => {
    const path = join(folder, 'runs/m/manifest.json');
    const before = readFileSync(path, 'utf8');
    const manifest = JSON.parse(before);
    delete manifest.source.text;
    writeFileSync(path, JSON.stringify(manifest));
    change('sigmoid; layer', 'relu; layer');
    expect((await nnc('eval', 'm.nn')).err).toMatch(/^warning\[NN5014\]: m\.nn has changed .* of then\n$/);
    writeFileSync(path, before);
  });

  it.each([
    [NaN, 'eval'],
    [Infinity, 'predict'],
  ])('weights that are %f are refused by %s', async (bad, command) => {
    change('', '');
    const path = join(folder, 'runs/m/weights.safetensors');
    const { tensors } = readSafetensors(readFileSync(path), path);
    const [kernel] = [...tensors.values()].map(({ data }) => data);
    if (kernel !== undefined) kernel[1] = bad;
    writeFileSync(join(folder, 'bad.safetensors'), writeSafetensors(tensors));
    const { code, err, out } = await nnc(command, 'm.nn', '--weights', 'bad.safetensors');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('error[NN5013]: `dense.kernel` in bad.safetensors: 1 of 4 numbers is not finite');
  });
});
