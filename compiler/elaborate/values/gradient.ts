/** `grad(y, x)`: the gradient of the sum of y over its axes and the batch by x, as nodes like all others. */
import type { Span } from '../../../grammar/ast.ts';
import { error } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import { say } from '../../diagnostics/say.ts';
import { filled } from '../../ops/rules/filled.ts';
import { pullback } from '../../passes/pullback.ts';
import { originOf } from '../frame/context.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { mistake } from '../frame/report.ts';
import { matrixOf } from './matrix-product.ts';
import { madeLabel, reportInteger, sourceText } from './misfit.ts';
import { asTensor } from './operation.ts';
import { like } from './tensors.ts';

export function gradient(operands: readonly Operand[], frame: Frame, span: Span): Datum {
  const [of, by, more] = operands;
  if (of === undefined || by === undefined || more !== undefined)
    return mistake(say.NN2026.grad({ given: operands.length }), span, frame, { fault: 'definition' });
  const y = asTensor(of.datum, frame, of.span);
  const x = asTensor(by.datum, frame, by.span);
  if (y === undefined || x === undefined) return error;
  if (x.value.type.dtype === 'i32') {
    reportInteger('what a gradient is taken by', x, by.span, frame);
    return error;
  }
  const names = { y: sourceText(frame, of.span), x: sourceText(frame, by.span) };
  const { graph } = frame.run;
  if (y.value.type.dtype !== 'f32' || x.value.type.dtype !== 'f32' || graph.isAtEnd(y.value))
    return mistake(say.NN3020.host(names), of.span, frame);
  const [from, to] = [matrixOf(x, frame).value, y.value].map((value) => graph.itself(value));
  if (from === undefined || to === undefined) return error;
  if (!graph.reaches([to], false).has(from))
    return mistake(say.NN3020.apart(names), span, frame, { also: [...madeLabel(y, frame), ...madeLabel(x, frame)] });
  const value = graph.derive(originOf(frame, span), (b, nodes) => {
    const one = filled(b, 1, to.type.shape);
    const pulled = pullback(b, nodes, [[to, one]], [from]);
    const [cotangent] = pulled.cotangents;
    return { nodes: pulled.nodes, value: cotangent ?? filled(b, 0, from.type.shape) };
  });
  return like(value, x.perExample);
}
