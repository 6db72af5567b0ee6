/** What inference returns: the values of `predict`, or the last current value. */
import { describe } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Command, Span } from '../../../grammar/ast.ts';
import type { GraphOutput, Value } from '../../ir/types.ts';
import type { Frame } from '../frame/context.ts';
import { exampleShape } from '../../language/datum.ts';
import { readDatum } from '../evaluate/names.ts';
import { asTensor } from '../values/operation.ts';
import { broadcastTo } from '../values/tensors.ts';
import { first } from '../frame/spec.ts';
import type { Session, Spec } from '../frame/spec.ts';
import { say } from '../../diagnostics/say.ts';
import { report } from '../frame/report.ts';

export function predictions({ spec, frame }: Session): readonly GraphOutput[] | undefined {
  const written = spec.predicts ?? [{ name: 'predict', datum: frame.flow.it, span: { start: 0, end: 0 }, frame }];
  const outputs: GraphOutput[] = [];
  for (const { name, datum, span, frame: where } of written) {
    const value = predicted(datum, span, where);
    if (value === undefined || readsTarget(value, datum, span, where)) return undefined;
    outputs.push({ role: 'predict', name, value });
  }
  return outputs;
}

const spanText = ({ start, end }: Span, frame: Frame): string => frame.site.source.text.slice(start, end);

/** One value for each example. */
function predicted(datum: Datum, span: Span, frame: Frame): Value | undefined {
  const read = readDatum(datum, frame, span);
  if (read.type === 'error') return undefined;
  if (read.type !== 'tensor' && read.type !== 'number' && read.type !== 'boolean' && read.type !== 'list') {
    const applied = read.type === 'fn' ? spanText(span, frame) : undefined;
    report(say.NN2007.prediction({ given: describe(read), applied }), span, frame);
    return undefined;
  }
  const tensor = asTensor(read, frame, span);
  if (tensor === undefined) return undefined;
  const shape = exampleShape(tensor);
  if (shape.includes('B')) {
    report(say.NN2025.batchAxis({ name: `\`${spanText(span, frame)}\``, shape }), span, frame);
    return undefined;
  }
  return tensor.perExample ? tensor.value : broadcastTo(tensor, exampleShape(tensor), true, frame, span).value;
}

/** Whoever asks for a prediction has the inputs, and not what it is to be compared with. */
function readsTarget(value: Value, datum: Datum, span: Span, frame: Frame): boolean {
  const [target] = frame.run.graph.inputsOf(value, 'target');
  if (target === undefined) return false;
  const { source } = frame.site;
  const written = span.end > span.start;
  const last = datum.type === 'tensor' && datum.made?.source === source ? datum.made.span : { start: 0, end: 1 };
  if (written) report(say.NN3016.written({ target }), span, frame);
  else report(say.NN3016.last({ target }), last, frame);
  return true;
}

/** `predict softmax(it)` · `predict class=argmax(it) p=softmax(it)` · `predict` alone: the current value. */
export function predictStatement(command: Command, spec: Spec, frame: Frame): void {
  if (!first(spec, 'predict', command.span, frame)) return;
  spec.predicts = [];
  const written = command.args.map((arg) => ({ name: arg.name?.text ?? 'predict', expression: arg.value }));
  if (written.length === 0) {
    spec.predicts.push({ name: 'predict', datum: frame.flow.it, span: command.span, frame });
    return;
  }
  for (const [at, { name: text, expression }] of written.entries()) {
    if (written.findIndex((other) => other.name === text) < at) {
      const told = text === 'predict' ? say.NN2009.unnamedPredictions() : say.NN2009.prediction({ name: text });
      report(told, expression.span, frame);
      continue;
    }
    const datum = frame.world.meaning.evaluate(expression, frame);
    spec.predicts.push({ name: text, datum, span: expression.span, frame });
  }
}
