// mlp.nn.ts — written by hand as nnc 0.1.0 would emit it from mlp.nn.
import { createTrainer as create, defineModel, each, host, param, remembered, zeros } from 'nnc/runtime';
import type {
  Clock,
  Draw,
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
  mul,
  relu,
  rowMax,
  rowSum,
  select,
  sqrt,
  sub,
  log,
  neg,
} from 'nnc/runtime';

/** One batch: what the model reads, and what its loss compares with. */
export type Batch = {
  readonly image: Value; // f32 [B, 784]
  readonly label: Value; // class[10], i32 [B]
};

// ------------------------------------------------------------------------------------------------ what is trained

export const parameters = {
  // layer dense 128 relu
  dense: { kernel: param([784, 128], glorot_uniform), bias: param([128], zeros) },
  // layer dense 10
  dense_1: { kernel: param([128, 10], glorot_uniform), bias: param([10], zeros) },
} as const;

/** What the optimizer remembers of each parameter. */
export const slots = remembered(parameters, {
  // optim adam
  adam: { slots: { m: zeros, v: zeros } },
});

function glorot_uniform(draw: Draw, shape: readonly number[]) {
  const [fan_in = 0, fan_out = 0] = shape;
  return host.mul(Math.sqrt(6 / (fan_in + fan_out)), host.sub(host.mul(2, draw.uniform(shape)), 1));
}

type P = Memory<typeof parameters>;
type S = Slots<typeof slots>;
type N = Scalars<typeof numbers>;

/** The numbers of one step, computed on the host in double precision. t counts updates from 1. */
export function numbers({ t, B }: Clock) {
  return { B, lr: 1e-3, m_scale: 1 - 0.9 ** t, v_scale: 1 - 0.999 ** t };
}

// ------------------------------------------------------------------------------------------------ forward, backward

/** loss xent, one row of logits at a time, with its gradient */
function xent(logits: Sym, label: Sym, B: Sym) {
  const hot = equal(label, column());
  const shifted = sub(logits, rowMax(logits));
  const log_p = sub(shifted, log(rowSum(exp(shifted))));
  const loss = neg(rowSum(mul(hot, log_p)));
  const d_logits = div(sub(exp(log_p), hot), B);
  return [loss, d_logits] as const;
}

export function forward(k: K, p: P, n: N, { image, label }: Batch) {
  const B = image.shape[0] ?? 0;
  // layer dense 128 relu
  const dense = k.matmul(image, p.dense.kernel, { bias: p.dense.bias, act: relu }); // [B, 128]
  // layer dense 10
  const dense_1 = k.matmul(dense, p.dense_1.kernel, { bias: p.dense_1.bias }); // [B, 10]
  // loss xent
  const [xent_rows, d_dense_1] = k.map(xent, [dense_1, k.reshape(label, [B, 1]), n.B]); // [B, 1], [B, 10]
  const xent_sum = k.sum(xent_rows); // []
  const loss = k.map(div, [xent_sum, n.B]); // []
  return { loss, losses: [loss], dense, d_dense_1 };
}

/** The gradient passes where relu's result is positive. */
const relu_vjp = (y: Sym, dy: Sym) => select(greater(y, 0), dy, 0);

export function backward(k: K, p: P, n: N, { image }: Batch, { dense, d_dense_1 }: ReturnType<typeof forward>) {
  // layer dense 10
  const d_dense_1_kernel = k.matmul(dense, d_dense_1, { transposeA: true }); // [128, 10]
  const d_dense_1_bias = k.sum(d_dense_1, { axis: [0] }); // [10]
  const d_dense = k.matmul(d_dense_1, p.dense_1.kernel, { transposeB: true }); // [B, 128]
  // layer dense 128 relu
  const d_dense_pre = k.map(relu_vjp, [dense, d_dense]); // [B, 128]
  const d_dense_kernel = k.matmul(image, d_dense_pre, { transposeA: true }); // [784, 128]
  const d_dense_bias = k.sum(d_dense_pre, { axis: [0] }); // [128]
  return {
    dense: { kernel: d_dense_kernel, bias: d_dense_bias },
    dense_1: { kernel: d_dense_1_kernel, bias: d_dense_1_bias },
  } as const;
}

// ------------------------------------------------------------------------------------------------ update

/** optim adam: one element of a parameter, its gradient, its two moments */
function adam_map(param: Sym, grad: Sym, m: Sym, v: Sym, lr: Sym, m_scale: Sym, v_scale: Sym) {
  const new_m = flush(add(mul(0.9, m), mul(0.1, grad)));
  const new_v = flush(add(mul(0.999, v), mul(0.001, mul(grad, grad))));
  const new_param = sub(param, div(mul(lr, div(new_m, m_scale)), add(sqrt(div(new_v, v_scale)), 1e-7)));
  return [new_param, new_m, new_v] as const;
}

/** optim adam */
function adam(k: K, { p, s, g }: Trained<'m' | 'v'>, n: N) {
  const [new_param, new_m, new_v] = k.map(adam_map, [p, g, s.m, s.v, n.lr, n.m_scale, n.v_scale]);
  k.store(p, new_param);
  k.store(s.m, new_m);
  k.store(s.v, new_v);
}

export function update(k: K, p: P, s: S, n: N, g: ReturnType<typeof backward>) {
  for (const w of each(p, s.adam, g)) adam(k, w, n);
}

// ------------------------------------------------------------------------------------------------ use

export function predict(k: K, p: P, { image }: Pick<Batch, 'image'>) {
  const dense = k.matmul(image, p.dense.kernel, { bias: p.dense.bias, act: relu }); // [B, 128]
  const dense_1 = k.matmul(dense, p.dense_1.kernel, { bias: p.dense_1.bias }); // [B, 10]
  return { predict: dense_1 };
}

/** What one batch adds to the totals of an evaluation. */
export function evaluate(k: K, p: P, n: N, { image, label }: Batch) {
  const { predict: logits } = predict(k, p, { image });
  const [rows] = k.map(xent, [logits, k.reshape(label, [label.shape[0] ?? 0, 1]), n.B]);
  const loss = k.sum(rows);
  return { loss };
}

/** The figures, from the totals over all rows. */
export function figures(total: Totals<typeof evaluate>, { rows }: { readonly rows: number }) {
  return { loss: host.number(total.loss) / rows };
}

export const model = defineModel({
  name: 'mlp',
  source: { file: 'mlp.nn', hash: '', compiler: '0.1.0', settings: {} },
  inputs: { image: { shape: [784], dtype: 'float32' } },
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
  train: { epochs: 10, batch: 32, seed: 1, monitor: 'val_loss' },
  prep: [],
});

/** A trainer over this model: `trainStep`, `fit`, `predict`, `weights`. */
export function createTrainer(options?: TrainerOptions): Promise<Trainer<typeof model>> {
  return create(model, options);
}
