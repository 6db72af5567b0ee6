/** Checks a caller's batch against the model's ports, so that no kernel meets a wrong size or a class that is not there. */
import { limitsOf } from '../data/limits.ts';
import type { Limits } from '../data/limits.ts';
import type { InputSpecs } from '../kernels/device.ts';
import type { PortSpec } from '../model.ts';
import { UserError } from '../user-error.ts';
import { isHandle, shapeText, sizeOf } from './tensor.ts';
import type { HostTensor, TensorLike } from './tensor.ts';
import { own, put } from '../own.ts';

/** A batch whose elements are on the host and were checked. */
export interface HostBatch {
  readonly rows: number;
  readonly elements: Readonly<Record<string, ArrayLike<number>>>;
}

export type Ports = Readonly<Record<string, PortSpec>>;

/**
 * Every port's elements. Throws NN5001 for sizes that do not fit and numbers that are not finite, and NN5002 for ids and
 * classes out of range.
 */
export async function gatherBatch(ports: Ports, values: Readonly<Record<string, TensorLike>>): Promise<HostBatch> {
  checkNames(ports, values);
  const elements: Record<string, ArrayLike<number>> = {};
  let rows: number | undefined;
  for (const [name, port] of Object.entries(ports)) {
    const value = own(values, name) ?? [];
    const numbers = isHandle(value) ? await value.data() : value;
    const size = sizeOf(port.shape);
    const count = numbers.length / size;
    if (!Number.isInteger(count) || count === 0) {
      throw new UserError(
        'NN5001',
        `\`${name}\` has ${numbers.length} elements, but one example has ${size} (shape ${shapeText(port.shape)})`,
        'give whole examples one after another, at least one',
      );
    }
    if (rows !== undefined && rows !== count) {
      throw new UserError('NN5001', `\`${name}\` has ${count} examples, but the batch has ${rows}`);
    }
    rows = count;
    checkElements(name, port, numbers, size);
    put(elements, name, numbers);
  }
  return { rows: rows ?? 0, elements };
}

/** The shapes of a batch of so many rows. */
export function inputSpecs(ports: Ports, rows: number): InputSpecs {
  return Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [name, { shape: [rows, ...port.shape], dtype: port.dtype }]),
  );
}

/** The batch in pieces of at most `size` rows. */
export function chunks(ports: Ports, batch: HostBatch, size: number): HostBatch[] {
  if (batch.rows <= size) return [batch];
  return Array.from({ length: Math.ceil(batch.rows / size) }, (_, piece) => {
    const [first, end] = [piece * size, Math.min((piece + 1) * size, batch.rows)];
    const elements = Object.entries(batch.elements).map(([name, values]) => {
      const width = sizeOf(own(ports, name)?.shape ?? []);
      return [name, part(values, first * width, end * width)];
    });
    return { rows: end - first, elements: Object.fromEntries(elements) };
  });
}

/** A view where there can be one. */
function part(values: ArrayLike<number>, first: number, end: number): ArrayLike<number> {
  if (values instanceof Float32Array || values instanceof Int32Array) return values.subarray(first, end);
  return Array.from({ length: end - first }, (_, i) => values[first + i] ?? NaN);
}

/** Results of several batches, one after the other along the first axis. */
export function joinRows(parts: readonly Readonly<Record<string, HostTensor>>[]): Record<string, HostTensor> {
  const [first = {}] = parts;
  if (parts.length === 1) return { ...first };
  const joined = Object.entries(first).map(([name, { shape, data }]) => {
    const pieces = parts.flatMap((part) => own(part, name) ?? []);
    const whole =
      data.length === 0
        ? data
        : new (data instanceof Int32Array ? Int32Array : Float32Array)(
            pieces.reduce((sum, piece) => sum + piece.data.length, 0),
          );
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece.data, at);
      at += piece.data.length;
    }
    const rows = pieces.reduce((sum, piece) => sum + (piece.shape[0] ?? 0), 0);
    return [name, { shape: [rows, ...shape.slice(1)], data: whole }];
  });
  return Object.fromEntries(joined);
}

function checkNames(ports: Ports, values: Readonly<Record<string, TensorLike>>): void {
  const missing = Object.keys(ports).filter((name) => !Object.hasOwn(values, name));
  const surplus = Object.keys(values).filter((name) => !Object.hasOwn(ports, name));
  if (missing.length + surplus.length === 0) return;
  const list = (names: string[]): string => names.map((name) => `\`${name}\``).join(', ');
  throw new UserError(
    'NN5001',
    [
      ...(missing.length > 0 ? [`the batch lacks ${list(missing)}`] : []),
      ...(surplus.length > 0 ? [`the batch has ${list(surplus)}, which the model does not read`] : []),
    ].join('; '),
    `a batch consists of ${list(Object.keys(ports))}`,
  );
}

/** Numbers are finite, integers whole; kernels gather rows by some of them. −1 stands for a class that is left out. */
function checkElements(name: string, port: PortSpec, numbers: ArrayLike<number>, size: number): void {
  const limits = limitsOf(port);
  const at = firstWrong(port, limits, numbers, size);
  if (at === undefined) return;
  const value = numbers[at] ?? NaN;
  const example = Math.floor(at / size);
  const where =
    size === 1 ? `\`${name}\` of example ${example}` : `element ${at % size} of \`${name}\` in example ${example}`;
  if (!Number.isFinite(value)) throw new UserError('NN5001', `${where} is ${value}, which is no finite number`);
  if (!Number.isInteger(value)) throw new UserError('NN5001', `${where} is ${value}, which is no whole number`);
  throw new UserError('NN5002', `${where} is ${value}, which lies outside 0..${limits.below(at % size) - 1}`);
}

function firstWrong(
  { dtype }: PortSpec,
  { low, below }: Limits,
  numbers: ArrayLike<number>,
  size: number,
): number | undefined {
  if (dtype === 'float32' && numbers instanceof Float32Array && allFinite(numbers)) return undefined;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] ?? NaN;
    if (!Number.isFinite(value)) return i;
    if (dtype !== 'int32') continue;
    if (!Number.isInteger(value) || value < low(i % size) || value >= below(i % size)) return i;
  }
  return undefined;
}

/** x·0 is 0 for finite x, else NaN. Every number of every batch comes by here: four sums do not wait for each other. */
function allFinite(x: Float32Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < x.length; i += 4) {
    a += (x[i] ?? NaN) * 0;
    b += (x[i + 1] ?? NaN) * 0;
    c += (x[i + 2] ?? NaN) * 0;
    d += (x[i + 3] ?? NaN) * 0;
  }
  for (; i < x.length; i++) a += (x[i] ?? NaN) * 0;
  return a + b + c + d === 0;
}
