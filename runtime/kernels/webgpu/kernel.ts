/** A kernel in WGSL: what it does with each invocation, and where it reads and writes. */
import type { View } from '../buffer.ts';
import type { Scalar } from '../k.ts';
import type { Axis } from '../layout.ts';
import { functionsIn } from './scalar.ts';

export interface Kernel {
  /** The whole module. Kernels of one text are one pipeline. */
  readonly code: string;
  /** How many workgroups. */
  readonly groups: number;
  /** What the text finds places of: elements from the beginning of the heap, or numbers of the host. */
  readonly operands: readonly (View | Scalar)[];
}

/** Invocations of a workgroup. */
export const groupSize = 64;

/** Operands of a kernel at most. */
export const mostOperands = 128;

/** Workgroups along one axis at most, as every device allows. */
export const mostGroups = 65535;

/** Lines of a function, with names for values. */
export class Lines {
  readonly #lines: string[] = [];
  readonly #names: { count: number };

  /** Names of an enclosing block are not given again. */
  constructor(around?: Lines) {
    this.#names = around === undefined ? { count: 0 } : around.#names;
  }

  add(line: string): void {
    this.#lines.push(line);
  }

  /** A name for the value from here on. */
  let(value: string): string {
    const name = `v${this.#names.count++}`;
    this.add(`let ${name} = ${value};`);
    return name;
  }

  variable(value: string): string {
    const name = `v${this.#names.count++}`;
    this.add(`var ${name} = ${value};`);
    return name;
  }

  /** A loop over i32 from one number in steps, while it is below another. */
  loop(from: string, below: string | number, step: string | number, body: (index: string, lines: Lines) => void): void {
    const index = `i${this.#names.count++}`;
    const inner = new Lines(this);
    body(index, inner);
    this.add(`for (var ${index} = ${from}; ${index} < ${below}; ${index} += ${step}) {\n${inner.text}\n}`);
  }

  when(condition: string, body: (lines: Lines) => void): void {
    const inner = new Lines(this);
    body(inner);
    this.add(`if (${condition}) {\n${inner.text}\n}`);
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}

/** The place of operand number i. */
export const place = (i: number): string => `places[${i >> 2}][${i & 3}]`;

export const float = (value: number): string =>
  Number.isNaN(value)
    ? 'not_a_number()'
    : Math.abs(Math.fround(value)) === Infinity
      ? `${value < 0 ? '-' : ''}infinity()`
      : Object.is(value, -0)
        ? '-0f'
        : `${Math.fround(value)}f`;

export const loadFloat = (at: string): string => `bitcast<f32>(heap[${at}])`;
export const loadInteger = (at: string): string => `bitcast<i32>(heap[${at}])`;
export const storeFloat = (at: string, value: string): string => `heap[${at}] = bitcast<u32>(f32(${value}));`;
export const storeInteger = (at: string, value: string): string => `heap[${at}] = bitcast<u32>(i32(${value}));`;

/** An element as a float, whatever it is kept as. */
export const load = ({ dtype }: View, at: string): string =>
  dtype === 'int32' ? `f32(${loadInteger(at)})` : loadFloat(at);

export const store = ({ dtype }: View, at: string, value: string): string =>
  dtype === 'int32' ? storeInteger(at, value) : storeFloat(at, value);

/** A number from each invocation of a workgroup. */
export const sharedName = 'shared_numbers';

/** A kernel of so many invocations, each of which is told its number `id`. */
export function kernel(
  invocations: number,
  operands: readonly (View | Scalar)[],
  body: (lines: Lines) => void,
): Kernel {
  const lines = new Lines();
  lines.when(`id >= ${invocations}`, (inside) => inside.add('return;'));
  body(lines);
  return { code: module(lines.text), groups: Math.ceil(invocations / groupSize), operands };
}

/** A kernel of so many workgroups; each is told its number `group`, and each invocation its `lane`. */
export function groupKernel(
  groups: number,
  operands: readonly (View | Scalar)[],
  body: (lines: Lines) => void,
): Kernel {
  const lines = new Lines();
  lines.when(`group >= ${groups}`, (inside) => inside.add('return;'));
  body(lines);
  return { code: module(lines.text), groups, operands };
}

function module(body: string): string {
  const shared = body.includes(sharedName) ? `var<workgroup> ${sharedName}: array<f32, ${groupSize}>;\n` : '';
  return `@group(0) @binding(0) var<storage, read_write> heap: array<u32>;
@group(0) @binding(1) var<uniform> places: array<vec4<i32>, ${mostOperands / 4}>;
@group(0) @binding(2) var<uniform> numbers: array<vec4<u32>, 1024>;
var<private> infinity_bits: u32 = 0x7f800000u;
${shared}${functionsIn(body)}

@compute @workgroup_size(${groupSize})
fn main(
  @builtin(workgroup_id) at: vec3<u32>,
  @builtin(num_workgroups) all: vec3<u32>,
  @builtin(local_invocation_index) number: u32,
) {
let group = i32(at.x + at.y * all.x);
let lane = i32(number);
let id = group * ${groupSize} + lane;
${body}
}
`;
}

/** Where operands stand at this place of the axes, row-major. `starts` are where they stand at the first. */
export function offsetsAt(lines: Lines, axes: readonly Axis[], id: string, starts: readonly string[]): string[] {
  const terms: string[][] = starts.map((start) => [start]);
  let rest = id;
  const inward = [...axes].reverse();
  inward.forEach(({ size, strides }, i) => {
    const isLast = i === inward.length - 1;
    const index = isLast ? rest : lines.let(`${rest} % ${size}`);
    if (!isLast) rest = lines.let(`${rest} / ${size}`);
    strides.forEach((stride, operand) => {
      if (stride !== 0) terms[operand]?.push(stride === 1 ? index : `${index} * ${stride}`);
    });
  });
  return terms.map((sum) => (sum.length === 1 ? (sum[0] ?? '0') : lines.let(sum.join(' + '))));
}

/** Runs a body at all places of the axes, the first outermost. */
export function nest(
  lines: Lines,
  axes: readonly Axis[],
  starts: readonly string[],
  body: (lines: Lines, at: readonly string[]) => void,
): void {
  const [outer, ...inner] = axes;
  if (outer === undefined) return body(lines, starts);
  lines.loop('0', outer.size, 1, (index, inside) => {
    const at = starts.map((start, operand) => {
      const stride = outer.strides[operand] ?? 0;
      return stride === 0 ? start : inside.let(`${start} + ${index} * ${stride}`);
    });
    nest(inside, inner, at, body);
  });
}
