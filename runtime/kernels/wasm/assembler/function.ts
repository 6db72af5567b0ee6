/** A WebAssembly function under construction: parameters, locals, hoisted constants and control flow. */
import { sized, unsigned, vector } from './encode.ts';
import type { Bytes } from './encode.ts';
import { flatten, i32, v128 } from './instructions.ts';
import type { Code, Expr, I32, Kind, Piece, V128 } from './instructions.ts';

export const kindByte: Readonly<Record<Kind, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** A variable of the function. */
export interface Local<K extends Kind = Kind> {
  readonly index: number;
  readonly get: Expr<K>;
  set(value: Expr<K>): Code;
}

export class FunctionBuilder {
  readonly parameters: readonly Local<'i32'>[];
  /** Which worker it is that runs the function, of how many: behind the addresses, 0 of 1 where there is one. */
  readonly worker: I32;
  readonly workers: I32;
  /** All parameters. */
  readonly arity: number;
  readonly #locals: Kind[] = [];
  readonly #constants = new Map<string, V128>();
  readonly #preamble: Piece[] = [];
  readonly #released: Readonly<Record<Kind, number[]>> = { i32: [], f32: [], f64: [], v128: [] };

  constructor(addresses: number) {
    this.parameters = Array.from({ length: addresses }, (_, index) => variable('i32', index));
    this.worker = variable('i32', addresses).get;
    this.workers = variable('i32', addresses + 1).get;
    this.arity = addresses + 2;
  }

  local<K extends Kind>(kind: K): Local<K> {
    this.#locals.push(kind);
    return variable(kind, this.arity + this.#locals.length - 1);
  }

  /** A variable that `release` gave back, or a new one. */
  reuse<K extends Kind>(kind: K): Local<K> {
    const index = this.#released[kind].pop();
    return index === undefined ? this.local(kind) : variable(kind, index);
  }

  release(local: Local): void {
    this.#released[local.get.kind].push(local.index);
  }

  /** A vector constant, computed once at the function's start: engines do not lift constants out of loops. */
  constant(value: V128): V128 {
    const key = value.code.join();
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const held = this.local('v128');
    this.#preamble.push(held.set(value));
    this.#constants.set(key, held.get);
    return held.get;
  }

  /** The number in all four lanes. */
  floats = (value: number): V128 => this.constant(v128.floats(value));

  /** `body` for i = 0, 1, … count−1. */
  times(count: number, body: (index: I32) => Code): Code {
    if (count <= 0) return [];
    if (count === 1) return body(i32.const(0));
    const i = this.local('i32');
    return [
      ...i.set(i32.const(0)),
      ...loop([
        ...body(i.get),
        ...i.set(i32.add(i.get, i32.const(1))),
        ...branchIf(0, i32.ltU(i.get, i32.const(count))),
      ]),
    ];
  }

  /** `body` for i = from, … to − 1. */
  between(from: I32, to: I32, body: (index: I32) => Code): Code {
    const i = this.local('i32');
    const turn = [...body(i.get), ...i.set(i32.add(i.get, i32.const(1))), ...branchIf(0, i32.ltU(i.get, to))];
    return [...i.set(from), ...when(i32.ltU(i.get, to), loop(turn))];
  }

  /** The function's entry in the code section. */
  encode(body: Code): Bytes {
    const locals = vector(this.#locals.map((kind) => [...unsigned(1), kindByte[kind]]));
    return sized([...locals, ...flatten([this.#preamble, body]), 0x0b]);
  }
}

const variable = <K extends Kind>(kind: K, index: number): Local<K> => ({
  index,
  get: { kind, code: [0x20, ...unsigned(index)] },
  set: (value) => [value.code, 0x21, unsigned(index)],
});

/** Runs the body; a branch to it starts it again. */
export const loop = (body: Code): Code => [0x03, 0x40, body, 0x0b];

export const when = (condition: I32, then: Code): Code => [condition.code, 0x04, 0x40, then, 0x0b];

export const branchIf = (depth: number, condition: I32): Code => [condition.code, 0x0d, unsigned(depth)];

export const call = (index: number, parameters: readonly I32[]): Code => [
  ...parameters.map((parameter) => parameter.code),
  0x10,
  unsigned(index),
];
