/** The factor s(t) of the learning rate: warm-up, then the schedule's def over u, never below `min`. */
import type { Argument, Span } from '../../../grammar/ast.ts';
import { asNumber, describe, error, number } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Frame } from '../frame/context.ts';
import { result } from '../evaluate/inline.ts';
import { definitionNamed, enterUse, seen } from '../evaluate/use.ts';
import { elementwise, operandsAt } from '../values/operation.ts';
import { shared } from '../values/tensors.ts';
import type { Later } from '../frame/spec.ts';
import { PLATEAU, isPlateau } from './plateau.ts';
import { say } from '../../diagnostics/say.ts';
import { report } from '../frame/report.ts';

/** Updates of warm-up that a schedule statement asks for. */
export function warmupOf({ command, frame }: Later): number {
  return statementNumber('warmup', command.args, frame) ?? 0;
}

function statementNumber(name: string, args: readonly Argument[], frame: Frame): number | undefined {
  const written = args.find((arg) => arg.name?.text === name);
  if (written === undefined) return undefined;
  const datum = frame.world.meaning.evaluate(written.value, frame);
  const value = asNumber(datum);
  const wrong = value === undefined || value < 0 || (name === 'warmup' && !Number.isInteger(value));
  if (!wrong) return value;
  if (datum.type !== 'error') {
    const given = describe(datum);
    const told = name === 'warmup' ? say.NN2021.warmup({ given }) : say.NN2007.notNegative({ name, given });
    report(told, written.value.span, frame);
  }
  return undefined;
}

/** s(t) in the graph of `frame`; undefined after a mistake. */
export function scheduleFactor(schedule: Later, frame: Frame): Datum {
  const { command, frame: written } = schedule;
  const here: Frame = { ...written, run: frame.run, word: 'schedule' };
  const W = warmupOf({ command, frame: here });
  const min = statementNumber('min', command.args, here) ?? 0;
  const span = command.span;
  const after = isPlateau(schedule) ? hostNumber(PLATEAU, here) : defined(command, W, here);
  if (after.type === 'error') return error;
  const op = operationsOf(here, span);
  const t = hostNumber('t', here);
  const whole = W > 0 ? op('where', op('less_equal', t, number(W)), op('div', t, number(W)), after) : after;
  return min > 0 ? op('maximum', whole, number(min)) : whole;
}

/** What a definition makes of u. */
function defined(command: Later['command'], W: number, here: Frame): Datum {
  const named = definitionNamed('schedule', command, here);
  if (named === undefined) return error;
  const args = named.args.filter((arg) => arg.name?.text !== 'warmup' && arg.name?.text !== 'min');
  const span = command.span;
  const op = operationsOf(here, span);
  const t = hostNumber('t', here);
  const T = hostNumber('T', here);
  // (t − 1 − W)/(T − W) within 0..1; a run that ends in its warm-up never asks for it.
  const u = op(
    'minimum',
    op('maximum', op('div', op('sub', t, number(1 + W)), op('maximum', op('sub', T, number(W)), number(1))), number(0)),
    number(1),
  );
  if (u.type === 'tensor') here.run.graph.name(u.value, 'u');
  const callee = enterUse({
    ...named,
    args,
    caller: here,
    span,
    path: '',
    word: 'schedule',
    specials: seen({ t, T, W: number(W), u }),
  });
  return callee === undefined ? error : result(named.entry, callee);
}

/** Ops by their names, over data. */
const operationsOf =
  (here: Frame, span: Span) =>
  (name: string, ...operands: readonly Datum[]): Datum =>
    elementwise(name, operandsAt(span, ...operands), here, span);

export function hostNumber(name: string, frame: Frame): Tensor {
  return shared(frame.run.graph.input('host', name, { dtype: 'f64', shape: [] }, name));
}
