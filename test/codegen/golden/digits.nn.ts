// digits.nn.ts, written by nnc 0.1.0 from digits.nn.
// To change it, change the spec and run `nnc build`.
//
// p: parameters, and states of layers; s: what the optimizer remembers; n: numbers of this update; g: gradients.
// d_x: the gradient of the loss by x, = its formula where it has one. kept: what forward returned. B: the batch size.
// k: operations on whole tensors; behind each stands the shape of its result. k.store(p.w, x): from here on p.w is x.
// k.map(f, [x, y]): f at every element of x and y, broadcast against each other; two results where f returns two.
// Sym: such an element within f, which is called once, with symbols, and never with numbers.
// rowSum(x), rowMax(x): over the last axis, of the row that the element is in; column(): its index in that row.
// act: a function that the kernel applies to each element of its result.
// each(p, s.r, g): { p, s, g } of every parameter that the rule r of `slots` is for, and of no other.
// flush(x): x, or 0 where |x| < 1e-30: processors are slow with such numbers.

import { createTrainer as create, defineModel, each, host, param, remembered, zeros } from 'nnc/runtime';
import type {
  Clock,
  Init,
  K,
  Memory,
  Scalars,
  Slots,
  Sym,
  Totals,
  Trained,
  Trainer,
  TrainerOptions,
  Value,
} from 'nnc/runtime';
import {
  add,
  column,
  div,
  equal,
  exp,
  flush,
  greater,
  greaterEqual,
  log1p,
  maximum,
  mul,
  neg,
  relu,
  rowMax,
  rowSum,
  select,
  sqrt,
  square,
  sub,
} from 'nnc/runtime';

/** One batch: what the model reads, and what its loss compares with. */
export type Batch = {
  readonly pixels: Value; // f32 [B, 64]
  readonly digit: Value; // class[10], i32 [B]
};

// ----------------------------------------------------------------------------------------------------- what is trained

/** The parameters, with their initial values. */
export const parameters = {
  // layer dense width relu
  dense: { kernel: param([64, 128], glorot_uniform(Math.sqrt(1 / 32))), bias: param([128], zeros) },
  // layer dense 10
  dense_1: { kernel: param([128, 10], glorot_uniform(Math.sqrt(1 / 23))), bias: param([10], zeros) },
} as const;

/** What the optimizer remembers of each parameter: by the first rule that is for it. */
export const slots = remembered(parameters, {
  // optim adamw lr=lr decay=0.01
  adamw: { of: ({ shape }) => shape.length > 1, slots: { m: zeros, v: zeros } },
  adamw_no_decay: { slots: { m: zeros, v: zeros } },
});

/** Initial values: glorot_uniform, scale = sqrt(6 / (fan_in + fan_out)). */
function glorot_uniform(scale: number): Init {
  return (draw, shape) => host.mul(scale, host.sub(host.mul(2, draw.uniform(shape)), 1));
}

type P = Memory<typeof parameters>;
type S = Slots<typeof slots>;
type N = Scalars<typeof numbers>;

/** The numbers of one step, computed on the host in double precision. t counts updates from 1. T: all updates. */
export function numbers({ t, T }: Clock) {
  const schedule =
    t <= 50 ? t / 50 : (1 + Math.cos(Math.PI * Math.min(Math.max((t - 51) / Math.max(T - 50, 1), 0), 1))) / 2;
  const lr = 0.005 * schedule;
  const param_scale = lr * 0.01;
  const m_divisor = 1 - 0.9 ** t;
  const v_divisor = 1 - 0.999 ** t;
  return { param_scale, lr, m_divisor, v_divisor };
}

// --------------------------------------------------------------------------------------------------- forward, backward

/** layer dropout 0.2 */
const dropout_map = (z: Sym, uniform: Sym) => select(greaterEqual(uniform, 0.2), div(relu(z), 0.8), 0);

/** loss xent smoothing=0.05 */
const weight_rows_of_xent = (label: Sym, arange: Sym) => rowSum(equal(label, arange));

/**
 * loss xent smoothing=0.05, with its gradient
 * ∂cost/∂logits = softmax(logits) Σp − p, of a target p
 */
function cost_of_xent(label: Sym, logits: Sym, divisor: Sym) {
  const hot = equal(label, column());
  const q = add(mul(0.95, hot), mul(0.005, rowSum(hot)));
  const shifted = sub(logits, rowMax(logits));
  const is_top = equal(shifted, 0);
  const exp_shifted = exp(shifted);
  const sum_exp_others = add(rowSum(select(is_top, 0, exp_shifted)), sub(rowSum(is_top), 1));
  const cost = neg(rowSum(mul(q, sub(shifted, log1p(sum_exp_others)))));
  const sum_q = rowSum(q);
  const product = mul(div(sum_q, add(1, sum_exp_others)), select(is_top, neg(sum_exp_others), exp_shifted));
  const d_logits = div(add(sub(mul(is_top, sum_q), q), product), divisor);
  return [cost, d_logits] as const;
}

/** From a batch to its loss, and what `backward` reads on the way back. */
export function forward(k: K, p: P, n: N, { pixels, digit }: Batch) {
  const [B = 0] = pixels.shape;
  // layer dense width relu
  const dense_z = k.matmul(pixels, p.dense.kernel, { bias: p.dense.bias }); // [B, 128]
  // layer dropout 0.2
  const dropout_uniform = k.uniform('dropout.uniform', [B, 128]); // [B, 128]
  const dropout = k.map(dropout_map, [dense_z, dropout_uniform]); // [B, 128]
  // layer dense 10
  const dense_1 = k.matmul(dropout, p.dense_1.kernel, { bias: p.dense_1.bias }); // [B, 10]
  // loss xent smoothing=0.05
  const xent_arange = k.arange(10); // [10]
  const digit_1 = k.reshape(digit, [B, 1]); // [B, 1]
  const xent_weight_rows = k.map(weight_rows_of_xent, [digit_1, xent_arange]); // [B, 1]
  const xent_weight = k.sum(xent_weight_rows); // []
  const xent_divisor = k.map((weight) => maximum(weight, 1e-30), [xent_weight]); // []
  const [xent_cost, d_dense_1] = k.map(cost_of_xent, [digit_1, dense_1, xent_divisor]); // [B, 1], [B, 10]
  const xent_total = k.sum(xent_cost); // []
  const loss = k.map(div, [xent_total, xent_divisor]); // []
  return { loss, losses: [loss], dense_z, dropout_uniform, dropout, d_dense_1 };
}

/** layer dropout 0.2 */
function d_z_of_dropout(z: Sym, uniform: Sym, d_dropout: Sym) {
  return select(greater(relu(z), 0), div(select(greaterEqual(uniform, 0.2), d_dropout, 0), 0.8), 0);
}

/** The gradient of the loss by every trained parameter: forward, from its end to its beginning. */
export function backward(k: K, p: P, n: N, { pixels }: Batch, kept: ReturnType<typeof forward>) {
  // layer dense 10
  const d_dense_1_kernel = k.matmul(kept.dropout, kept.d_dense_1, { transposeA: true }); // = dropoutᵀ d_dense_1
  const d_dense_1_bias = k.sum(kept.d_dense_1, { axis: [0] }); // [10] = Σ d_dense_1
  const d_dropout = k.matmul(kept.d_dense_1, p.dense_1.kernel, { transposeB: true }); // [B, 128] = d_dense_1 kernelᵀ
  // layer dropout 0.2
  const d_dense_z = k.map(d_z_of_dropout, [kept.dense_z, kept.dropout_uniform, d_dropout]); // [B, 128]
  // layer dense width relu
  const d_dense_kernel = k.matmul(pixels, d_dense_z, { transposeA: true }); // [64, 128] = pixelsᵀ d_dense_z
  const d_dense_bias = k.sum(d_dense_z, { axis: [0] }); // [128] = Σ d_dense_z
  return {
    dense: { kernel: d_dense_kernel, bias: d_dense_bias },
    dense_1: { kernel: d_dense_1_kernel, bias: d_dense_1_bias },
  } as const;
}

// -------------------------------------------------------------------------------------------------------------- update

type G = ReturnType<typeof backward>;

/** optim adamw lr=lr decay=0.01 */
function adamw_map(param: Sym, grad: Sym, m: Sym, v: Sym, param_scale: Sym, lr: Sym, m_divisor: Sym, v_divisor: Sym) {
  const new_m = flush(add(mul(0.9, m), mul(0.1, grad)));
  const new_v = flush(add(mul(0.999, v), mul(0.001, square(grad))));
  const quotient = div(mul(lr, div(new_m, m_divisor)), add(sqrt(div(new_v, v_divisor)), 1e-7));
  const new_param = sub(sub(param, mul(param_scale, param)), quotient);
  return [new_param, new_m, new_v] as const;
}

/** optim adamw lr=lr decay=0.01 */
function adamw(k: K, { p, s, g }: Trained<'m' | 'v'>, n: N) {
  const [new_param, new_m, new_v] = k.map(adamw_map, [p, g, s.m, s.v, n.param_scale, n.lr, n.m_divisor, n.v_divisor]);
  k.store(p, new_param);
  k.store(s.m, new_m);
  k.store(s.v, new_v);
}

/** optim adamw lr=lr decay=0.01 */
function adamw_no_decay_map(param: Sym, grad: Sym, m: Sym, v: Sym, lr: Sym, m_divisor: Sym, v_divisor: Sym) {
  const new_m = flush(add(mul(0.9, m), mul(0.1, grad)));
  const new_v = flush(add(mul(0.999, v), mul(0.001, square(grad))));
  const new_param = sub(param, div(mul(lr, div(new_m, m_divisor)), add(sqrt(div(new_v, v_divisor)), 1e-7)));
  return [new_param, new_m, new_v] as const;
}

/** optim adamw lr=lr decay=0.01 */
function adamw_no_decay(k: K, { p, s, g }: Trained<'m' | 'v'>, n: N) {
  const [new_param, new_m, new_v] = k.map(adamw_no_decay_map, [p, g, s.m, s.v, n.lr, n.m_divisor, n.v_divisor]);
  k.store(p, new_param);
  k.store(s.m, new_m);
  k.store(s.v, new_v);
}

/** One update of every trained parameter. */
export function update(k: K, p: P, s: S, n: N, g: G) {
  for (const w of each(p, s.adamw, g)) adamw(k, w, n);
  for (const w of each(p, s.adamw_no_decay, g)) adamw_no_decay(k, w, n);
}

// ----------------------------------------------------------------------------------------------------------------- use

/** predict softmax(it) */
function softmax_map(dense_1: Sym) {
  const exp_difference = exp(sub(dense_1, rowMax(dense_1)));
  return div(exp_difference, rowSum(exp_difference));
}

/** What the model answers. */
export function predict(k: K, p: P, { pixels }: Pick<Batch, 'pixels'>) {
  // layer dense width relu
  const dense = k.matmul(pixels, p.dense.kernel, { bias: p.dense.bias, act: relu }); // [B, 128]
  // layer dense 10
  const dense_1 = k.matmul(dense, p.dense_1.kernel, { bias: p.dense_1.bias }); // [B, 10]
  // predict softmax(it)
  const softmax = k.map(softmax_map, [dense_1]); // [B, 10]
  return { predict: softmax };
}

/** loss xent smoothing=0.05 */
function cost_of_xent_1(label: Sym, logits: Sym) {
  const hot = equal(label, column());
  const shifted = sub(logits, rowMax(logits));
  const is_top = equal(shifted, 0);
  const log_softmax_logits = sub(shifted, log1p(add(rowSum(select(is_top, 0, exp(shifted))), sub(rowSum(is_top), 1))));
  return neg(rowSum(mul(add(mul(0.95, hot), mul(0.005, rowSum(hot))), log_softmax_logits)));
}

/** metric f1 average=macro */
function known_of_f1(label: Sym, arange: Sym, best: Sym) {
  const hot = equal(label, arange);
  const known = greaterEqual(label, 0);
  const one_hot = equal(select(known, best, -1), arange);
  const product = mul(one_hot, hot);
  const sum = add(one_hot, hot);
  return [known, product, sum] as const;
}

/** What one batch adds to the totals of an evaluation. */
export function evaluate(k: K, p: P, n: N, { pixels, digit }: Batch) {
  const [B = 0] = pixels.shape;
  // layer dense width relu
  const dense = k.matmul(pixels, p.dense.kernel, { bias: p.dense.bias, act: relu }); // [B, 128]
  // layer dense 10
  const dense_1 = k.matmul(dense, p.dense_1.kernel, { bias: p.dense_1.bias }); // [B, 10]
  // loss xent smoothing=0.05
  const xent_arange = k.arange(10); // [10]
  const digit_1 = k.reshape(digit, [B, 1]); // [B, 1]
  const xent_w = k.map(weight_rows_of_xent, [digit_1, xent_arange]); // [B, 1]
  const xent_cost = k.map(cost_of_xent_1, [digit_1, dense_1]); // [B, 1]
  const xent_total = k.sum(xent_cost, { axis: [0] }); // [1]
  const xent_weight = k.sum(xent_w, { axis: [0] }); // [1]
  // metric accuracy
  const accuracy_best = k.argmax(dense_1, 1); // [B]
  const accuracy_hit = k.map(equal, [accuracy_best, digit]); // [B]
  const accuracy_total = k.sum(accuracy_hit, { axis: [0] }); // []
  // metric f1 average=macro
  const accuracy_best_1 = k.reshape(accuracy_best, [B, 1]); // [B, 1]
  // [B, 1], [B, 10], [B, 10]
  const [accuracy_known, f1_product, f1_sum] = k.map(known_of_f1, [digit_1, xent_arange, accuracy_best_1]);
  // metric accuracy
  const accuracy_weight = k.sum(accuracy_known, { axis: [0] }); // [1]
  // metric f1 average=macro
  const f1_hits = k.sum(f1_product, { axis: [0] }); // [10]
  const f1_all = k.sum(f1_sum, { axis: [0] }); // [10]
  return { xent_total, xent_weight, accuracy_total, accuracy_weight, f1_hits, f1_all };
}

/** Loss and metrics, from the totals over all rows. */
export function figures(total: Totals<typeof evaluate>) {
  const f1 = host.number(host.sum(host.div(host.mul(2, total.f1_hits), host.maximum(total.f1_all, 1))));
  return {
    loss: host.number(total.xent_total) / Math.max(host.number(total.xent_weight), 1e-30),
    accuracy: host.number(total.accuracy_total) / Math.max(host.number(total.accuracy_weight), 1e-30),
    f1: f1 / Math.max(host.number(host.sum(host.greater(total.f1_all, 0))), 1),
  };
}

export const model = defineModel({
  name: 'digits',
  source: {
    file: 'digits.nn',
    hash: 'ce90ff54ef5afb4c5bdaf4110f9a3c8469a12dcc96f95e4286edb7e9c5076a96',
    compiler: '0.1.0',
    settings: {},
  },
  inputs: { pixels: { shape: [64], dtype: 'float32', range: [0, 16] } },
  targets: { digit: { shape: [], dtype: 'int32', classes: 10 } },
  parameters,
  slots,
  numbers,
  forward,
  backward,
  update,
  evaluate,
  figures,
  predict,
  predictInputs: ['pixels'],
  accumulate: 1,
  warmup: 50,
  expectedLoss: Math.log(10),
  data: { format: 'csv', file: 'data/digits.csv', columns: { digit: ['digit'] }, split: [0.8, 0.1, 0.1], seed: 7 },
  prep: [{ port: 'pixels', kind: 'scale', factor: 0.0625 }],
  train: { epochs: 30, batch: 64, seed: 1, patience: 5, monitor: 'val_loss' },
});

/** A trainer over this model: `trainStep`, `fit`, `predict`, `weights`. */
export function createTrainer(options?: TrainerOptions): Promise<Trainer<typeof model>> {
  return create(model, options);
}
