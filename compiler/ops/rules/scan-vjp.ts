/**
 * The derivative of a scan: the scan itself, which stacks what the way back reads, and one that runs the other way. What
 * that carries are the cotangents of what the first carried, and the sums of those of what its body read from outside.
 */
import { InternalError } from '../../diagnostics/types.ts';
import type { Builder } from '../../ir/builder.ts';
import type { Graph, GraphInput, GraphOutput, Node, Value } from '../../ir/types.ts';
import { altered, beforeEveryTurn, calledAs, cotangentOf, everyTurn } from '../../ir/called.ts';
import { neededNodes } from '../../ir/uses.ts';
import type { Seed, VjpContext } from '../define.ts';
import { filled } from './filled.ts';
import { inputsBehind, kindOf, loopAttrs, loopOf } from './loop.ts';
import type { Loop } from './loop.ts';
import { nth } from './operands.ts';
import { Residuals } from './residuals.ts';

export function scanVjp(context: VjpContext): readonly (Value | null)[] {
  const loop = loopOf(context);
  const wrt = varyingInputs(loop, context.wanted);
  const { seeded, turn } = turnBack(context, loop, wrt);
  const nothing = context.inputs.map(() => null);
  if (turn === undefined) return nothing;
  const cotangents = new Map(turn.cotangents.flatMap((dx, i) => (dx === null ? [] : [[nth(wrt, i), dx] as const])));
  return new WayBack(context, loop, turn, seeded, cotangents).write();
}

/** The inputs of the body, by position, that change when one of those that are wanted does. */
function varyingInputs(loop: Loop, wanted: readonly boolean[]): readonly number[] {
  const { body, carried } = loop;
  return body.inputs.flatMap(({ value }, i) => {
    if (value.type.dtype !== 'f32') return [];
    if (wanted[i] === true) return [i];
    if (i >= carried) return [];
    const behind = inputsBehind(loop, [i], ({ inputs }) => inputs);
    return [...behind].some((input) => wanted[input] === true) ? [i] : [];
  });
}

/** One turn of the way back: the body's derivative, and the cotangents that it is given. */
interface Turn {
  readonly b: Builder;
  /** The body's nodes, of which some may give more than before. */
  readonly nodes: readonly Node[];
  readonly cotangents: readonly (Value | null)[];
  /** The cotangents of the body's outputs, by position; undefined for those that have none. */
  readonly given: ReadonlyMap<number, Value>;
}

/**
 * The derivative of the body, given the cotangents of what comes after: those of stacked values, and those of carried
 * ones that reach an end that has one, by any number of turns.
 */
function turnBack(
  { b, dys, pullback, wordsOf }: VjpContext,
  { body, carried }: Loop,
  wrt: readonly number[],
): { readonly seeded: readonly number[]; readonly turn: Turn | undefined } {
  const carriedOn = wrt.filter((i) => i < carried);
  const seeded = new Set(
    [...body.outputs.keys()].filter((i) => (dys[i] ?? null) !== null && (i >= carried || wrt.includes(i))),
  );
  const values = wrt.map((i) => nth(body.inputs, i).value);
  const words = wordsOf(body.nodes);
  for (;;) {
    if (seeded.size === 0) return { seeded: [], turn: undefined };
    const inside = b.another(b.origin, b.section === 'backward' ? 'backward' : 'forward');
    const given = new Map(
      [...seeded]
        .toSorted((x, y) => x - y)
        .map((i): [number, Value] => {
          const { value } = nth(body.outputs, i);
          return [i, { type: value.type, ...cotangentOf(words.of(value)) }];
        }),
    );
    const seeds = [...given].map(([i, seed]): Seed => [nth(body.outputs, i).value, seed]);
    const { nodes, cotangents } = pullback(inside, body.nodes, seeds, values);
    const more = carriedOn.filter((i) => !seeded.has(i) && (cotangents[wrt.indexOf(i)] ?? null) !== null);
    if (more.length === 0) return { seeded: [...seeded], turn: { b: inside, nodes, cotangents, given } };
    more.forEach((i) => seeded.add(i));
  }
}

/** Writes the scan that runs the other way. */
class WayBack {
  readonly #context: VjpContext;
  readonly #loop: Loop;
  readonly #turn: Turn;
  /** What the values of a turn are called. */
  readonly #words: ReturnType<VjpContext['wordsOf']>;
  readonly #seeded: readonly number[];
  readonly #cotangents: ReadonlyMap<number, Value>;
  readonly #carried: Carried[] = [];
  readonly #sequences: { readonly whole: Value; readonly inner: Value }[] = [];
  readonly #outside: { readonly whole: Value; readonly inner: Value }[] = [];

  /** `cotangents` are those of the body's inputs, by position. */
  constructor(
    context: VjpContext,
    loop: Loop,
    turn: Turn,
    seeded: readonly number[],
    cotangents: ReadonlyMap<number, Value>,
  ) {
    this.#context = context;
    this.#loop = loop;
    this.#turn = turn;
    this.#words = context.wordsOf(turn.nodes);
    this.#seeded = seeded;
    this.#cotangents = cotangents;
  }

  write(): readonly (Value | null)[] {
    const { b, inputs, dys, wanted } = this.#context;
    const { carried, body, steps, reverse } = this.#loop;
    const stacked: { readonly input: number; readonly value: Value }[] = [];
    for (const i of this.#seeded.filter((i) => i < carried)) {
      const { value } = nth(body.inputs, i);
      const { shape } = value.type;
      const first = dys[i] ?? filled(b, 0, shape);
      this.#carried.push({
        input: i,
        first,
        inner: this.#seed(i),
        next: this.#cotangents.get(i) ?? filled(this.#turn.b, 0, shape),
      });
    }
    for (const i of this.#seeded.filter((i) => i >= carried)) {
      const dy = dys[i] ?? null;
      if (dy !== null) this.#sequences.push({ whole: dy, inner: this.#seed(i) });
    }
    for (const [i, dx] of this.#cotangents) {
      const kind = kindOf(this.#loop, i);
      if (wanted[i] !== true || kind === 'carried') continue;
      if (kind === 'sequence') stacked.push({ input: i, value: dx });
      else this.#carried.push(this.#sum(i, dx));
    }
    const results = [...this.#carried.map(({ next }) => next), ...stacked.map(({ value }) => value)];
    const nodes = this.#nodes(results);
    const whole = this.#closed(nodes, results);
    const outer = [
      ...this.#carried.map(({ first }) => first),
      ...this.#sequences.map((sequence) => sequence.whole),
      ...this.#outside.map((value) => value.whole),
    ];
    const attrs = loopAttrs({
      carried: this.#carried.length,
      over: this.#sequences.length,
      steps,
      reverse: !reverse,
    });
    const called = [...this.#carried, ...stacked].map(({ input }) => cotangentOf(nth(inputs, input)));
    const outputs = b.applyAll('scan', outer, attrs, called, [whole]);
    const found = new Map([...this.#carried, ...stacked].map(({ input }, i) => [input, nth(outputs, i)]));
    return inputs.map((_, i) => (wanted[i] === true ? found.get(i) : undefined) ?? null);
  }

  #seed(output: number): Value {
    const seed = this.#turn.given.get(output);
    if (seed === undefined) throw new InternalError('a cotangent is not given to the body');
    return seed;
  }

  /** Σ over the positions of the cotangent of a value from outside. */
  #sum(input: number, dx: Value): Carried {
    const { value } = nth(this.#loop.body.inputs, input);
    const called = cotangentOf(value);
    const sofar: Value = { type: value.type, ...called };
    const next = this.#turn.b.apply('add', [sofar, dx], {}, called);
    return { input, first: filled(this.#context.b, 0, value.type.shape), inner: sofar, next };
  }

  /** The nodes of the body: those of the derivative that the results need, and what they read of the way there. */
  #nodes(results: readonly Value[]): readonly Node[] {
    const { b, nodes } = this.#turn;
    const derivative = neededNodes(b, results);
    const made = new Set(derivative.flatMap(({ outputs }) => outputs));
    const own = new Set([...this.#carried, ...this.#sequences].map(({ inner }) => inner));
    const read = [...derivative.flatMap(({ inputs }) => inputs), ...results];
    const foreign = [...new Set(read)].filter((value) => !made.has(value) && !own.has(value));
    const residuals = new Residuals(this.#loop, nodes, this.#context.isCheap);
    residuals.read(foreign);
    for (const i of residuals.positions) {
      const { value } = nth(this.#loop.body.inputs, i);
      const place = kindOf(this.#loop, i) === 'sequence' ? this.#sequences : this.#outside;
      place.push({ whole: nth(this.#context.inputs, i), inner: value });
    }
    const kept = this.#kept(residuals.stacked);
    residuals.stacked.forEach((value, i) => this.#sequences.push({ whole: nth(kept, i), inner: value }));
    return [...residuals.again.map((node) => ({ ...node, section: b.section })), ...derivative];
  }

  /** The scan's own stacked values of these values of its body: those that it has, and new ones. */
  #kept(values: readonly Value[]): readonly Value[] {
    const { outputs, attrs, extend } = this.#context;
    const { body, carried } = this.#loop;
    const place = (value: Value): number =>
      body.outputs.findIndex((output, i) => i >= carried && output.value === value);
    const more = values.filter((value) => place(value) < 0);
    if (more.length === 0) return values.map((value) => nth(outputs, place(value)));
    const extended: Graph = {
      inputs: body.inputs,
      nodes: this.#turn.nodes,
      outputs: [
        ...body.outputs,
        ...more.map((value, i): GraphOutput => ({ role: 'value', name: String(body.outputs.length + i), value })),
      ],
    };
    // What is carried is what the turn before has left.
    const given = new Set(body.inputs.slice(0, carried).map(({ value }) => value));
    const called = more.map((value) => {
      const everywhere = given.has(value) ? beforeEveryTurn : everyTurn;
      return { word: altered(this.#words.of(value).word, everywhere) };
    });
    const all = extend([extended], attrs, called);
    const own = (value: Value): number => {
      const known = place(value);
      return known < 0 ? body.outputs.length + more.indexOf(value) : known;
    };
    return values.map((value) => nth(all, own(value)));
  }

  /** The body over values of its own. */
  #closed(nodes: readonly Node[], results: readonly Value[]): Graph {
    const given = [...this.#carried, ...this.#sequences, ...this.#outside].map(({ inner }) => inner);
    const isGiven = new Set(given);
    const now = new Map<Value, Value>();
    const fresh = (value: Value): Value => {
      const known = now.get(value) ?? { ...value, ...(isGiven.has(value) ? calledAs(this.#words.of(value)) : {}) };
      now.set(value, known);
      return known;
    };
    return {
      inputs: given.map((value, i): GraphInput => ({ role: roleOf(value), name: String(i), value: fresh(value) })),
      nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map(fresh), outputs: node.outputs.map(fresh) })),
      outputs: results.map((value, i): GraphOutput => ({ role: 'value', name: String(i), value: fresh(value) })),
    };
  }
}

interface Carried {
  /** The input of the scan whose cotangent it is in the end. */
  readonly input: number;
  readonly first: Value;
  readonly inner: Value;
  readonly next: Value;
}

/** A number of the host is at hand in a loop's body as it is outside. */
const roleOf = ({ type }: Value): GraphInput['role'] => (type.dtype === 'f64' ? 'host' : 'input');
