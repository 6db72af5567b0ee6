/**
 * The matrix product `a @ b` over example axes, with NumPy's rules for vectors. Where the right operand is a matrix that
 * `lora` adapts, its pair stands beside it: x·W + scale·(x·a)·b.
 */
import type { Span } from '../../../grammar/ast.ts';
import { join } from '../../ir/paths.ts';
import { error, exampleShape, number } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { madeLabel, sourceText, shownAs } from './misfit.ts';
import { applyTensors, elementwise, operandTensors } from './operation.ts';
import { reshapeTo } from './tensors.ts';
import { say } from '../../diagnostics/say.ts';
import { mistake } from '../frame/report.ts';

export function matrixProduct(left: Operand, right: Operand, frame: Frame, span: Span): Datum {
  const product = plainProduct(left, right, frame, span);
  const { weightOf, weights, multiplied } = frame.run;
  const path = right.datum.type === 'tensor' ? weightOf.get(right.datum.value) : undefined;
  if (path === undefined || product.type !== 'tensor') return product;
  multiplied.add(path);
  const pair = frame.world.pairs.get(path);
  const [a, b] = ['a', 'b'].map((name) => pair && weights.get(join(pair.path, name)));
  if (pair === undefined || a === undefined || b === undefined) return product;
  const at = (datum: Datum): Operand => ({ datum, span });
  // The factor goes to the thin product, which has the fewest elements.
  const thin = called(plainProduct(left, at(a), frame, span), join(pair.path, 'xa'), frame);
  const scaled =
    pair.scale === 1
      ? thin
      : called(
          elementwise('mul', [at(number(pair.scale)), at(thin)], frame, span),
          join(pair.path, 'scaled_xa'),
          frame,
        );
  const low = called(plainProduct(at(scaled), at(b), frame, span), pair.path, frame);
  return elementwise('add', [at(product), at(low)], frame, span);
}

function called(datum: Datum, word: string, { run }: Frame): Datum {
  if (datum.type === 'tensor') run.graph.name(datum.value, word);
  return datum;
}

function plainProduct(left: Operand, right: Operand, frame: Frame, span: Span): Datum {
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
