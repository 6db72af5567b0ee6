/** What `predict` and `evaluate` both compute: one function of the file, which both go on from. */
import { describe, expect, it } from 'vitest';
import { emitted } from './compiled.ts';

const HEAD = 'input z: f32[4]; input x: f32[4] in -2..2; target y: f32[1]\n';
const DEEP =
  'layer dense 4 relu as a; layer dense 4 relu; layer dense 4 relu; layer dense 4 relu; layer dense 4 relu as b\n';

/** What each of the three functions says, however the lines are broken. */
function functionsOf(body: string) {
  const text = emitted(`${HEAD}${body}; optim sgd\n`, 'm.nn')
    .replace(/ *\/\/.*/g, '')
    .replace(/\s+/g, ' ');
  const of = (name: string): string =>
    new RegExp(`function ${name}\\((.*?) } (?:/\\*\\*|export)`).exec(text)?.[1] ?? '';
  return { infer: of('infer'), predict: of('predict'), evaluate: of('evaluate') };
}

const count = (text: string, part: string): number => text.split(part).length - 1;

describe('what both compute', () => {
  it('stands once, and is asked for nothing but inputs', () => {
    const { infer, predict, evaluate } = functionsOf(`${DEEP}layer dense 1; loss mse`);
    expect(infer).toContain("k: K, p: P, { x }: Pick<Batch, 'x'>");
    expect(count(infer, 'k.matmul')).toBe(6);
    expect(predict).toContain('const dense_3 = infer(k, p, { x }); return { predict: dense_3 };');
    expect(evaluate).toContain('const dense_3 = infer(k, p, { x });');
    expect(count(predict + evaluate, 'k.matmul')).toBe(0);
  });

  it('gives each what it reads, and the other one no more', () => {
    const { infer, predict, evaluate } = functionsOf(`${DEEP}layer dense 1; loss mse; predict b`);
    expect(infer).toContain('return b;');
    expect(predict).toContain('const b = infer(k, p, { x }); return { predict: b };');
    expect(evaluate).toContain('const b = infer(k, p, { x }); const dense_3 = k.matmul(b, ');
  });

  it('gives several values by their names', () => {
    const { infer, predict, evaluate } = functionsOf(`${DEEP}layer dense 1; loss mse; predict first=a last=b`);
    expect(infer).toContain('return { a, b };');
    expect(predict).toContain('const { a, b } = infer(k, p, { x }); return { first: a, last: b };');
    expect(evaluate).toContain('const { b } = infer(k, p, { x });');
  });

  it('leaves to each what the other does not need', () => {
    const rest = 'it = it + z; layer dense 1 as last; loss mse; predict p=last q=relu(z)';
    const { infer, predict, evaluate } = functionsOf(`${DEEP}${rest}`);
    expect(infer).toContain("{ z, x }: Pick<Batch, 'z' | 'x'>");
    expect(infer).not.toContain('k.map(relu');
    expect(predict).toContain('k.map(relu, [z])');
    expect(evaluate).not.toContain('relu');
  });

  it('is no function where that is no shorter', () => {
    expect(functionsOf('layer dense 4 relu; layer dense 1; loss mse').infer).toBe('');
    expect(functionsOf('layer dense 4; repeat 20 { layer dense 4 relu }; layer dense 1; loss mse').infer).toBe('');
  });

  it('is given the batch for its size alone, where no element of it is read', () => {
    const deep = 'weight w: [6, 1]; it = w; layer dense 4; layer dense 4 tanh; layer dense 4 relu; layer dense 1\n';
    const spread = 'layer maxpool 6; h = reshape(it, [1])';
    const { infer, predict, evaluate } = functionsOf(`${deep}${spread}; loss mse h y`);
    expect(infer).toContain('const [B = 0] = z.shape;');
    expect(predict).toContain('infer(k, p, { z })');
    expect(evaluate).toContain('k: K, p: P, n: N, { z, y }: Batch) { const [B = 0] = z.shape;');
    expect(evaluate).toContain('infer(k, p, { z })');
  });

  it('ends where the two take different ways', () => {
    const { infer, predict, evaluate } = functionsOf(`${DEEP}layer dense 1 as s; loss mse; predict tanh(s)`);
    expect(infer).toContain('return b;');
    expect(predict).toContain('tanh');
    expect(evaluate).toContain('k.matmul(b, p.s.kernel');
  });
});
