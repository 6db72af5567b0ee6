/** Reverse mode: from the cotangents of results back through the nodes that made them, by the rule of each op. */
import { InternalError } from '../diagnostics/types.ts';
import type { Builder } from '../ir/builder.ts';
import type { Attrs, Graph, Node, Shape, Value } from '../ir/types.ts';
import type { Op, Pullback, Seed, VjpContext } from '../ops/define.ts';
import { registry } from '../ops/index.ts';
import { broadcastsTo, sameShape } from '../ops/rules/broadcast.ts';
import { sumTo } from '../ops/rules/sum-to.ts';
import { asPart, calledAs, cotangentOf, partCalled } from '../ir/called.ts';
import type { Called } from '../ir/called.ts';
import { wordsOf } from '../ir/words.ts';
import type { Words } from '../ir/words.ts';

/**
 * The cotangents of `wrt`, given those of results (`seeds`), as nodes that `b` appends. What `wrt` does not reach is
 * not differentiated. The nodes are plain ones, which can be pulled back again. Rules answer for all inputs of an op,
 * also for those that `wrt` does not reach: what nothing reads is left behind.
 */
export function pullback(b: Builder, nodes: readonly Node[], seeds: readonly Seed[], wrt: readonly Value[]): Pullback {
  const extended = new Map<Node, Node>();
  const varying = varyingValues(nodes, new Set(wrt));
  const cotangents = new Cotangents(
    b,
    seeds.filter(([result]) => varying.has(result)),
    wordsOf(nodes),
  );
  for (const node of nodes.toReversed()) {
    const { op: name, inputs, outputs, attrs, bodies, origin } = node;
    const dys = outputs.map((output) => cotangents.of(output));
    if (dys.every((dy) => dy === null) || !inputs.some((input) => varying.has(input))) continue;
    const op = registry.get(name);
    if (op === undefined) throw new InternalError(`no op is called ${name}`);
    if (op.vjp === 'none') continue;
    b.origin = origin;
    const wanted = inputs.map((input) => varying.has(input));
    const extend: VjpContext['extend'] = (moreBodies, moreAttrs, called = []) => {
      const whole = withMore(node, op, moreBodies, moreAttrs, called);
      extended.set(node, whole);
      return whole.outputs;
    };
    const dxs = op.vjp({ b, inputs, outputs, dys, attrs, bodies, wanted, extend, pullback, isCheap, wordsOf });
    for (const [i, input] of inputs.entries()) {
      const dx = dxs[i] ?? null;
      if (dx !== null && varying.has(input)) cotangents.add(input, dx);
    }
  }
  const now = b.rename(withForms(b.nodes, cotangents.called));
  return {
    nodes: nodes.map((node) => extended.get(node) ?? node),
    cotangents: wrt.map((value) => {
      const cotangent = cotangents.of(value);
      return cotangent === null ? null : now(cotangent);
    }),
  };
}

/** What cotangents are called, and what is repeated or turned to be one: it may be all that is left of it. */
function withForms(nodes: readonly Node[], called: ReadonlyMap<Value, Called>): ReadonlyMap<Value, Called> {
  const all = new Map(called);
  for (const { op, inputs, outputs } of nodes.toReversed()) {
    const [input] = inputs;
    const word = outputs[0] && all.get(outputs[0]);
    if (registry.get(op)?.shows === undefined || input === undefined || word === undefined) continue;
    if (input.word === undefined && !all.has(input)) all.set(input, word);
  }
  return all;
}

/** Whether it costs less to run a node again than to keep its result: it moves elements, or does little to each. */
export function isCheap(node: Node): boolean {
  const op = registry.get(node.op);
  if (op === undefined || node.outputs.length !== 1 || Object.hasOwn(op.attrs, 'stream')) return false;
  if (node.inputs.length === 0 || node.outputs[0]?.type.dtype === 'f64') return true;
  return op.cheap === true || op.moves === true || op.lower.as === 'nothing';
}

/** The node with other bodies, which give what its own gave and more. */
function withMore(node: Node, op: Op, bodies: readonly Graph[], attrs: Attrs, called: readonly Called[]): Node {
  const types = op.infer(
    node.inputs.map(({ type }) => type),
    attrs,
    bodies,
  );
  if ('misfit' in types) throw new InternalError(`${op.name}: ${types.why}`);
  const more = types.slice(node.outputs.length).map((type, i): Value => ({ type, ...calledAs(called[i]) }));
  return { ...node, bodies, attrs, outputs: [...node.outputs, ...more] };
}

/** A cotangent in the shape of its value: what was broadcast is summed, what is still to be broadcast is. */
function fit(b: Builder, dx: Value, shape: Shape): Value {
  if (sameShape(dx.type.shape, shape)) return dx;
  if (broadcastsTo(dx.type.shape, shape)) return b.apply('broadcast', [dx], { shape });
  return sumTo(b, dx, shape);
}

class Cotangents {
  readonly #b: Builder;
  readonly #of = new Map<Value, Value>();
  readonly #words: Words;
  /** What values are called that are the cotangents of something. */
  readonly called = new Map<Value, Called>();

  constructor(b: Builder, seeds: readonly Seed[], words: Words) {
    this.#b = b;
    this.#words = words;
    for (const [result, seed] of seeds) {
      const others = this.#of.get(result);
      this.#of.set(
        result,
        others === undefined ? seed : b.apply('add', [others, seed], {}, cotangentOf(words.of(result))),
      );
    }
  }

  of(value: Value): Value | null {
    return this.#of.get(value) ?? null;
  }

  /** Several uses of a value: the sum of what each one says. */
  add(value: Value, dx: Value): void {
    const part = fit(this.#b, dx, value.type.shape);
    const others = this.#of.get(value);
    const called = cotangentOf(this.#words.of(value));
    const sum = others === undefined ? part : this.#b.apply('add', [others, part]);
    this.#of.set(value, sum);
    if (!this.called.has(sum)) this.called.set(sum, called);
    const summand = partCalled(called, asPart('part'));
    for (const each of others === undefined ? [] : [others, part]) {
      const known = this.called.get(each);
      if (known === undefined || known.word === called.word) this.called.set(each, summand);
    }
  }
}

/** The values on the device that are made of one of `wrt`: a cotangent of another leads nowhere. */
function varyingValues(nodes: readonly Node[], wrt: ReadonlySet<Value>): ReadonlySet<Value> {
  const varying = new Set(wrt);
  for (const node of nodes) {
    if (!node.inputs.some((input) => varying.has(input))) continue;
    for (const output of node.outputs) if (output.type.dtype === 'f32') varying.add(output);
  }
  return varying;
}
