/** Sums are linear: what is constant along their axes leaves them, and what is known to sum to zero goes. */
import type { Node, Shape, Value } from '../../ir/types.ts';
import { loweringOf } from '../../ir/traits.ts';
import { axesOf } from '../../ops/rules/axes.ts';
import { sameShape } from '../../ops/rules/broadcast.ts';
import { besides, factorsOf } from './factors.ts';
import type { Factor } from './factors.ts';
import { isConstantAlong, isMeanOf, sumsToZero } from './means.ts';
import type { Rule, Site, Sum } from './site.ts';

export const sums: readonly Rule[] = [
  {
    theorem: 'Σ c · (x − mean x) → 0, c constant along the axes of the mean',
    derivative: true,
    ops: ['sum'],
    apply: (s) => {
      const sum = sumAt(s.node);
      return sum !== undefined && sumsToZero(s, sum.x, sum.axes) ? s.fill(0) : undefined;
    },
  },
  {
    theorem: 'Σ (a ± b) → Σ a, where Σ b = 0',
    derivative: true,
    condition: 'not row by row, where b is at hand, and its rounding does not sum to zero',
    ops: ['sum'],
    apply: (s) => {
      const sum = sumAt(s.node);
      const terms = s.operands(sum?.x, 'add', 'sub');
      if (sum === undefined || terms === undefined || isOfRows(sum)) return undefined;
      const { op, a, b } = terms;
      if (!sameShape(a.type.shape, b.type.shape)) return undefined;
      if (sumsToZero(s, b, sum.axes)) return s.rebuild('sum', [a], s.attrs);
      if (!sumsToZero(s, a, sum.axes)) return undefined;
      const rest = s.build('sum', [b], s.attrs);
      return op === 'add' ? rest : s.rebuild('neg', [rest]);
    },
  },
  {
    theorem: 'Σ c · x → c · Σ x, where Σ x is made already, c constant along the axes',
    derivative: true,
    ops: ['sum'],
    apply: (s) => {
      const sum = sumAt(s.node);
      if (sum === undefined) return undefined;
      const product = factorsOf(s, sum.x, () => true);
      for (const known of sumsMade(s, sum, varying(product.all, sum))) {
        const outside = besides(product.all, known.factors.all);
        if (outside === undefined || varying(outside, sum).length > 0) continue;
        const whole = outside.reduce((total, factor) => scaled(s, total, factor, sum), known.value);
        return s.asResult(product.minus === known.factors.minus ? whole : s.build('neg', [whole]));
      }
      return undefined;
    },
  },
  {
    theorem: 'Σ −x → −Σ x',
    derivative: true,
    condition: 'nothing else needs −x, or x is at hand',
    ops: ['sum'],
    apply: (s) => {
      const sum = sumAt(s.node);
      const x = s.of('neg', sum?.x);
      if (sum === undefined || x === undefined || !isFree(s, sum, x)) return undefined;
      return s.rebuild('neg', [s.build('sum', [x], s.attrs)]);
    },
  },
  {
    theorem: 'Σ c · x → c · Σ x and Σ x / c → (Σ x) / c, c constant along the axes',
    derivative: true,
    condition: 'nothing else needs c · x, or x is at hand',
    ops: ['sum'],
    apply: (s) => {
      const sum = sumAt(s.node);
      const product = s.operands(sum?.x, 'mul', 'div');
      if (sum === undefined || product === undefined) return undefined;
      const { op, a, b } = product;
      const taken = (x: Value, c: Value): Value | undefined => {
        if (!isConstantAlong(c, sum.axes, sum.shape) || !sameShape(x.type.shape, sum.shape)) return undefined;
        if (!isFree(s, sum, x)) return undefined;
        const total = s.build('sum', [x], s.attrs);
        return s.asResult(scaled(s, total, { value: c, below: op === 'div' }, sum));
      };
      return taken(a, b) ?? (op === 'mul' ? taken(b, a) : undefined);
    },
  },
  {
    theorem: '(x ± y) − mean x → (x − mean x) ± y',
    derivative: true,
    condition: 'nothing else reads x ± y: what all x share goes before it can round y away',
    ops: ['sub'],
    apply: (s) => {
      const [sum, mean] = s.node.inputs;
      const terms = s.operands(sum, 'add', 'sub');
      if (sum === undefined || mean === undefined || terms === undefined || !s.readOnce(sum)) return undefined;
      const { op, a: x, b: y } = terms;
      if (isMeanOf(s, mean, x)) return s.rebuild(op, [s.build('sub', [x, mean]), y]);
      if (op === 'sub' || !isMeanOf(s, mean, y)) return undefined;
      return s.rebuild('add', [x, s.build('sub', [y, mean])]);
    },
  },
];

/** What is summed, and how. */
interface Summing {
  readonly x: Value;
  readonly shape: Shape;
  readonly axes: readonly number[];
  readonly keepdims: boolean;
}

/** The sum that a node is, over some axes of a tensor. */
function sumAt({ op, inputs: [x], attrs }: Node): Summing | undefined {
  if (op !== 'sum' || x?.type.dtype !== 'f32') return undefined;
  const { shape } = x.type;
  const axes = axesOf(attrs, shape.length);
  return 'misfit' in axes ? undefined : { x, shape, axes, keepdims: attrs['keepdims'] === true };
}

const varying = (factors: readonly Factor[], { axes, shape }: Summing): readonly Factor[] =>
  factors.filter(({ value }) => !isConstantAlong(value, axes, shape));

/**
 * Whether summing x instead of c · x makes nothing that was not made: nobody else needs c · x; or x is at hand, in memory
 * since it is the result of a kernel, or in a map that sums its rows.
 */
function isFree(s: Site, sum: Summing, x: Value): boolean {
  if (s.readOnce(sum.x) || isOfRows(sum)) return true;
  const node = s.producer(x);
  return node === undefined || loweringOf(node)?.as === 'kernel';
}

/** Whether a map can sum so, which has all of the row at hand. */
const isOfRows = ({ shape, axes }: Summing): boolean =>
  shape.length > 1 && axes.length === 1 && axes[0] === shape.length - 1;

/** A sum times a factor that has left it. */
function scaled(s: Site, total: Value, { value, below }: Factor, { shape, axes, keepdims }: Summing): Value {
  const lead = shape.length - value.type.shape.length;
  const left = value.type.shape.filter((_, axis) => !axes.includes(axis + lead));
  const isWhole = keepdims || left.length === value.type.shape.length;
  const factor = isWhole ? value : s.build('reshape', [value], { shape: left });
  return below ? s.build('div', [total, factor]) : s.build('mul', [factor, total]);
}

const overOf = ({ shape, axes, keepdims }: Summing): string =>
  `${axes.join()} of ${shape.join()}${keepdims ? ' kept' : ''}`;

/** Sums that are made already, over these axes and of some of these factors. */
function sumsMade(s: Site, summing: Summing, factors: readonly Factor[]): readonly Sum[] {
  const { sums: found } = s.found;
  for (; found.seen < s.before.length; found.seen++) {
    const node = s.before[found.seen];
    const [value] = node?.outputs ?? [];
    const other = node?.section === 'backward' ? sumAt(node) : undefined;
    if (other === undefined || value === undefined) continue;
    const sum = { value, over: overOf(other), factors: factorsOf(s, other.x, () => true) };
    for (const { value: factor } of varying(sum.factors.all, other)) {
      const known = found.byFactor.get(factor);
      if (known === undefined) found.byFactor.set(factor, [sum]);
      else known.push(sum);
    }
  }
  const over = overOf(summing);
  return factors.flatMap(({ value }) => (found.byFactor.get(value) ?? []).filter((sum) => sum.over === over));
}
