/** Broadcasts and numbers: computed while they are small, and spread only where a kernel needs the whole tensor. */
import type { Node, Value } from '../../ir/types.ts';
import { registry } from '../../ops/index.ts';
import { sameType } from '../../ops/rules/broadcast.ts';
import { volume } from './site.ts';
import type { Rule, Site } from './site.ts';

const elementwise: readonly string[] = [...registry.values()]
  .filter((op) => op.lower.as === 'scalar')
  .map((op) => op.name);

export const spreading: readonly Rule[] = [
  {
    theorem: 'f(cast(h), …) → f(h, …), cast or not where the result needs it: numbers stay on the host',
    ops: elementwise,
    apply: (s) => without(s, (node) => (isNumberCast(node) ? node.inputs[0] : undefined)),
  },
  {
    theorem: 'f(broadcast(x), …) → f(x, …), broadcast where the result needs it; so for axes of size 1 in front',
    ops: elementwise,
    apply: (s) => without(s, (node) => (node.op === 'broadcast' || addsAxesInFront(node) ? node.inputs[0] : undefined)),
  },
  { theorem: 'broadcast(x) → x, to its own shape', ops: ['broadcast'], apply: (s) => s.asResult(s.input(0)) },
  {
    theorem: 'broadcast(broadcast(x)) → broadcast(x)',
    ops: ['broadcast'],
    apply: (s) => s.rebuild('broadcast', [s.of('broadcast', s.input(0))], s.attrs),
  },
  {
    theorem: 'broadcast(reshape(x)) → broadcast(x), where the reshape adds axes of size 1 in front',
    ops: ['broadcast'],
    apply: (s) => {
      const reshape = s.producer(s.input(0));
      return reshape !== undefined && addsAxesInFront(reshape)
        ? s.rebuild('broadcast', [reshape.inputs[0]], s.attrs)
        : undefined;
    },
  },
  {
    theorem: 'reshape(broadcast(x)) → broadcast(x), where the axes of x stay the last',
    ops: ['reshape'],
    apply: (s) => {
      const x = s.of('broadcast', s.input(0));
      const [from, to] = [s.input(0)?.type.shape, s.type?.shape];
      if (x === undefined || from === undefined || to === undefined || x.type.shape.length > to.length)
        return undefined;
      const stay = x.type.shape.every((_, i) => from[from.length - 1 - i] === to[to.length - 1 - i]);
      return stay ? s.rebuild('broadcast', [x], { shape: to }) : undefined;
    },
  },
  {
    theorem: 'transpose(broadcast(x)) → broadcast(x), x of one element',
    ops: ['transpose'],
    apply: (s) => {
      const x = s.of('broadcast', s.input(0));
      return x?.type.shape.length === 0 ? s.rebuild('broadcast', [x], { shape: s.type?.shape }) : undefined;
    },
  },
  {
    theorem: 'sum(broadcast(x)) → n · x, x of one element',
    ops: ['sum'],
    apply: (s) => {
      const x = s.of('broadcast', s.input(0));
      const before = volume(s.input(0)?.type.shape ?? ['B']);
      const after = volume(s.type?.shape ?? ['B']);
      if (x?.type.shape.length !== 0 || before === undefined || after === undefined) return undefined;
      const total = s.build('mul', [x, s.constant(before / after)]);
      return s.asResult(total) ?? s.rebuild('broadcast', [total], { shape: s.type?.shape });
    },
  },
];

/** `cast` of a number of the host to the device. */
function isNumberCast(node: Node): boolean {
  return node.op === 'cast' && node.inputs[0]?.type.dtype === 'f64' && node.outputs[0]?.type.dtype === 'f32';
}

/** `reshape` from [...shape] to [1, …, 1, ...shape], which broadcasting does by itself. */
function addsAxesInFront(node: Node): boolean {
  const from = node.inputs[0]?.type.shape;
  const to = node.outputs[0]?.type.shape;
  if (node.op !== 'reshape' || from === undefined || to === undefined || from.length >= to.length) return false;
  const lead = to.length - from.length;
  return to.every((size, i) => size === (i < lead ? 1 : from[i - lead]));
}

/** The node over inputs from which a spreading op is taken off; spread again if the result has become smaller. */
function without(s: Site, take: (node: Node) => Value | undefined): Value | undefined {
  const taken = s.node.inputs.map((input) => {
    const producer = s.producer(input);
    return producer === undefined ? undefined : take(producer);
  });
  if (taken.every((value) => value === undefined) || s.type === undefined) return undefined;
  const inputs = s.node.inputs.map((input, i) => taken[i] ?? input);
  const types = registry.get(s.node.op)?.infer(
    inputs.map((input) => input.type),
    s.attrs,
  );
  // A tensor of the device does not meet an array of the host.
  if (types === undefined || 'misfit' in types) return undefined;
  // What is computed once a step on the host is named after what it is, not after what it was repeated for.
  const called = types[0]?.dtype === 'f64' ? undefined : s.node.outputs[0];
  const small = s.build(s.node.op, inputs, s.attrs, called);
  if (sameType(small.type, s.type)) return small;
  const device = small.type.dtype === s.type.dtype ? small : s.build('cast', [small], { dtype: s.type.dtype });
  return sameType(device.type, s.type) ? device : s.build('broadcast', [device], { shape: s.type.shape });
}
