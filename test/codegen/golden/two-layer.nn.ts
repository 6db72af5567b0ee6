// two-layer.nn.ts, written by nnc 0.1.0 from two-layer.nn.
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

import { createTrainer as create, defineModel, each, host, param, remembered, zeros } from 'nnc/runtime';
import type {
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
  sub,
} from 'nnc/runtime';

/** One batch: what the model reads, and what its loss compares with. */
export type Batch = {
  readonly image: Value; // f32 [B, 64]
  readonly label: Value; // class[10], i32 [B]
};

// ----------------------------------------------------------------------------------------------------- what is trained

/** The parameters, with their initial values. */
export const parameters = {
  // layer dense 128 relu
  dense: { kernel: param([64, 128], glorot_uniform(Math.sqrt(1 / 32))), bias: param([128], zeros) },
  // layer dense 10
  dense_1: { kernel: param([128, 10], glorot_uniform(Math.sqrt(1 / 23))), bias: param([10], zeros) },
} as const;

/** What the optimizer remembers of each parameter: by the first rule that is for it. */
export const slots = remembered(parameters, {
  // optim sgd lr=0.1
  sgd: { slots: {} },
});

/** Initial values: glorot_uniform, scale = sqrt(6 / (fan_in + fan_out)). */
function glorot_uniform(scale: number): Init {
  return (draw, shape) => host.mul(scale, host.sub(host.mul(2, draw.uniform(shape)), 1));
}

type P = Memory<typeof parameters>;
type S = Slots<typeof slots>;
type N = Scalars<typeof numbers>;

/** The numbers of one step, computed on the host in double precision. */
export function numbers() {
  return {};
}

// --------------------------------------------------------------------------------------------------- forward, backward

/** loss xent */
const weight_rows_of_xent = (label: Sym, arange: Sym) => rowSum(equal(label, arange));

/**
 * loss xent, with its gradient
 * ∂cost/∂logits = softmax(logits) Σp − p, of a target p
 */
function cost_of_xent(label: Sym, logits: Sym, divisor: Sym) {
  const hot = equal(label, column());
  const shifted = sub(logits, rowMax(logits));
  const is_top = equal(shifted, 0);
  const exp_shifted = exp(shifted);
  const sum_exp_others = add(rowSum(select(is_top, 0, exp_shifted)), sub(rowSum(is_top), 1));
  const cost = neg(rowSum(mul(hot, sub(shifted, log1p(sum_exp_others)))));
  const sum_hot = rowSum(hot);
  const product = mul(div(sum_hot, add(1, sum_exp_others)), select(is_top, neg(sum_exp_others), exp_shifted));
  const d_logits = div(add(sub(mul(is_top, sum_hot), hot), product), divisor);
  return [cost, d_logits] as const;
}

/** From a batch to its loss, and what `backward` reads on the way back. */
export function forward(k: K, p: P, n: N, { image, label }: Batch) {
  const [B = 0] = image.shape;
  // layer dense 128 relu
  const dense = k.matmul(image, p.dense.kernel, { bias: p.dense.bias, act: relu }); // [B, 128]
  // layer dense 10
  const dense_1 = k.matmul(dense, p.dense_1.kernel, { bias: p.dense_1.bias }); // [B, 10]
  // loss xent
  const xent_arange = k.arange(10); // [10]
  const label_1 = k.reshape(label, [B, 1]); // [B, 1]
  const xent_weight_rows = k.map(weight_rows_of_xent, [label_1, xent_arange]); // [B, 1]
  const xent_weight = k.sum(xent_weight_rows); // []
  const xent_divisor = k.map((weight) => maximum(weight, 1e-30), [xent_weight]); // []
  const [xent_cost, d_dense_1] = k.map(cost_of_xent, [label_1, dense_1, xent_divisor]); // [B, 1], [B, 10]
  const xent_total = k.sum(xent_cost); // []
  const loss = k.map(div, [xent_total, xent_divisor]); // []
  return { loss, losses: [loss], dense, d_dense_1 };
}

/** The gradient of the loss by every trained parameter: forward, from its end to its beginning. */
export function backward(k: K, p: P, n: N, { image }: Batch, kept: ReturnType<typeof forward>) {
  // layer dense 10
  const d_dense_1_kernel = k.matmul(kept.dense, kept.d_dense_1, { transposeA: true }); // [128, 10] = denseᵀ d_dense_1
  const d_dense_1_bias = k.sum(kept.d_dense_1, { axis: [0] }); // [10] = Σ d_dense_1
  const d_dense = k.matmul(kept.d_dense_1, p.dense_1.kernel, { transposeB: true }); // [B, 128] = d_dense_1 kernelᵀ
  // layer dense 128 relu
  const d_dense_z = k.map((dense, d_dense) => select(greater(dense, 0), d_dense, 0), [kept.dense, d_dense]); // [B, 128]
  const d_dense_kernel = k.matmul(image, d_dense_z, { transposeA: true }); // [64, 128] = imageᵀ d_dense_z
  const d_dense_bias = k.sum(d_dense_z, { axis: [0] }); // [128] = Σ d_dense_z
  return {
    dense: { kernel: d_dense_kernel, bias: d_dense_bias },
    dense_1: { kernel: d_dense_1_kernel, bias: d_dense_1_bias },
  } as const;
}

// -------------------------------------------------------------------------------------------------------------- update

type G = ReturnType<typeof backward>;

/** optim sgd lr=0.1 */
function sgd(k: K, { p, g }: Trained) {
  const new_param = k.map((param, grad) => sub(param, mul(0.1, grad)), [p, g]);
  k.store(p, new_param);
}

/** One update of every trained parameter. */
export function update(k: K, p: P, s: S, n: N, g: G) {
  for (const w of each(p, s.sgd, g)) sgd(k, w);
}

// ----------------------------------------------------------------------------------------------------------------- use

/** What the model answers. */
export function predict(k: K, p: P, { image }: Pick<Batch, 'image'>) {
  // layer dense 128 relu
  const dense = k.matmul(image, p.dense.kernel, { bias: p.dense.bias, act: relu }); // [B, 128]
  // layer dense 10
  const dense_1 = k.matmul(dense, p.dense_1.kernel, { bias: p.dense_1.bias }); // [B, 10]
  return { predict: dense_1 };
}

/** loss xent */
function cost_of_xent_1(label: Sym, logits: Sym) {
  const shifted = sub(logits, rowMax(logits));
  const is_top = equal(shifted, 0);
  const log_softmax_logits = sub(shifted, log1p(add(rowSum(select(is_top, 0, exp(shifted))), sub(rowSum(is_top), 1))));
  return neg(rowSum(mul(equal(label, column()), log_softmax_logits)));
}

/** What one batch adds to the totals of an evaluation. */
export function evaluate(k: K, p: P, n: N, { image, label }: Batch) {
  const [B = 0] = image.shape;
  // layer dense 128 relu
  const dense = k.matmul(image, p.dense.kernel, { bias: p.dense.bias, act: relu }); // [B, 128]
  // layer dense 10
  const dense_1 = k.matmul(dense, p.dense_1.kernel, { bias: p.dense_1.bias }); // [B, 10]
  // loss xent
  const xent_arange = k.arange(10); // [10]
  const label_1 = k.reshape(label, [B, 1]); // [B, 1]
  const xent_w = k.map(weight_rows_of_xent, [label_1, xent_arange]); // [B, 1]
  const xent_cost = k.map(cost_of_xent_1, [label_1, dense_1]); // [B, 1]
  const xent_total = k.sum(xent_cost, { axis: [0] }); // [1]
  const xent_weight = k.sum(xent_w, { axis: [0] }); // [1]
  // metric accuracy
  const accuracy_best = k.argmax(dense_1, 1); // [B]
  const accuracy_hit = k.map(equal, [accuracy_best, label]); // [B]
  const accuracy_known = k.map((label) => greaterEqual(label, 0), [label]); // [B]
  const accuracy_total = k.sum(accuracy_hit, { axis: [0] }); // []
  const accuracy_weight = k.sum(accuracy_known, { axis: [0] }); // []
  return { xent_total, xent_weight, accuracy_total, accuracy_weight };
}

/** Loss and metrics, from the totals over all rows. */
export function figures(total: Totals<typeof evaluate>) {
  return {
    loss: host.number(total.xent_total) / Math.max(host.number(total.xent_weight), 1e-30),
    accuracy: host.number(total.accuracy_total) / Math.max(host.number(total.accuracy_weight), 1e-30),
  };
}

export const model = defineModel({
  name: 'two-layer',
  source: {
    file: 'two-layer.nn',
    hash: 'a02fa58e03cd36a2488370d54d1f7aaf1ed5ddc160222a06b7a795d85fc78521',
    compiler: '0.1.0',
    settings: {},
  },
  inputs: { image: { shape: [64], dtype: 'float32' } },
  targets: { label: { shape: [], dtype: 'int32', classes: 10 } },
  parameters,
  slots,
  numbers,
  forward,
  backward,
  update,
  evaluate,
  figures,
  predict,
  predictInputs: ['image'],
  accumulate: 1,
  warmup: 0,
  expectedLoss: Math.log(10),
  data: { format: 'csv', file: 'data/digits.csv', columns: { label: ['digit'] }, split: [0.8, 0.2], seed: 1 },
  prep: [{ port: 'image', kind: 'scale', factor: 0.0625 }],
  train: { epochs: 5, batch: 64, seed: 1, monitor: 'val_loss' },
});

/** A trainer over this model: `trainStep`, `fit`, `predict`, `weights`. */
export function createTrainer(options?: TrainerOptions): Promise<Trainer<typeof model>> {
  return create(model, options);
}
