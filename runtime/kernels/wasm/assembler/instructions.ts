/** WebAssembly instructions as typed expressions: code that leaves one value on the stack. */
import { float32, float64, signed, unsigned } from './encode.ts';
import type { Bytes } from './encode.ts';

export type Kind = 'i32' | 'f32' | 'f64' | 'v128';

/** Bytes in pieces, which `flatten` puts in a row: code is put together many times, and copied once. */
export type Code = readonly Piece[];
export type Piece = number | Code;

/** Code that leaves a value of this kind. */
export interface Expr<K extends Kind = Kind> {
  readonly kind: K;
  readonly code: Code;
}

/** All bytes in their order. */
export function flatten(code: Code): number[] {
  const bytes: number[] = [];
  const visit = (piece: Piece): void => {
    if (typeof piece === 'number') bytes.push(piece);
    else piece.forEach(visit);
  };
  visit(code);
  return bytes;
}

export type I32 = Expr<'i32'>;
export type F32 = Expr<'f32'>;
export type F64 = Expr<'f64'>;
export type V128 = Expr<'v128'>;

const expr = <K extends Kind>(kind: K, opcode: Bytes, ...operands: readonly Expr[]): Expr<K> => ({
  kind,
  code: [...operands.map((operand) => operand.code), opcode],
});

/** Vector instructions stand behind the prefix 0xfd. */
const simd = (code: number): Bytes => [0xfd, ...unsigned(code)];

const unary =
  <A extends Kind, R extends Kind>(result: R, opcode: Bytes) =>
  (a: Expr<A>): Expr<R> =>
    expr(result, opcode, a);

const binary =
  <A extends Kind, R extends Kind>(result: R, opcode: Bytes) =>
  (a: Expr<A>, b: Expr<A>): Expr<R> =>
    expr(result, opcode, a, b);

/** Of a vector by a scalar number of bits. */
const shift = (code: number) => (a: V128, by: I32) => expr('v128', simd(code), a, by);

/** Alignment as the exponent of 2, then the offset. Alignment is a hint: 0 claims nothing. */
const memarg = (offset: number): Bytes => [0, ...unsigned(offset)];

const load =
  <K extends Kind>(kind: K, opcode: Bytes) =>
  (address: I32, offset = 0): Expr<K> =>
    expr(kind, [...opcode, ...memarg(offset)], address);

const store =
  <K extends Kind>(opcode: Bytes) =>
  (address: I32, value: Expr<K>, offset = 0): Code => [address.code, value.code, opcode, memarg(offset)];

const storeLane =
  (code: number) =>
  (address: I32, value: V128, lane: number, offset = 0): Code => [
    address.code,
    value.code,
    simd(code),
    memarg(offset),
    lane,
  ];

export const i32 = {
  const: (value: number): I32 => expr('i32', [0x41, ...signed(value)]),
  load: load('i32', [0x28]),
  store: store<'i32'>([0x36]),
  eqz: unary<'i32', 'i32'>('i32', [0x45]),
  eq: binary<'i32', 'i32'>('i32', [0x46]),
  ltS: binary<'i32', 'i32'>('i32', [0x48]),
  ltU: binary<'i32', 'i32'>('i32', [0x49]),
  gtS: binary<'i32', 'i32'>('i32', [0x4a]),
  gtU: binary<'i32', 'i32'>('i32', [0x4b]),
  geS: binary<'i32', 'i32'>('i32', [0x4e]),
  add: binary<'i32', 'i32'>('i32', [0x6a]),
  sub: binary<'i32', 'i32'>('i32', [0x6b]),
  mul: binary<'i32', 'i32'>('i32', [0x6c]),
  divU: binary<'i32', 'i32'>('i32', [0x6e]),
  and: binary<'i32', 'i32'>('i32', [0x71]),
  or: binary<'i32', 'i32'>('i32', [0x72]),
  xor: binary<'i32', 'i32'>('i32', [0x73]),
  shl: binary<'i32', 'i32'>('i32', [0x74]),
  shrS: binary<'i32', 'i32'>('i32', [0x75]),
  /** Towards 0; the nearest that there is, and 0 for NaN. */
  fromFloat: unary<'f32', 'i32'>('i32', [0xfc, 0]),
  /** `then` if the condition is not 0. */
  select: (then: I32, otherwise: I32, condition: I32): I32 => expr('i32', [0x1b], then, otherwise, condition),
  /** The smaller one, unsigned. Both are used twice: variables or constants. */
  minU: (a: I32, b: I32): I32 => i32.select(a, b, i32.ltU(a, b)),
};

export const f32 = {
  const: (value: number): F32 => expr('f32', [0x43, ...float32(value)]),
  load: load('f32', [0x2a]),
  store: store<'f32'>([0x38]),
  lt: binary<'f32', 'i32'>('i32', [0x5d]),
  gt: binary<'f32', 'i32'>('i32', [0x5e]),
  add: binary<'f32', 'f32'>('f32', [0x92]),
  max: binary<'f32', 'f32'>('f32', [0x97]),
  min: binary<'f32', 'f32'>('f32', [0x96]),
};

export const v128 = {
  /** Four numbers alike, in single precision. */
  floats: (value: number): V128 => {
    const lane = float32(value);
    return expr('v128', [...simd(12), ...lane, ...lane, ...lane, ...lane]);
  },
  /** Two numbers alike, in double precision. */
  doubles: (value: number): V128 => expr('v128', [...simd(12), ...float64(value), ...float64(value)]),
  integers: (...lanes: readonly [number, number, number, number]): V128 =>
    expr('v128', [...simd(12), ...new Uint8Array(Int32Array.of(...lanes).buffer)]),
  load: load('v128', simd(0)),
  /** One float in all lanes. */
  loadSplat: load('v128', simd(9)),
  /** One float in lane 0, zeros above. */
  load32: load('v128', simd(0x5c)),
  /** Two floats in lanes 0 and 1, zeros above. */
  load64: load('v128', simd(0x5d)),
  load32Lane: (address: I32, into: V128, lane: number, offset = 0): V128 =>
    expr('v128', [...simd(0x56), ...memarg(offset), lane], address, into),
  store: store<'v128'>(simd(11)),
  store32Lane: storeLane(0x5a),
  store64Lane: storeLane(0x5b),
  /** Lanes 0..3 of a, 4..7 of b. */
  shuffle: (a: V128, b: V128, lanes: readonly [number, number, number, number]): V128 =>
    expr('v128', [...simd(13), ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte))], a, b),
  not: unary<'v128', 'v128'>('v128', simd(0x4d)),
  and: binary<'v128', 'v128'>('v128', simd(0x4e)),
  /** a and not b. */
  andnot: binary<'v128', 'v128'>('v128', simd(0x4f)),
  or: binary<'v128', 'v128'>('v128', simd(0x50)),
  xor: binary<'v128', 'v128'>('v128', simd(0x51)),
  /** Bits of `then` where the mask is 1. */
  bitselect: (then: V128, otherwise: V128, mask: V128): V128 => expr('v128', simd(0x52), then, otherwise, mask),
};

const vv = (code: number) => binary<'v128', 'v128'>('v128', simd(code));
const v = (code: number) => unary<'v128', 'v128'>('v128', simd(code));

export const i32x4 = {
  splat: unary<'i32', 'v128'>('v128', simd(0x11)),
  eq: vv(0x37),
  gtS: vv(0x3b),
  shl: shift(0xab),
  shrS: shift(0xac),
  shrU: shift(0xad),
  add: vv(0xae),
  sub: vv(0xb1),
  /** NaN becomes 0. */
  fromFloats: v(0xf8),
  /** The two doubles in lanes 0 and 1, zeros above. */
  fromDoubles: v(0xfc),
};

export const f32x4 = {
  splat: unary<'f32', 'v128'>('v128', simd(0x13)),
  lane: (a: V128, lane: number): F32 => expr('f32', [...simd(0x1f), lane], a),
  eq: vv(0x41),
  ne: vv(0x42),
  lt: vv(0x43),
  gt: vv(0x44),
  le: vv(0x45),
  ge: vv(0x46),
  ceil: v(0x67),
  floor: v(0x68),
  nearest: v(0x6a),
  abs: v(0xe0),
  neg: v(0xe1),
  sqrt: v(0xe3),
  add: vv(0xe4),
  sub: vv(0xe5),
  mul: vv(0xe6),
  div: vv(0xe7),
  /** NaN if either is. */
  min: vv(0xe8),
  max: vv(0xe9),
  /** b < a ? b : a, so that a NaN in a stays. One instruction on x86. */
  pmin: vv(0xea),
  /** a < b ? b : a. */
  pmax: vv(0xeb),
  fromIntegers: v(0xfa),
  fromUnsigned: v(0xfb),
  /** The two doubles in lanes 0 and 1, zeros above. */
  fromDoubles: v(0x5e),
  /** a·b + c, rounded once or twice as the machine likes (relaxed SIMD). */
  relaxedMadd: (a: V128, b: V128, c: V128): V128 => expr('v128', simd(0x105), a, b, c),
};

export const f64x2 = {
  eq: vv(0x47),
  lt: vv(0x49),
  gt: vv(0x4a),
  ge: vv(0x4c),
  floor: v(0x75),
  nearest: v(0x94),
  abs: v(0xec),
  add: vv(0xf0),
  sub: vv(0xf1),
  mul: vv(0xf2),
  div: vv(0xf3),
  /** Lanes 0 and 1. */
  fromFloats: v(0x5f),
  fromIntegers: v(0xfe),
  pmin: vv(0xf6),
  pmax: vv(0xf7),
};

export const i64x2 = {
  shl: shift(0xcb),
  shrS: shift(0xcc),
  add: vv(0xce),
  sub: vv(0xd1),
};

/** Copies `size` bytes; the ranges may overlap. */
export const memoryCopy = (target: I32, source: I32, size: I32): Code => [
  target.code,
  source.code,
  size.code,
  0xfc,
  10,
  0,
  0,
];

export const memoryFill = (target: I32, byte: I32, size: I32): Code => [target.code, byte.code, size.code, 0xfc, 11, 0];
