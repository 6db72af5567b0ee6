/** The matrix product `a @ b` over example axes, with NumPy's rules for vectors. */
import type { Span } from '../../../grammar/ast.ts';
import { error, exampleShape, formatShape } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { madeLabel, sourceText } from './misfit.ts';
import { applyTensors, operandTensors } from './operation.ts';
import { reshapeTo } from './tensors.ts';

export function matrixProduct(left: Operand, right: Operand, frame: Frame, span: Span): Datum {
  const tensors = operandTensors([left, right], frame);
  const [a, b] = tensors ?? [];
  if (a === undefined || b === undefined) return error;
  const [m, n] = [exampleShape(a), exampleShape(b)];
  const inner = n.length < 2 ? n[0] : n.at(-2);
  const scalar = m.length === 0 ? left : n.length === 0 ? right : undefined;
  if (scalar !== undefined || m.at(-1) !== inner) {
    frame.world.reporter.report({
      code: 'NN2011',
      site: frame.site,
      span,
      message:
        scalar === undefined
          ? `cannot multiply ${formatShape(m)} by ${formatShape(n)}: the inner sizes ${m.at(-1) ?? ''} and ${inner ?? ''} differ`
          : `a matrix product needs axes, and ${sourceText(frame, scalar.span)} has none`,
      label: `${sourceText(frame, left.span)} has shape ${formatShape(m)}, ${sourceText(frame, right.span)} has shape ${formatShape(n)}`,
      also: [...madeLabel(a, frame), ...madeLabel(b, frame)],
      help: scalar === undefined ? undefined : 'multiply by a number with `*`',
    });
    return error;
  }
  const operands = [left, right];
  const apply = (x: Tensor, y: Tensor, attrs: Readonly<Record<string, boolean>> = {}) =>
    applyTensors('matmul', [x, y], attrs, operands, frame, span);
  // Vectors of a batch are the rows of a matrix.
  if (a.perExample && m.length === 1 && !b.perExample && n.length === 2) return apply(a, b);
  if (b.perExample && n.length === 1 && !a.perExample && m.length === 2) return apply(b, a, { transposeB: true });
  const matrixA = m.length === 1 ? reshapeTo(a, [1, ...m], frame, span) : a;
  const matrixB = n.length === 1 ? reshapeTo(b, [...n, 1], frame, span) : b;
  const rank = Math.max(exampleShape(matrixA).length, exampleShape(matrixB).length);
  const either = a.perExample || b.perExample;
  const align = (x: Tensor) => {
    const shape = exampleShape(x);
    const lead = Array.from({ length: rank - shape.length }, () => 1);
    return either && x.perExample && lead.length > 0 ? reshapeTo(x, [...lead, ...shape], frame, span) : x;
  };
  const result = apply(align(matrixA), align(matrixB));
  if (result.type !== 'tensor') return error;
  const shape = exampleShape(result);
  const kept = shape.filter(
    (_, axis) => !(m.length === 1 && axis === shape.length - 2) && !(n.length === 1 && axis === shape.length - 1),
  );
  return reshapeTo(result, kept, frame, span);
}
