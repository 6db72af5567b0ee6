/** The matrix product `a @ b` over example axes, with NumPy's rules for vectors. */
import type { Span } from '../../../grammar/ast.ts';
import { error, exampleShape } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { madeLabel, sourceText, shownAs } from './misfit.ts';
import { applyTensors, operandTensors } from './operation.ts';
import { reshapeTo } from './tensors.ts';
import { say } from '../../diagnostics/say.ts';
import { mistake } from '../frame/report.ts';

export function matrixProduct(left: Operand, right: Operand, frame: Frame, span: Span): Datum {
  const tensors = operandTensors([left, right], frame);
  const [a, b] = tensors ?? [];
  if (a === undefined || b === undefined) return error;
  const [m, n] = [exampleShape(a), exampleShape(b)];
  const inner = n.length < 2 ? n[0] : n.at(-2);
  const scalar = m.length === 0 ? left : n.length === 0 ? right : undefined;
  if (scalar !== undefined || m.at(-1) !== inner) {
    const shown = { left: shownAs(a, left, frame), right: shownAs(b, right, frame) };
    const told =
      scalar === undefined
        ? say.NN2011.inner({ ...shown, sizes: [m.at(-1) ?? '', inner ?? ''] })
        : say.NN2011.scalar({ ...shown, name: sourceText(frame, scalar.span) });
    return mistake(told, span, frame, { also: [...madeLabel(a, frame), ...madeLabel(b, frame)] });
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
