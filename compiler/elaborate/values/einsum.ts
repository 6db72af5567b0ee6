/**
 * `einsum("ij,jk->ik", a, b)`: Einstein's sum over the axes of examples. Values are contracted from left to right, two
 * at a time: letters that both have and that are asked for again count products, letters of both that are not asked for
 * again are summed by a matrix product, and letters of one alone are its rows or its columns.
 */
import type { Span } from '../../../grammar/ast.ts';
import { error, exampleShape } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import type { Frame, Operand } from '../frame/context.ts';
import type { Attrs } from '../../ir/types.ts';
import type { Told } from '../../diagnostics/say.ts';
import { say } from '../../diagnostics/say.ts';
import { mistake } from '../frame/report.ts';
import { matrixProduct } from './matrix-product.ts';
import { sourceText } from './misfit.ts';
import { applyTensors, elementwise, operandTensors } from './operation.ts';
import { placed, reshapeTo } from './tensors.ts';

/** A value whose axes have letters. */
interface Term {
  readonly letters: readonly string[];
  readonly tensor: Tensor;
}

interface Equation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

export function einsum([equation, ...operands]: readonly Operand[], frame: Frame, span: Span): Datum {
  if (equation === undefined || equation.datum.type !== 'string') {
    if (equation?.datum.type === 'error') return error;
    return mistake(say.NN2035.equation(), equation?.span ?? span, frame);
  }
  const { value: text } = equation.datum;
  const read = parsed(text);
  if ('code' in read) return mistake(read, equation.span, frame);
  const tensors = operandTensors(operands, frame);
  if (tensors === undefined) return error;
  if (tensors.length !== read.inputs.length)
    return mistake(
      say.NN2035.count({ equation: text, wanted: read.inputs.length, given: tensors.length }),
      span,
      frame,
    );
  const sizes = new Map<string, number>();
  for (const [i, tensor] of tensors.entries()) {
    const operand = operands[i];
    const shape = exampleShape(tensor);
    const letters = read.inputs[i] ?? [];
    const name = operand === undefined ? '' : sourceText(frame, operand.span);
    const at = operand?.span ?? span;
    if (letters.length !== shape.length)
      return mistake(say.NN2035.axes({ letters: letters.join(''), name, shape }), at, frame);
    for (const [axis, letter] of letters.entries()) {
      const size = shape[axis];
      if (typeof size !== 'number') return mistake(say.NN2025.batchAxis({ name, shape }), at, frame);
      const known = sizes.get(letter) ?? size;
      if (known !== size) return mistake(say.NN2035.sizes({ letter, sizes: [known, size], name }), at, frame);
      sizes.set(letter, size);
    }
  }
  // A number gets axes of size 1, which nothing can take from the host to the device.
  const isOfDevice = tensors.some(({ value }) => value.type.dtype !== 'f64');
  const met = isOfDevice ? tensors.map((tensor) => placed(tensor, 'f32', frame, span)) : tensors;
  return new Contraction(sizes, frame, span).of(read, met);
}

/** Letters of the values, and of the result: without an arrow those that stand once, in their order (NumPy's rule). */
function parsed(text: string): Equation | Told {
  const [left = '', right, ...more] = text.replaceAll(/\s/g, '').split('->');
  const inputs = left.split(',').map((letters) => [...letters]);
  const all = inputs.flat();
  const output = right === undefined ? once(all).toSorted() : [...right];
  const isWritten = [...all, ...output].every((letter) => /^[A-Za-z]$/.test(letter));
  if (!isWritten || more.length > 0) return say.NN2035.equation();
  const surplus = output.find((letter, i) => !all.includes(letter) || output.indexOf(letter) < i);
  return surplus === undefined ? { inputs, output } : say.NN2035.output({ letter: surplus });
}

const once = (letters: readonly string[]): readonly string[] =>
  letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter));

class Contraction {
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #frame: Frame;
  readonly #span: Span;

  constructor(sizes: ReadonlyMap<string, number>, frame: Frame, span: Span) {
    this.#sizes = sizes;
    this.#frame = frame;
    this.#span = span;
  }

  of({ inputs, output }: Equation, tensors: readonly Tensor[]): Datum {
    const terms = tensors.map((tensor, i) => this.#diagonal({ letters: inputs[i] ?? [], tensor }));
    const [first, ...others] = terms;
    if (first === undefined) return error;
    const last = others.reduce<Term | undefined>((left, right, i) => {
      const later = [...output, ...others.slice(i + 1).flatMap((term) => term?.letters ?? [])];
      return left && right && this.#pair(left, right, new Set(later));
    }, first);
    const whole = last && this.#summed(last, new Set(output));
    return (whole && this.#ordered(whole, output))?.tensor ?? error;
  }

  /** Two values as one: [counted, rows, summed] @ [counted, summed, columns]. */
  #pair(left: Term, right: Term, later: ReadonlySet<string>): Term | undefined {
    const shared = left.letters.filter((letter) => right.letters.includes(letter));
    const keep = new Set([...later, ...shared]);
    const [a, b] = [this.#summed(left, keep), this.#summed(right, keep)];
    if (a === undefined || b === undefined) return undefined;
    const counted = shared.filter((letter) => later.has(letter));
    const summed = shared.filter((letter) => !later.has(letter));
    const rows = a.letters.filter((letter) => !shared.includes(letter));
    const columns = b.letters.filter((letter) => !shared.includes(letter));
    const letters = [...counted, ...rows, ...columns];
    const [x, y] = [
      this.#ordered(a, [...counted, ...rows, ...summed]),
      this.#ordered(b, [...counted, ...summed, ...columns]),
    ];
    if (x === undefined || y === undefined) return undefined;
    const ones = (some: readonly string[]): readonly number[] => some.map(() => 1);
    if (summed.length === 0)
      return this.#term(
        letters,
        elementwise(
          'mul',
          [
            this.#operand(this.#shaped(x, [...this.#shape(counted), ...this.#shape(rows), ...ones(columns)])),
            this.#operand(this.#shaped(y, [...this.#shape(counted), ...ones(rows), ...this.#shape(columns)])),
          ],
          this.#frame,
          this.#span,
        ),
      );
    // Without letters of its own a value is a vector, unless products are counted.
    const flat = (some: readonly string[]): readonly number[] =>
      some.length === 0 && counted.length === 0 ? [] : [this.#product(some)];
    const product = matrixProduct(
      this.#operand(this.#shaped(x, [...this.#shape(counted), ...flat(rows), this.#product(summed)])),
      this.#operand(this.#shaped(y, [...this.#shape(counted), this.#product(summed), ...flat(columns)])),
      this.#frame,
      this.#span,
    );
    const term = this.#term(letters, product);
    return term && { letters, tensor: this.#shaped(term, this.#shape(letters)) };
  }

  /** Of letters that stand twice in one value the places where both are equal: each letter once. */
  #diagonal({ letters, tensor }: Term): Term | undefined {
    const second = letters.findIndex((letter, i) => letters.indexOf(letter) < i);
    if (second < 0) return { letters, tensor };
    const first = letters.indexOf(letters[second] ?? '');
    const size = this.#sizes.get(letters[second] ?? '') ?? 0;
    const moved = this.#apply('transpose', tensor, { permutation: toEnd(letters.length, first, second) });
    if (moved.type !== 'tensor') return undefined;
    const rest = letters.filter((_, axis) => axis !== first && axis !== second);
    // Rows of size + 1 begin on the diagonal.
    const line = reshapeTo(moved, [...this.#shape(rest), size * size], this.#frame, this.#span);
    const nothing = rest.flatMap(() => [0, 0]);
    const padded = this.#apply('pad_constant', line, { padding: [...nothing, 0, size] });
    if (padded.type !== 'tensor') return undefined;
    const grid = reshapeTo(padded, [...this.#shape(rest), size, size + 1], this.#frame, this.#span);
    const begin = [...rest, 0, 0].map(() => 0);
    const column = this.#apply('slice', grid, { begin, size: [...this.#shape(rest), size, 1] });
    if (column.type !== 'tensor') return undefined;
    const kept = [...rest, letters[second] ?? ''];
    return this.#diagonal({ letters: kept, tensor: reshapeTo(column, this.#shape(kept), this.#frame, this.#span) });
  }

  /** Without the letters that nobody asks for. */
  #summed({ letters, tensor }: Term, keep: ReadonlySet<string>): Term | undefined {
    const axis = letters.flatMap((letter, at) => (keep.has(letter) ? [] : [at]));
    if (axis.length === 0) return { letters, tensor };
    return this.#term(
      letters.filter((letter) => keep.has(letter)),
      this.#apply('sum', tensor, { axis }),
    );
  }

  #ordered(term: Term, wanted: readonly string[]): Term | undefined {
    const permutation = wanted.map((letter) => term.letters.indexOf(letter));
    if (permutation.every((axis, i) => axis === i)) return term;
    return this.#term(wanted, this.#apply('transpose', term.tensor, { permutation }));
  }

  #shape(letters: readonly string[]): readonly number[] {
    return letters.map((letter) => this.#sizes.get(letter) ?? 0);
  }

  #product(letters: readonly string[]): number {
    return this.#shape(letters).reduce((all, size) => all * size, 1);
  }

  #shaped({ tensor }: Term, shape: readonly number[]): Tensor {
    return reshapeTo(tensor, shape, this.#frame, this.#span);
  }

  #term(letters: readonly string[], datum: Datum): Term | undefined {
    return datum.type === 'tensor' ? { letters, tensor: datum } : undefined;
  }

  #operand(datum: Datum): Operand {
    return { datum, span: this.#span };
  }

  #apply(name: string, tensor: Tensor, attrs: Attrs): Datum {
    return applyTensors(name, [tensor], attrs, [this.#operand(tensor)], this.#frame, this.#span);
  }
}

/** The axes with these two at the end. */
const toEnd = (rank: number, first: number, second: number): readonly number[] => [
  ...[...Array(rank).keys()].filter((axis) => axis !== first && axis !== second),
  first,
  second,
];
