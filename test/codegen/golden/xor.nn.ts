// xor.nn.ts, written by nnc 0.1.0 from xor.nn.
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
import { add, div, mul, neg, sigmoid, softplus, sub } from 'nnc/runtime';

/** One batch: what the model reads, and what its loss compares with. */
export type Batch = {
  readonly x: Value; // f32 [B, 2]
  readonly y: Value; // f32 [B, 1]
};

// ----------------------------------------------------------------------------------------------------- what is trained

/** The parameters, with their initial values. */
export const parameters = {
  // layer dense 2 sigmoid
  dense: { kernel: param([2, 2], glorot_uniform(Math.sqrt(3 / 2))), bias: param([2], zeros) },
  // layer dense 1
  dense_1: { kernel: param([2, 1], glorot_uniform(Math.sqrt(2))), bias: param([1], zeros) },
} as const;

/** What the optimizer remembers of each parameter: by the first rule that is for it. */
export const slots = remembered(parameters, {
  // optim sgd lr=1.0
  sgd: { slots: {} },
});

/** Initial values: glorot_uniform, scale = sqrt(6 / (fan_in + fan_out)). */
function glorot_uniform(scale: number): Init {
  return (draw, shape) => host.mul(scale, host.sub(host.mul(2, draw.uniform(shape)), 1));
}

type P = Memory<typeof parameters>;
type S = Slots<typeof slots>;
type N = Scalars<typeof numbers>;

/** The numbers of one step, computed on the host in double precision. B: the batch size. */
export function numbers({ B }: Clock) {
  const per_B = 1 / B;
  return { per_B, B };
}

// --------------------------------------------------------------------------------------------------- forward, backward

/**
 * loss bce, with its gradient
 * ∂bce/∂logits = sigmoid(logits) − y
 */
function d_logits_of_bce(logits: Sym, y: Sym, per_B: Sym) {
  const neg_logits = neg(logits);
  const difference = sub(1, y);
  const sum = add(mul(y, softplus(neg_logits)), mul(difference, softplus(logits)));
  const d_logits = mul(per_B, sub(mul(difference, sigmoid(logits)), mul(y, sigmoid(neg_logits))));
  return [sum, d_logits] as const;
}

/** From a batch to its loss, and what `backward` reads on the way back. */
export function forward(k: K, p: P, n: N, { x, y }: Batch) {
  // layer dense 2 sigmoid
  const dense = k.matmul(x, p.dense.kernel, { bias: p.dense.bias, act: sigmoid }); // [B, 2]
  // layer dense 1
  const dense_1 = k.matmul(dense, p.dense_1.kernel, { bias: p.dense_1.bias }); // [B, 1]
  // loss bce
  const [bce_sum, d_dense_1] = k.map(d_logits_of_bce, [dense_1, y, n.per_B]); // [B, 1], [B, 1]
  const bce_sum_sum = k.sum(bce_sum); // []
  const loss = k.map(div, [bce_sum_sum, n.B]); // []
  return { loss, losses: [loss], dense, d_dense_1 };
}

/** The gradient of the loss by every trained parameter: forward, from its end to its beginning. */
export function backward(k: K, p: P, n: N, { x }: Batch, kept: ReturnType<typeof forward>) {
  // layer dense 1
  const d_dense_1_kernel = k.matmul(kept.dense, kept.d_dense_1, { transposeA: true }); // [2, 1] = denseᵀ d_dense_1
  const d_dense_1_bias = k.sum(kept.d_dense_1, { axis: [0] }); // [1] = Σ d_dense_1
  const d_dense = k.matmul(kept.d_dense_1, p.dense_1.kernel, { transposeB: true }); // [B, 2] = d_dense_1 kernelᵀ
  // layer dense 2 sigmoid
  const d_dense_z = k.map((dense, d_dense) => mul(d_dense, mul(dense, sub(1, dense))), [kept.dense, d_dense]); // [B, 2]
  const d_dense_kernel = k.matmul(x, d_dense_z, { transposeA: true }); // [2, 2] = xᵀ d_dense_z
  const d_dense_bias = k.sum(d_dense_z, { axis: [0] }); // [2] = Σ d_dense_z
  return {
    dense: { kernel: d_dense_kernel, bias: d_dense_bias },
    dense_1: { kernel: d_dense_1_kernel, bias: d_dense_1_bias },
  } as const;
}

// -------------------------------------------------------------------------------------------------------------- update

type G = ReturnType<typeof backward>;

/** optim sgd lr=1.0 */
function sgd(k: K, { p, g }: Trained) {
  const new_param = k.map(sub, [p, g]);
  k.store(p, new_param);
}

/** One update of every trained parameter. */
export function update(k: K, p: P, s: S, n: N, g: G) {
  for (const w of each(p, s.sgd, g)) sgd(k, w);
}

// ----------------------------------------------------------------------------------------------------------------- use

/** What the model answers. */
export function predict(k: K, p: P, { x }: Pick<Batch, 'x'>) {
  // layer dense 2 sigmoid
  const dense = k.matmul(x, p.dense.kernel, { bias: p.dense.bias, act: sigmoid }); // [B, 2]
  // layer dense 1
  const dense_1_matmul = k.matmul(dense, p.dense_1.kernel, { bias: p.dense_1.bias, act: sigmoid }); // [B, 1]
  return { predict: dense_1_matmul };
}

/** loss bce */
const sum_of_bce = (logits: Sym, y: Sym) => add(mul(y, softplus(neg(logits))), mul(sub(1, y), softplus(logits)));

/** What one batch adds to the totals of an evaluation. */
export function evaluate(k: K, p: P, n: N, { x, y }: Batch) {
  // layer dense 2 sigmoid
  const dense = k.matmul(x, p.dense.kernel, { bias: p.dense.bias, act: sigmoid }); // [B, 2]
  // layer dense 1
  const dense_1 = k.matmul(dense, p.dense_1.kernel, { bias: p.dense_1.bias }); // [B, 1]
  // loss bce
  const bce_sum = k.map(sum_of_bce, [dense_1, y]); // [B, 1]
  const bce = k.sum(bce_sum, { axis: [0] }); // [1]
  return { bce };
}

/** Loss and metrics, from the totals over all rows. */
export function figures(total: Totals<typeof evaluate>, { rows }: { readonly rows: number }) {
  return { loss: host.number(total.bce) / rows };
}

export const model = defineModel({
  name: 'xor',
  source: {
    file: 'xor.nn',
    hash: 'f714274edf51415fd36a5a2fd3d0c9927dd21784451cd3a90827929917df8d07',
    compiler: '0.1.0',
    settings: {},
  },
  inputs: { x: { shape: [2], dtype: 'float32' } },
  targets: { y: { shape: [1], dtype: 'float32' } },
  parameters,
  slots,
  numbers,
  forward,
  backward,
  update,
  evaluate,
  figures,
  predict,
  predictInputs: ['x'],
  accumulate: 1,
  warmup: 0,
  data: {
    format: 'inline',
    rows: [
      [0, 0, 0],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
    ],
    seed: 1,
  },
  prep: [],
  train: { epochs: 1000, batch: 4, seed: 1, monitor: 'val_loss' },
});

/** A trainer over this model: `trainStep`, `fit`, `predict`, `weights`. */
export function createTrainer(options?: TrainerOptions): Promise<Trainer<typeof model>> {
  return create(model, options);
}
