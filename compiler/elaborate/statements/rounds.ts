/** Rounds of a repetition that do the same: the first of them is read, the others are calls of what it has built. */
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Stretch } from '../../ir/graph-build.ts';
import { isBelow, join, within } from '../../ir/paths.ts';
import type { GraphOutput, Origin, Value } from '../../ir/types.ts';
import { sameType } from '../../ops/rules/broadcast.ts';
import type { Declared, Frame, Pair, Reparam } from '../frame/context.ts';

/** What a round has done besides building nodes, all of it below its own path. */
interface Round {
  readonly stretch: Stretch;
  /** What it was given as the current value. */
  readonly it: Datum;
  readonly item: Datum | undefined;
  readonly result: Tensor;
  readonly parameters: readonly Declared[];
  readonly states: readonly Declared[];
  readonly scopes: readonly string[];
  readonly written: readonly string[];
}

export class Rounds {
  readonly #done: Round[] = [];
  readonly #origin: Origin;
  readonly #name: string;

  constructor(name: string, origin: Origin) {
    this.#name = name;
    this.#origin = origin;
  }

  /** Does the round at the frame's path: anew, or as one before it. */
  run(frame: Frame, item: Datum | undefined, body: () => void): void {
    const before = this.#done.find((round) => isAlike(round, frame, item));
    if (before !== undefined) again(before, frame);
    else this.#read(frame, item, body);
  }

  #read(frame: Frame, item: Datum | undefined, body: () => void): void {
    const { run, flow, path } = frame;
    const before = traces(frame);
    // Others may read the same value by another name.
    if (flow.it.type === 'tensor') flow.it = { ...flow.it, value: run.graph.alias(flow.it.value) };
    const { it } = flow;
    const { length: from, size: since } = run.graph;
    body();
    const after = traces(frame);
    const result = flow.it;
    // Without parameters a round is a line or two, which need no name.
    if (result.type !== 'tensor' || after.parameters === before.parameters) return;
    if (!isContained(before, after, frame)) return;
    const added = <T>(map: ReadonlyMap<string, T>, size: number): readonly (readonly [string, T])[] =>
      [...map].slice(size);
    const written = added(run.newStates, before.newStates);
    const parameters = added(run.parameters, before.parameters).map(([, declared]) => declared);
    const adapted = parameters.flatMap((declared) => frame.world.reparams.get(declared.path) ?? []);
    // A call keeps to itself the states that it writes, and what it makes of weights: nothing else can go on from them.
    if (frame.goesOn && (written.length > 0 || adapted.length > 0)) return;
    if (adapted.some(({ isNamed }) => isNamed)) return;
    const results = [
      { role: 'value', name: 'it', value: result.value } as const,
      ...written.map(([state, value]): GraphOutput => ({ role: 'state', name: within(path, state), value })),
    ];
    const carried = it.type === 'tensor' ? it.value : undefined;
    const stretch = run.graph.stretch({
      since,
      from,
      results,
      at: path,
      name: this.#name,
      origin: this.#origin,
      carried,
    });
    // A gradient goes through the lines of all rounds.
    if (stretch === undefined || frame.world.derives) return;
    this.#done.push({
      stretch,
      it,
      item,
      result,
      parameters,
      states: added(run.states, before.states).map(([, declared]) => declared),
      scopes: added(run.scopes, before.scopes).map(([scope]) => scope),
      written: written.map(([state]) => state),
    });
  }
}

/** How much of everything there is that a body may add to. */
function traces({ run, world, top }: Frame) {
  const counts = {
    parameters: run.parameters.size,
    states: run.states.size,
    scopes: run.scopes.size,
    newStates: run.newStates.size,
  };
  const written = [...run.newStates.values()];
  const spec = Object.values(top?.spec ?? {}).map((part: unknown) =>
    Array.isArray(part) ? part.length : part instanceof Map ? part.size : part,
  );
  const others = [
    run.logits.size,
    run.broken.size,
    run.limit.reached,
    world.reporter.reported,
    top?.data.length,
    top?.prep.length,
  ];
  return { ...counts, written, others: [...spec, ...others] };
}

type Traces = ReturnType<typeof traces>;

/** Whether a body has added nothing but what lies below its path: no loss, no message, no state of an outer layer. */
function isContained(before: Traces, after: Traces, { run, path }: Frame): boolean {
  const names = [run.parameters, run.states, run.scopes, run.newStates].map((map) => [...map.keys()]);
  const sizes = [before.parameters, before.states, before.scopes, before.newStates];
  return (
    names.every((all, i) => all.slice(sizes[i]).every((name) => isBelow(path, name))) &&
    before.written.every((value, i) => value === after.written[i]) &&
    after.others.every((now, i) => Object.is(now, before.others[i]))
  );
}

/** Whether a body that has been read would do the same in this round. */
function isAlike({ it, item, stretch, ...round }: Round, frame: Frame, given: Datum | undefined): boolean {
  const { flow, world, path, run } = frame;
  const frozenAlike = [...round.parameters, ...round.states].map((declared) => declared.path);
  return (
    isSame(item, given) &&
    isSameKind(it, flow.it, frame) &&
    !run.limit.reached &&
    [...frozenAlike, ...round.scopes].every((name) => {
      const here = join(path, within(stretch.at, name));
      return (
        world.frozen(name) === world.frozen(here) &&
        world.stage.updates(name) === world.stage.updates(here) &&
        isSamePair(world.pairs.get(name), world.pairs.get(here), stretch.at, path) &&
        isSameReparam(world.reparams.get(name), world.reparams.get(here), stretch.at, path)
      );
    })
  );
}

/** Whether the matrices of two rounds are adapted alike, or neither is. */
function isSamePair(a: Pair | undefined, b: Pair | undefined, from: string, to: string): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.rank === b.rank && a.scale === b.scale && within(from, a.path) === within(to, b.path);
}

/** Whether the weights of two rounds are read alike: by the same statement, from the same place in their round. */
function isSameReparam(a: Reparam | undefined, b: Reparam | undefined, from: string, to: string): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.by === b.by && !b.isNamed && within(from, a.path) === within(to, b.path);
}

/** Whether two data are the same to every body. */
function isSame(a: Datum | undefined, b: Datum | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.type !== b.type) return false;
  switch (a.type) {
    case 'number':
    case 'boolean':
      return b.type === a.type && Object.is(a.value, b.value);
    case 'string':
      return b.type === 'string' && a.value === b.value;
    case 'symbol':
      return b.type === 'symbol' && a.name === b.name;
    case 'list':
      return b.type === 'list' && a.items.length === b.items.length && a.items.every((x, i) => isSame(x, b.items[i]));
    default:
      return false;
  }
}

/** Whether a body does the same to two values, which it does by their types alone. */
function isSameKind(a: Datum, b: Datum, { run }: Frame): boolean {
  if (a.type !== 'tensor' || b.type !== 'tensor') return isSame(a, b);
  return (
    a.perExample === b.perExample &&
    a.classes === b.classes &&
    sameType(a.value.type, b.value.type) &&
    run.graph.isAtEnd(a.value) === run.graph.isAtEnd(b.value)
  );
}

/** What the round before it did, at another path and over other values. */
function again(round: Round, frame: Frame): void {
  const { run, flow, path, site } = frame;
  const { stretch, it, result } = round;
  const here = (name: string): string => join(path, within(stretch.at, name));
  const instead = new Map<Value, Value>();
  const declareAgain = (declared: Declared, role: 'parameter' | 'state'): void => {
    const at = here(declared.path);
    const table = role === 'parameter' ? run.parameters : run.states;
    table.set(at, { ...declared, path: at });
    const type = { dtype: 'f32', shape: declared.shape } as const;
    const value = run.graph.input(role, at, type, at);
    const before = run.graph.input(role, declared.path, type, declared.path);
    instead.set(before, value);
    const weight = run.weights.get(declared.path);
    if (weight !== undefined) run.weights.set(at, { ...weight, value });
    if (run.weightOf.get(before) === declared.path) run.weightOf.set(value, at);
    if (run.multiplied.has(declared.path)) run.multiplied.add(at);
  };
  for (const declared of round.parameters) declareAgain(declared, 'parameter');
  for (const declared of round.states) declareAgain(declared, 'state');
  for (const scope of round.scopes) {
    const made = run.scopes.get(scope);
    if (made !== undefined) run.scopes.set(here(scope), made);
  }
  if (it.type === 'tensor' && flow.it.type === 'tensor') instead.set(it.value, flow.it.value);
  const [value, ...states] = run.graph.again(stretch, path, instead);
  if (value === undefined) return;
  round.written.forEach((state, i) => {
    const written = states[i];
    if (written !== undefined) run.newStates.set(here(state), written);
  });
  flow.it = { ...result, value, made: { source: site.source, span: stretch.origin.span } };
}
