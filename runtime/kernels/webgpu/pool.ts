/** Pooling: each channel over windows. The maximum is the first of equals, row-major; NaN is greater than all else. */
import { sizeOf } from '../buffer.ts';
import type { View } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { axesFrom, stridesOf } from '../layout.ts';
import { placeStrides, tapStrides } from '../windows.ts';
import { kernel, loadFloat, nest, offsetsAt, place, storeFloat } from './kernel.ts';
import type { Kernel, Lines } from './kernel.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

interface Windows {
  readonly x: View;
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
}

/** All windows [n, ...o, c], by where they begin in x. */
const windowsIn = ({ x, stride }: Windows, pooled: View) =>
  axesFrom(pooled.shape, [[...placeStrides(x.shape, stride), 1]]);

const tapsIn = ({ x, size, dilation }: Windows) => axesFrom(size, [tapStrides(x.shape, dilation)]);

export function pool(windows: Of<'pool'>): readonly Kernel[] {
  const { x, reduce, out } = windows;
  if (out.shape.includes(0)) return [];
  return [
    kernel(sizeOf(out.shape), [x, out], (lines) => {
      const [from = ''] = offsetsAt(lines, windowsIn(windows, out), 'id', [place(0)]);
      const total = lines.variable(reduce === 'sum' ? '0f' : '-infinity()');
      nest(lines, tapsIn(windows), [from], (inside, [at = '']) =>
        inside.add(
          reduce === 'sum' ? `${total} += ${loadFloat(at)};` : `${total} = greater_of(${total}, ${loadFloat(at)});`,
        ),
      );
      lines.add(storeFloat(`${place(1)} + id`, total));
    }),
  ];
}

/** How far behind its beginning the maximum of a window lies. */
function greatest(lines: Lines, windows: Windows, from: string): string {
  const best = lines.variable('-infinity()');
  const found = lines.variable('0');
  nest(lines, tapsIn(windows), ['0'], (inside, [tap = '']) => {
    const value = inside.let(loadFloat(`${from} + ${tap}`));
    inside.when(`!is_nan(${best}) && (is_nan(${value}) || ${value} > ${best})`, (better) => {
      better.add(`${best} = ${value};`);
      better.add(`${found} = ${tap};`);
    });
  });
  return found;
}

export function poolGather(windows: Of<'poolGather'>): readonly Kernel[] {
  const { x, v, out } = windows;
  if (out.shape.includes(0)) return [];
  return [
    kernel(sizeOf(out.shape), [x, v, out], (lines) => {
      const [from = ''] = offsetsAt(lines, windowsIn(windows, out), 'id', [place(0)]);
      const found = greatest(lines, windows, from);
      lines.add(storeFloat(`${place(2)} + id`, loadFloat(`${from} - ${place(0)} + ${place(1)} + ${found}`)));
    }),
  ];
}

/** An invocation for each element of x: it asks each window that it is in whether it is its maximum. */
export function poolScatter(windows: Of<'poolScatter'>): readonly Kernel[] {
  const { x, dy, out, size, stride, dilation } = windows;
  if (out.shape.includes(0)) return [];
  const strides = stridesOf(x.shape);
  const ofDy = stridesOf(dy.shape);
  const steps = placeStrides(x.shape, stride);
  return [
    kernel(sizeOf(out.shape), [x, dy, out], (lines) => {
      const index = x.shape.map((n, axis) => lines.let(`(id / ${strides[axis] ?? 1}) % ${n}`));
      const total = lines.variable('0f');
      const channel = index.at(-1) ?? '0';
      const begin = lines.let(`${place(0)} + ${index[0]} * ${strides[0]} + ${channel}`);
      const place0 = lines.let(`${place(1)} + ${index[0]} * ${ofDy[0]} + ${channel}`);
      const walk = (at: Lines, axis: number, window: string, cotangent: string, tap: string): void => {
        if (axis === size.length) {
          const found = greatest(at, windows, window);
          at.when(`${found} == ${tap}`, (own) => own.add(`${total} += ${loadFloat(cotangent)};`));
          return;
        }
        const [step, apart, places] = [stride[axis] ?? 1, dilation[axis] ?? 1, dy.shape[axis + 1] ?? 1];
        at.loop('0', size[axis] ?? 1, 1, (t, inside) => {
          const reach = inside.let(`${index[axis + 1]} - ${t} * ${apart}`);
          inside.when(`${reach} >= 0 && ${reach} % ${step} == 0 && ${reach} / ${step} < ${places}`, (within) => {
            const o = within.let(`${reach} / ${step}`);
            walk(
              within,
              axis + 1,
              within.let(`${window} + ${o} * ${steps[axis + 1] ?? 0}`),
              within.let(`${cotangent} + ${o} * ${ofDy[axis + 1] ?? 0}`),
              within.let(`${tap} + ${t} * ${(strides[axis + 1] ?? 0) * apart}`),
            );
          });
        });
      };
      walk(lines, 0, begin, place0, '0');
      lines.add(storeFloat(`${place(2)} + id`, total));
    }),
  ];
}
