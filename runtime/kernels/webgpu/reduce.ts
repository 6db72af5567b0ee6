/** What is joined along axes, and what is found along one. */
import { sizeOf } from '../buffer.ts';
import type { View } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { axesFrom, collapse, stridesOf } from '../layout.ts';
import type { Axis } from '../layout.ts';
import {
  groupKernel,
  groupSize,
  kernel,
  loadFloat,
  nest,
  offsetsAt,
  place,
  storeFloat,
  storeInteger,
} from './kernel.ts';
import type { Kernel, Lines } from './kernel.ts';
import { acrossLanes } from './map.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

/** So many elements to a result, of fewer results than so many, are joined by a workgroup. */
const many = 128;
const fewResults = 4096;

const count = (axes: readonly Axis[]): number => axes.reduce((total, { size }) => total * size, 1);

export function reduce({ reduce: name, x, axes, out }: Of<'reduce'>): readonly Kernel[] {
  if (out.shape.includes(0)) return [];
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const toOut = stridesOf(kept).map((stride, axis) => (axes.includes(axis) ? 0 : stride));
  const merged = collapse(axesFrom(x.shape, [x.strides, toOut]));
  const isReduced = ({ strides }: Axis): boolean => strides[1] === 0;
  const outer = merged.filter((axis) => !isReduced(axis));
  const reduced = merged.filter(isReduced);
  const identity = { sum: '0f', max: '-infinity()', min: 'infinity()' }[name];
  const join = (lines: Lines, total: string, at: string): void => {
    const value = lines.let(loadFloat(at));
    lines.add(
      name === 'sum'
        ? `${total} += ${value};`
        : `${total} = ${name === 'max' ? 'greater_of' : 'less_of'}(${total}, ${value});`,
    );
  };
  const results = count(outer);
  const elements = count(reduced);
  if (elements >= many && results < fewResults) {
    return [
      groupKernel(results, [x, out], (lines) => {
        const [from = '', to = ''] = offsetsAt(lines, outer, 'group', [place(0), place(1)]);
        const total = lines.variable(identity);
        lines.loop('lane', elements, groupSize, (index, inside) => {
          const [at = ''] = offsetsAt(inside, reduced, index, [from]);
          join(inside, total, at);
        });
        const whole = acrossLanes(lines, name, total);
        lines.when('lane == 0', (inside) => inside.add(storeFloat(to, whole)));
      }),
    ];
  }
  return [
    kernel(results, [x, out], (lines) => {
      const [from = '', to = ''] = offsetsAt(lines, outer, 'id', [place(0), place(1)]);
      const total = lines.variable(identity);
      if (elements > 0) nest(lines, reduced, [from], (inside, [at = '']) => join(inside, total, at));
      lines.add(storeFloat(to, total));
    }),
  ];
}

/** Lines along an axis, by what stands before and behind it. */
function linesOf(x: View, axis: number, inOut: readonly number[]) {
  const kept = (of: readonly number[]) => of.filter((_, i) => i !== axis);
  return {
    n: x.shape[axis] ?? 1,
    step: x.strides[axis] ?? 0,
    lines: collapse(axesFrom(kept(x.shape), [kept(x.strides), inOut])),
    count: sizeOf(kept(x.shape)),
  };
}

export function argreduce({ reduce: name, x, axis, out }: Of<'argreduce'>): readonly Kernel[] {
  if (out.shape.includes(0)) return [];
  const { n, step, lines: all, count: results } = linesOf(x, axis, out.strides);
  return [
    kernel(results, [x, out], (lines) => {
      const [from = '', to = ''] = offsetsAt(lines, all, 'id', [place(0), place(1)]);
      const best = lines.variable(loadFloat(from));
      const found = lines.variable('0');
      lines.loop('1', n, 1, (index, inside) => {
        const value = inside.let(loadFloat(`${from} + ${index} * ${step}`));
        inside.when(`${value} ${name === 'max' ? '>' : '<'} ${best}`, (better) => {
          better.add(`${best} = ${value};`);
          better.add(`${found} = ${index};`);
        });
      });
      lines.add(storeInteger(to, found));
    }),
  ];
}

export function cumsum({ x, axis, reverse, out }: Of<'cumsum'>): readonly Kernel[] {
  if (out.shape.includes(0)) return [];
  const inOut = out.strides.filter((_, i) => i !== axis);
  const { n, step, lines: all, count: results } = linesOf(x, axis, inOut);
  return [
    kernel(results, [x, out], (lines) => {
      const [from = '', to = ''] = offsetsAt(lines, all, 'id', [place(0), place(1)]);
      const total = lines.variable('0f');
      lines.loop('0', n, 1, (index, inside) => {
        const at = inside.let(reverse ? `${n - 1} - ${index}` : index);
        inside.add(`${total} += ${loadFloat(`${from} + ${at} * ${step}`)};`);
        inside.add(storeFloat(`${to} + ${at} * ${out.strides[axis] ?? 1}`, total));
      });
    }),
  ];
}

/** Each number goes where so many come before it: of equals the first, and what is no number last. */
export function argsort({ x, axis, out }: Of<'argsort'>): readonly Kernel[] {
  if (out.shape.includes(0)) return [];
  const inOut = out.strides.filter((_, i) => i !== axis);
  const { n, step, lines: all, count: results } = linesOf(x, axis, inOut);
  return [
    kernel(results * n, [x, out], (lines) => {
      const own = lines.let(`id % ${n}`);
      const [from = '', to = ''] = offsetsAt(lines, all, lines.let(`id / ${n}`), [place(0), place(1)]);
      const key = lines.let(loadFloat(`${from} + ${own} * ${step}`));
      const before = lines.variable('0');
      lines.loop('0', n, 1, (index, inside) => {
        const other = inside.let(loadFloat(`${from} + ${index} * ${step}`));
        const isLess = `(!is_nan(${other}) && (is_nan(${key}) || ${other} < ${key}))`;
        const isEqual = `(${other} == ${key} || (is_nan(${other}) && is_nan(${key})))`;
        inside.add(`${before} += select(0, 1, ${isLess} || (${isEqual} && ${index} < ${own}));`);
      });
      lines.add(storeInteger(`${to} + ${before} * ${out.strides[axis] ?? 1}`, own));
    }),
  ];
}
