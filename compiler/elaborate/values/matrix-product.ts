/**
 * The matrix product `a @ b` over example axes, with NumPy's rules for vectors. Where the right operand is a matrix that
 * `lora` adapts, its pair stands beside it: x·W + scale·(x·a)·b. Whatever else reads the matrix reads the sum
 * W + scale·a·b, so that both are one matrix, that which `nnc merge` writes.
 */
import type { Span } from '../../../grammar/ast.ts';
import { join } from '../../ir/paths.ts';
import { error, exampleShape, number } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Frame, Operand, Pair } from '../frame/context.ts';
import { madeLabel, sourceText, shownAs } from './misfit.ts';
import { applyTensors, elementwise, operandsAt, operandTensors } from './operation.ts';
import { reshapeTo } from './tensors.ts';
import { say } from '../../diagnostics/say.ts';
import { mistake } from '../frame/report.ts';

export function matrixProduct(left: Operand, right: Operand, frame: Frame, span: Span): Datum {
  const { weightOf, multiplied } = frame.run;
  const path = right.datum.type === 'tensor' ? weightOf.get(right.datum.value) : undefined;
  const pair = path === undefined ? undefined : pairOf(path, frame);
  const product = plainProduct(left, pair === undefined ? right : { ...right, datum: pair.matrix }, frame, span);
  if (path === undefined || product.type !== 'tensor') return product;
  multiplied.add(path);
  if (pair === undefined) return product;
  const at = (datum: Datum): Operand => ({ datum, span });
  // The factor goes to the thin product, which has the fewest elements.
  const thin = called(plainProduct(left, at(pair.a), frame, span), join(pair.path, 'xa'), frame);
  const low = called(
    plainProduct(at(scaled(thin, pair, 'xa', frame, span)), at(pair.b), frame, span),
    pair.path,
    frame,
  );
  return elementwise('add', [at(product), at(low)], frame, span);
}

/**
 * What the name of a weight means: what is stored, or what `reparam` makes of that, and where `lora` adapts it the sum
 * W + scale·a·b.
 */
export function weightAt(path: string, frame: Frame, span: Span): Tensor | undefined {
  const pair = pairOf(path, frame);
  if (pair === undefined) return withoutPair(path, frame);
  const at = (datum: Datum): Operand => ({ datum, span });
  const low = plainProduct(at(scaled(pair.a, pair, 'a', frame, span)), at(pair.b), frame, span);
  const sum = elementwise('add', [at(pair.matrix), at(called(low, pair.path, frame))], frame, span);
  if (sum.type !== 'tensor') return undefined;
  frame.run.weightOf.set(sum.value, path);
  return { ...sum, made: pair.matrix.made };
}

/** The matrix W of a sum W + scale·a·b: a gradient by the one is that by the other. Other values are themselves. */
export function matrixOf(tensor: Tensor, frame: Frame): Tensor {
  const path = frame.run.weightOf.get(tensor.value);
  return (path === undefined ? undefined : pairOf(path, frame)?.matrix) ?? tensor;
}

/** An adapted matrix and its pair. */
interface Adapted extends Pair {
  readonly matrix: Tensor;
  readonly a: Tensor;
  readonly b: Tensor;
}

const withoutPair = (path: string, { run: { effective, weights } }: Frame): Tensor | undefined =>
  effective.get(path) ?? weights.get(path);

function pairOf(path: string, frame: Frame): Adapted | undefined {
  const pair = frame.world.pairs.get(path);
  if (pair === undefined) return undefined;
  const matrix = withoutPair(path, frame);
  const [a, b] = ['a', 'b'].map((name) => frame.run.weights.get(join(pair.path, name)));
  return matrix === undefined || a === undefined || b === undefined ? undefined : { ...pair, matrix, a, b };
}

function scaled(datum: Datum, { path, scale }: Pair, name: string, frame: Frame, span: Span): Datum {
  if (scale === 1) return datum;
  const product = elementwise('mul', operandsAt(span, number(scale), datum), frame, span);
  return called(product, join(path, `scaled_${name}`), frame);
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
