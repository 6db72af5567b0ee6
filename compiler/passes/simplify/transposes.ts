/**
 * Transposes move towards the inputs, and in the backward pass towards the results, which are cotangents of those: there
 * they meet their inverse, or something small, or a sum that takes its rows in any order.
 */
import { inForm } from '../../ir/called.ts';
import type { Called } from '../../ir/called.ts';
import type { Dim, Node, Value } from '../../ir/types.ts';
import { registry } from '../../ops/index.ts';
import { axesOf } from '../../ops/rules/axes.ts';
import { permutationOf } from './permutation.ts';
import type { Rule, Site } from './site.ts';

const elementwise: readonly string[] = [...registry.values()]
  .filter((op) => op.lower.as === 'scalar')
  .map((op) => op.name);

/** What is called of which the node's result is the transpose. */
const turned = ({ node: { outputs } }: Site): Called | undefined => outputs[0] && inForm(outputs[0], 'transposed');

export const transposes: readonly Rule[] = [
  {
    theorem: 'transpose(f(x, …)) → f(transpose(x), …), where only one of them has the axes that move',
    condition: 'nothing else reads f(x, …), outside the backward pass',
    ops: ['transpose'],
    apply: (s) => {
      const [node, permutation] = under(s, (op) => elementwise.includes(op));
      if (node === undefined || permutation === undefined) return undefined;
      const moving = permutation.findLastIndex((axis, i) => axis !== i) + 1;
      const rank = permutation.length;
      const moved = node.inputs.map((input) => rank - input.type.shape.length < moving && input.type.shape.length > 0);
      if (node.inputs.some((input, i) => moved[i] === true && input.type.shape.length !== rank)) return undefined;
      const inputs = node.inputs.map((input, i) => (moved[i] === true ? transposed(s, input, permutation) : input));
      const made = inputs.filter((input) => input === undefined).length;
      if (made > 1) return undefined;
      return s.inPlaceOf(node, (called) => {
        const whole = node.inputs.map((input, i) => inputs[i] ?? s.build('transpose', [input], { permutation }));
        return s.rebuild(node.op, whole, node.attrs, called);
      });
    },
  },
  {
    theorem: 'transpose(x @ w) → transpose(x) @ w, where w is one matrix and the last axis stays',
    condition: 'nothing else reads the product, which has no bias and no activation, outside the backward pass',
    ops: ['transpose'],
    apply: (s) => {
      const [node, permutation] = under(s, (op) => op === 'matmul');
      const [x, w, bias] = node?.inputs ?? [];
      if (node === undefined || permutation === undefined || x === undefined || w === undefined) return undefined;
      const rank = permutation.length;
      if (bias !== undefined || node.bodies.length > 0 || node.attrs['transposeA'] === true) return undefined;
      if (rank < 3 || x.type.shape.length !== rank || w.type.shape.length !== 2 || permutation[rank - 1] !== rank - 1)
        return undefined;
      return s.inPlaceOf(node, (called) => {
        const turning = transposed(s, x, permutation) ?? s.build('transpose', [x], { permutation });
        return s.rebuild('matmul', [turning, w], node.attrs, called);
      });
    },
  },
  {
    theorem: 'transpose(x) @ w → transpose(x @ w), where w is one matrix and the last axis stays',
    condition: 'in the backward pass, without a bias and an activation',
    ops: ['matmul'],
    apply: (s) => {
      const [x, permutation] = behind(s, s.input(0));
      const w = s.input(1);
      if (x === undefined || permutation === undefined || s.node.section !== 'backward') return undefined;
      const rank = permutation.length;
      if (s.node.inputs.length > 2 || s.node.bodies.length > 0 || s.attrs['transposeA'] === true) return undefined;
      if (rank < 3 || w?.type.shape.length !== 2 || permutation[rank - 1] !== rank - 1) return undefined;
      return s.rebuild('transpose', [s.build('matmul', [x, w], s.attrs, turned(s))], { permutation });
    },
  },
  {
    theorem: 'f(transpose(x), transpose(y), …) → transpose(f(x, y, …)), by one permutation',
    condition: 'in the backward pass; what has other axes has none of those that move',
    ops: elementwise,
    apply: (s) => {
      const found = s.node.inputs.map((input) => behind(s, input));
      const permutation = found.find(([x]) => x !== undefined)?.[1];
      if (permutation === undefined || s.node.section !== 'backward') return undefined;
      const moving = permutation.findLastIndex((axis, i) => axis !== i) + 1;
      const rank = permutation.length;
      const inputs = s.node.inputs.map((input, i) => {
        const [x, own] = found[i] ?? [];
        const size = input.type.shape.length;
        if (size === 0 || rank - size >= moving) return input;
        return own?.every((axis, at) => axis === permutation[at]) === true ? x : undefined;
      });
      const given = inputs.filter((input) => input !== undefined);
      if (given.length < inputs.length) return undefined;
      return s.rebuild('transpose', [s.build(s.node.op, given, s.attrs, turned(s))], { permutation });
    },
  },
  {
    theorem: 'slice(transpose(x)) → transpose(slice(x))',
    condition: 'in the backward pass',
    ops: ['slice'],
    apply: (s) => {
      const [x, permutation] = behind(s, s.input(0));
      const { begin, size } = s.attrs;
      if (x === undefined || permutation === undefined || s.node.section !== 'backward') return undefined;
      if (!Array.isArray(begin) || !Array.isArray(size)) return undefined;
      const back = inverse(permutation);
      const at = (numbers: readonly Dim[]): readonly Dim[] => back.map((axis) => numbers[axis] ?? 0);
      const box = { begin: at(begin), size: at(size) };
      return s.rebuild('transpose', [s.build('slice', [x], box, turned(s))], { permutation });
    },
  },
  {
    theorem: 'transpose(gather(table, ids)) → gather(table, transpose(ids)), where the axes of a row stay',
    condition: 'nothing else reads the rows',
    ops: ['transpose'],
    apply: (s) => {
      const [node, permutation] = under(s, (op) => op === 'gather');
      const [table, ids] = node?.inputs ?? [];
      if (permutation === undefined || table === undefined || ids === undefined) return undefined;
      const count = ids.type.shape.length;
      if (permutation.some((axis, i) => i >= count && axis !== i)) return undefined;
      return s.inPlaceOf(node, (called) => {
        const turning = s.build('transpose', [ids], { permutation: permutation.slice(0, count) });
        return s.rebuild('gather', [table, turning], {}, called);
      });
    },
  },
  {
    theorem: 'transpose(concat(xs)) → concat(transpose(xs)), where all are transposes that go away',
    ops: ['transpose'],
    apply: (s) => {
      const node = s.producer(s.input(0));
      const permutation = permutationOf(s.node);
      const axis = node?.attrs['axis'];
      if (node?.op !== 'concat' || permutation === undefined || typeof axis !== 'number') return undefined;
      const inputs = node.inputs.map((input) => transposed(s, input, permutation));
      const at = axis < 0 ? axis + permutation.length : axis;
      return s.inPlaceOf(node, (called) => s.rebuild('concat', inputs, { axis: permutation.indexOf(at) }, called));
    },
  },
  {
    theorem: 'sum(transpose(x)) → sum(x), where the axes that are left stay in order',
    ops: ['sum', 'max', 'min'],
    apply: (s) => {
      const node = s.producer(s.input(0));
      const permutation = node === undefined ? undefined : permutationOf(node);
      const x = node?.inputs[0];
      if (permutation === undefined || x === undefined || s.attrs['keepdims'] === true) return undefined;
      const axes = axesOf(s.attrs, permutation.length);
      if ('misfit' in axes) return undefined;
      const left = permutation.filter((_, i) => !axes.includes(i));
      if (left.some((axis, i) => i > 0 && axis < (left[i - 1] ?? 0))) return undefined;
      const axis = axes.map((i) => permutation[i] ?? i).sort((a, b) => a - b);
      return s.rebuild(s.node.op, [x], { axis: left.length === 0 ? 'all' : axis, keepdims: false });
    },
  },
  {
    theorem: 'scatter_add(ids, transpose(x)) → scatter_add(transpose(ids), x), where the axes of a row stay',
    ops: ['scatter_add'],
    apply: (s) => {
      const [ids, updates] = [s.input(0), s.producer(s.input(1))];
      const permutation = updates === undefined ? undefined : permutationOf(updates);
      if (ids === undefined || updates === undefined || permutation === undefined) return undefined;
      const count = ids.type.shape.length;
      if (permutation.some((axis, i) => i >= count && axis !== i)) return undefined;
      const turned = s.build('transpose', [ids], { permutation: inverse(permutation.slice(0, count)) });
      return s.rebuild('scatter_add', [turned, updates.inputs[0]], s.attrs);
    },
  },
  {
    theorem: 'Σ aᵀ @ b → one product of all rows, over all axes in front',
    condition: 'nothing else reads the products',
    ops: ['sum'],
    apply: (s) => {
      const products = s.input(0);
      const node = s.producer(products);
      const [a, b, bias] = node?.inputs ?? [];
      if (node?.op !== 'matmul' || products === undefined || a === undefined || b === undefined) return undefined;
      if (bias !== undefined || node.bodies.length > 0 || !s.readOnce(products)) return undefined;
      if (node.attrs['transposeA'] !== true || node.attrs['transposeB'] === true || s.attrs['keepdims'] === true)
        return undefined;
      const lead = products.type.shape.length - 2;
      const axes = axesOf(s.attrs, products.type.shape.length);
      if ('misfit' in axes || lead < 1 || axes.length !== lead || axes.some((axis, i) => axis !== i)) return undefined;
      if (a.type.shape.length !== b.type.shape.length) return undefined;
      if (a.type.shape.slice(0, -1).some((size, i) => size !== b.type.shape[i])) return undefined;
      return s.rebuild('rows_product', [a, b]);
    },
  },
  {
    theorem: 'rows_product(x, transpose(y)) → rows_product(transpose(x), y), where the last axis stays',
    condition: 'y is made in the backward pass and x before it; or the transpose of x goes away',
    ops: ['rows_product'],
    apply: (s) => otherRows(s, 0, 1) ?? otherRows(s, 1, 0),
  },
];

/** What a transpose is of, where that is made by such an op and nothing else reads it, and the permutation. */
function under(
  s: Site,
  isOp: (op: string) => boolean,
): readonly [Node, readonly number[]] | readonly [undefined, undefined] {
  const value = s.input(0);
  const node = s.producer(value);
  const permutation = permutationOf(s.node);
  const fits =
    node !== undefined && isOp(node.op) && value !== undefined && s.readOnce(value) && node.section !== 'backward';
  return fits && permutation !== undefined ? [node, permutation] : [undefined, undefined];
}

/** What a value is the transpose of, and by which permutation. */
function behind(
  s: Site,
  value: Value | undefined,
): readonly [Value, readonly number[]] | readonly [undefined, undefined] {
  const node = s.producer(value);
  const permutation = node === undefined ? undefined : permutationOf(node);
  const x = node?.inputs[0];
  return x === undefined || permutation === undefined ? [undefined, undefined] : [x, permutation];
}

/** What the transpose of a value is where it is a transpose that goes away. */
function transposed(s: Site, value: Value, permutation: readonly number[]): Value | undefined {
  const node = s.producer(value);
  const inner = node === undefined ? undefined : permutationOf(node);
  return inner !== undefined && permutation.every((axis, i) => inner[axis] === i) ? node?.inputs[0] : undefined;
}

const inverse = (permutation: readonly number[]): readonly number[] =>
  permutation.map((_, i) => permutation.indexOf(i));

/** Rows may stand in any order, as long as it is one for both. */
function otherRows(s: Site, still: number, turned: number): Value | undefined {
  const x = s.input(still);
  const node = s.producer(s.input(turned));
  const permutation = node === undefined ? undefined : permutationOf(node);
  const y = node?.inputs[0];
  if (x === undefined || y === undefined || permutation === undefined) return undefined;
  const rank = permutation.length;
  if (permutation[rank - 1] !== rank - 1) return undefined;
  const back = inverse(permutation);
  const gone = transposed(s, x, back);
  const isBackward = (value: Value): boolean => s.producer(value)?.section === 'backward';
  if (gone === undefined && (isBackward(x) || !isBackward(y))) return undefined;
  const other = gone ?? s.build('transpose', [x], { permutation: back });
  return s.rebuild('rows_product', still === 0 ? [other, y] : [y, other]);
}
