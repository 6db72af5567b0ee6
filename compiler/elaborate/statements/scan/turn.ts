/** One turn of a scan: its body is run over placeholders, and shows what is carried on. */
import { wordIn } from '../../frame/context.ts';
import type { Span } from '../../../../grammar/ast.ts';
import { asNumber, describe, exampleShape } from '../../../language/datum.ts';
import type { Datum, Tensor } from '../../../language/datum.ts';
import { Scope } from '../../../language/scope.ts';
import type { Value } from '../../../ir/types.ts';
import type { Frame, Turn } from '../../frame/context.ts';
import { madeLabel } from '../../values/misfit.ts';
import { asTensor } from '../../values/operation.ts';
import { broadcastTo, constant, like, placed, shared, swapLead } from '../../values/tensors.ts';
import { fail, isSequence } from './opening.ts';
import type { First, Opening, Scan } from './opening.ts';
import { say } from '../../../diagnostics/say.ts';
import { report } from '../../frame/report.ts';

/** A sequence with its positions in front, and what the body reads of it. */
export interface Along {
  readonly sequence: Value;
  readonly at: Value;
}

/** What a turn comes to. */
export interface Taken {
  /** The first values, as the types that are carried. */
  readonly firsts: readonly Value[];
  /** What stands for what is carried, in the body. */
  readonly inner: readonly Value[];
  readonly along: readonly Along[];
  /** The next value of each; undefined after a mistake. */
  readonly nexts: readonly (Next | undefined)[];
  /** The frame of the body at its end. */
  readonly inside: Frame;
}

export interface Next {
  /** A number where it is one. */
  readonly value: Tensor | number;
  /** Where the body names it. */
  readonly span: Span;
}

/** Opens a loop in the graph, and runs the body: the caller closes it. */
export function takeTurn(statement: Scan, { steps, sequences, carried }: Opening, frame: Frame): Taken {
  const { graph } = frame.run;
  const firsts = carried.map((first) => carriedType(first, frame));
  const whole = sequences.map(({ datum, span }) => (isSequence(datum) ? swapLead(datum, frame, span) : undefined));
  graph.openLoop();
  const along: Along[] = [];
  const turn: Turn = {
    steps,
    around: frame.turn,
    along: (sequence) => {
      const { dtype, shape } = sequence.type;
      const at = graph.placeholder({ dtype, shape: shape.slice(1) }, undefined);
      graph.setRange(at, graph.range(sequence));
      along.push({ sequence, at });
      return at;
    },
  };
  const inside: Frame = {
    ...frame,
    scope: new Scope(frame.scope),
    flow: { it: frame.flow.it },
    top: undefined,
    turn,
  };
  const made = (span: Span) => ({ source: frame.site.source, span });
  for (const [i, { name, datum, span }] of sequences.entries()) {
    const sequence = whole[i];
    const position =
      sequence === undefined || datum.type !== 'tensor'
        ? datum
        : { ...datum, value: named(turn.along(sequence), name, frame), made: made(span) };
    if (name === 'it') inside.flow.it = position;
    else inside.scope.declare(name, { datum: position, made: made(span) });
  }
  const inner = firsts.map(({ value }, i) =>
    graph.placeholder(value.type, wordIn(frame, carried[i]?.name ?? 'carried')),
  );
  for (const [i, { name, span, perExample }] of carried.entries()) {
    const value = inner[i];
    if (value === undefined) continue;
    inside.scope.declare(name, {
      datum: { ...like(value, perExample), made: made(span) },
      carried: true,
      made: made(span),
    });
  }
  frame.world.meaning.run(statement.body.statements, inside);
  if (inside.flow.halted === true) frame.flow.halted = true;
  const nexts = carried.map((first) => nextOf(first, inside));
  return { firsts: firsts.map(({ value }) => value), inner, along, nexts, inside };
}

function named(value: Value, word: string, frame: Frame): Value {
  frame.run.graph.name(value, wordIn(frame, word));
  return value;
}

/** The first value as the type that is carried. */
function carriedType({ tensor, dtype, perExample, at }: First, frame: Frame): Tensor {
  const device = placed(tensor, dtype, frame, at);
  return perExample && !device.perExample ? broadcastTo(device, exampleShape(device), true, frame, at) : device;
}

/** What the body makes of a carried value; undefined after a mistake. */
function nextOf({ name, span }: First, inside: Frame): Next | undefined {
  const binding = inside.scope.own(name);
  if (binding === undefined || binding.datum.type === 'error') return undefined;
  const { flow, run } = inside;
  if (binding.carried === true) {
    if (flow.halted !== true && !run.limit.reached) fail(say.NN2029.noNext({ name }), span, inside);
    return undefined;
  }
  const at = binding.made?.span ?? span;
  const { datum } = binding;
  const value = asNumber(datum) ?? valueOf(datum, at, inside);
  if (value === undefined) {
    if (datum.type !== 'list') fail(say.NN2007.carried({ name, which: 'next', given: describe(datum) }), at, inside);
    return undefined;
  }
  return { value, span: at };
}

function valueOf(datum: Datum, span: Span, frame: Frame): Tensor | undefined {
  return datum.type === 'tensor' || datum.type === 'list' ? asTensor(datum, frame, span) : undefined;
}

/** What a first value should have been, as the next one shows: one for each example. Undefined where it is that. */
export function changedFirst(first: First, next: Next | undefined): First | undefined {
  if (next === undefined || typeof next.value === 'number' || first.perExample) return undefined;
  return next.value.perExample ? { ...first, perExample: true } : undefined;
}

/** The next value, as the type that is carried; undefined after a mistake. */
export function carriedOn(first: First, { value, span }: Next, inside: Frame): Value | undefined {
  const shape = exampleShape(first.tensor);
  const tensor = typeof value === 'number' ? shared(constant(value, inside, span)) : value;
  const device = placed(tensor, first.dtype, inside, span);
  const now = exampleShape(device);
  const { dtype } = device.value.type;
  if (dtype !== first.dtype) {
    const kinds = { f32: 'numbers', i32: 'integers' } as const;
    const next = dtype === 'i32' ? 'integers' : 'numbers';
    fail(say.NN2029.type({ name: first.name, first: kinds[first.dtype], next }), span, inside);
    return undefined;
  }
  const isSame = now.length === shape.length && now.every((size, axis) => size === shape[axis]);
  if (isSame || typeof value === 'number') return broadcastTo(device, shape, first.perExample, inside, span).value;
  report(say.NN2029.shape({ name: first.name, first: shape, next: now }), span, inside, {
    also: madeLabel(first.tensor, inside),
    fault: 'definition',
  });
  return undefined;
}
