/** Initial values: host graphs in f64, from a `def init`, a number, or an expression over what is known. */
import type { Expression, Span } from '../../../grammar/ast.ts';
import { error, exampleShape, number, numbers } from '../../language/datum.ts';
import type { Datum, InitTarget } from '../../language/datum.ts';
import type { Entry } from '../../language/entry.ts';
import { Scope } from '../../language/scope.ts';
import type { Graph } from '../../ir/types.ts';
import { definitions, originOf } from '../frame/context.ts';
import type { Frame, Run } from '../frame/context.ts';
import { GraphBuild } from '../../ir/graph-build.ts';
import { result } from './inline.ts';
import { enterUse, seen } from './use.ts';
import { reportInteger, sourceText } from '../values/misfit.ts';
import { lookup, visibleNames } from './names.ts';
import { asTensor } from '../values/operation.ts';
import { broadcastTo } from '../values/tensors.ts';
import { say } from '../../diagnostics/say.ts';
import { meantBy } from '../../language/elsewhere.ts';
import { report, mistake } from '../frame/report.ts';

/** What `init=` or a state's `=` is worth: an initialiser, which is made when the shape is known. */
export function initialiserOf(expression: Expression, frame: Frame): Datum {
  const written = expression.type === 'group' ? expression.of : expression;
  const path = written.type === 'call' ? written.callee : written.type === 'path' ? written : undefined;
  const name = path?.parts.length === 1 ? path.parts[0]?.text : undefined;
  const bound = name === undefined || written.type === 'call' ? undefined : lookup(frame, name)?.datum;
  if (bound?.type === 'init' || bound?.type === 'error') return bound;
  const entry = name === undefined || bound !== undefined ? undefined : definitions(frame).find('init', name);
  if (entry !== undefined) {
    return {
      type: 'init',
      name: entry.name,
      produce: (target: InitTarget) => runEntry(entry, written, frame, target),
    };
  }
  if (written.type === 'path' && name !== undefined && bound === undefined) {
    const library = definitions(frame);
    const near = meantBy(name, 'init', library, [...library.names('init'), ...visibleNames(frame)]);
    const told = say.NN2002.word({ noun: 'initialiser', name, near });
    return mistake(told, written.span, frame, { fault: 'definition' });
  }
  return {
    type: 'init',
    name: 'expression',
    produce: (target: InitTarget) => frame.world.meaning.evaluate(written, within(frame, target)),
  };
}

function within(frame: Frame, target: InitTarget): Frame {
  const { param } = target;
  const inside: Frame = { ...frame, run: hostRun(frame, target.graph), scope: new Scope(frame.scope), word: '' };
  if (param === undefined) return inside;
  // A reparametrisation calls the weight that it adapts `it`, an optimizer what it updates `param`.
  if (frame.body === 'reparam') return { ...inside, flow: { it: param } };
  inside.scope.declare('param', { datum: param });
  return inside;
}

function hostRun(frame: Frame, graph: GraphBuild): Run {
  return { ...frame.run, graph, mode: 'host', occurrences: new Map() };
}

function runEntry(entry: Entry, written: Expression, frame: Frame, target: InitTarget): Datum {
  const [fanIn, fanOut] = fans(target.shape);
  const caller = within(frame, target);
  const callee = enterUse({
    entry,
    args: written.type === 'call' ? written.args : [],
    caller,
    span: written.span,
    path: '',
    word: '',
    specials: seen({ shape: numbers(target.shape), fan_in: number(fanIn), fan_out: number(fanOut) }),
  });
  // Layers share their initialisers: to a reader the value is part of those, wherever they are used.
  return callee === undefined ? error : result(entry, { ...callee, site: { ...callee.site, what: entry.name } });
}

/** As in Keras: a kernel [*size, i, o] has fan_in = ∏size·i and fan_out = ∏size·o. */
function fans(shape: readonly number[]): readonly [number, number] {
  const [last = 1] = shape.slice(-1);
  const before = shape.length < 2 ? last : (shape.at(-2) ?? 1);
  const field = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return [field * before, field * last];
}

/** What an initial value may be made of: that of another parameter. */
export interface Initial {
  readonly path: string;
  readonly shape: readonly number[];
}

const none: Graph = { inputs: [], nodes: [], outputs: [] };

/** The host graph of an initial value, of exactly this shape; undefined after a mistake. */
export function initialGraph(
  datum: Datum,
  shape: readonly number[],
  frame: Frame,
  span: Span,
  parameter?: Initial,
): Graph | undefined {
  if (datum.type !== 'init') return undefined;
  // Initial values are those of the training graph.
  if (frame.run.mode === 'evaluation') return none;
  const graph = new GraphBuild(originOf(frame, span), 'forward', true);
  const param: Datum | undefined =
    parameter === undefined
      ? undefined
      : {
          type: 'tensor',
          value: graph.input('parameter', parameter.path, { dtype: 'f64', shape: parameter.shape }, 'param'),
          perExample: false,
          classes: undefined,
          made: undefined,
        };
  const made = datum.produce({ shape, graph, param });
  const inside: Frame = { ...frame, run: hostRun(frame, graph), word: '' };
  const tensor = asTensor(made, inside, span);
  if (tensor === undefined) return undefined;
  if (tensor.value.type.dtype !== 'f64') {
    reportInteger('an initial value', tensor, span, frame);
    return undefined;
  }
  const from = exampleShape(tensor);
  const lead = shape.length - from.length;
  if (lead < 0 || from.some((size, axis) => size !== 1 && size !== shape[lead + axis])) {
    const value = { name: sourceText(frame, span), shape: from };
    report(say.NN2011.initial({ value, wanted: shape }), span, frame);
    return undefined;
  }
  const whole = broadcastTo(tensor, shape, false, inside, span);
  return graph.finish([{ role: 'value', name: 'value', value: whole.value }]);
}
