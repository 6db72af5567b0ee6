/** Models for the runtime's tests, in the shape of generated files: a classifier with one hidden layer, and a line. */
import { defineModel, each, host, param, remembered, zeros } from '../../runtime/index.ts';
import type {
  DataSpec,
  Draw,
  K,
  ModelDefinition,
  Numbers,
  PrepSpec,
  TrainSpec,
  Value,
  Values,
  Weights,
} from '../../runtime/index.ts';
import {
  add,
  column,
  div,
  equal,
  exp,
  flush,
  greaterEqual,
  log,
  mul,
  neg,
  relu,
  greater,
} from '../../runtime/index.ts';
import { rowMax, rowSum, select, sqrt, sub } from '../../runtime/index.ts';
import { valuesByPath } from '../../runtime/tables.ts';
import type { Sym } from '../../runtime/index.ts';

export interface ClassifierOptions {
  readonly inputs: number;
  readonly hidden: number;
  readonly classes: number;
  readonly dropout?: number;
  readonly accumulate?: number;
  readonly range?: readonly [number, number];
  readonly data?: DataSpec;
  readonly prep?: readonly PrepSpec[];
  readonly train?: Partial<TrainSpec>;
  readonly lr?: number;
  /** The rate falls in a line to 0 at the run's end. */
  readonly linear?: boolean;
}

const value = (values: Values, name: string): Value => {
  const found = values[name];
  if (found === undefined) throw new Error(`no value ${name}`);
  return found;
};

const weight = (table: Weights, path: string): Value => value(Object.fromEntries(valuesByPath(table)), path);

function xent(logits: Sym, label: Sym, B: Sym) {
  const hot = equal(label, column());
  const shifted = sub(logits, rowMax(logits));
  const log_p = sub(shifted, log(rowSum(exp(shifted))));
  return [neg(rowSum(mul(hot, log_p))), div(sub(exp(log_p), hot), B)] as const;
}

function adam(param: Sym, grad: Sym, m: Sym, v: Sym, lr: Sym, m_scale: Sym, v_scale: Sym, micro: Sym) {
  const g = div(grad, micro);
  const new_m = flush(add(mul(0.9, m), mul(0.1, g)));
  const new_v = flush(add(mul(0.999, v), mul(0.001, mul(g, g))));
  return [sub(param, div(mul(lr, div(new_m, m_scale)), add(sqrt(div(new_v, v_scale)), 1e-7))), new_m, new_v] as const;
}

/** inputs → hidden relu → dropout → classes, cross-entropy, Adam. */
export function classifier(options: ClassifierOptions): ModelDefinition {
  const { inputs, hidden, classes, dropout = 0, accumulate = 1 } = options;
  const glorot = (i: number, o: number) => (draw: Draw, shape: readonly number[]) =>
    host.mul(Math.sqrt(6 / (i + o)), host.sub(host.mul(2, draw.uniform(shape)), 1));
  const parameters = {
    dense: { kernel: param([inputs, hidden], glorot(inputs, hidden)), bias: param([hidden], zeros) },
    head: { kernel: param([hidden, classes], glorot(hidden, classes)), bias: param([classes], zeros) },
  };
  const slots = remembered(parameters, { adam: { slots: { m: zeros, v: zeros } } });
  const logitsOf = (k: K, p: Weights, x: Value): Value => {
    const h = k.matmul(x, weight(p, 'dense.kernel'), { bias: weight(p, 'dense.bias'), act: relu });
    const logits = k.matmul(h, weight(p, 'head.kernel'), { bias: weight(p, 'head.bias') });
    return logits;
  };
  const keep = (x: Sym, u: Sym) => select(greaterEqual(u, dropout), div(x, 1 - dropout), 0);
  const asColumn = (k: K, label: Value): Value => k.reshape(label, [label.shape[0] ?? 0, 1]);
  const forward = (k: K, p: Weights, n: Numbers, batch: Values) => {
    const x = value(batch, 'x');
    const label = value(batch, 'label');
    const h = k.matmul(x, weight(p, 'dense.kernel'), { bias: weight(p, 'dense.bias'), act: relu });
    const u = k.uniform('dropout.uniform', [x.shape[0] ?? 0, hidden]);
    const dropped = k.map(keep, [h, u]);
    const logits = k.matmul(dropped, weight(p, 'head.kernel'), { bias: weight(p, 'head.bias') });
    const [rows, d_logits] = k.map(xent, [logits, asColumn(k, label), scalar(n, 'B')]);
    const total = k.sum(rows);
    const loss = k.map(div, [total, scalar(n, 'B')]);
    return { loss, losses: [loss], h, u, dropped, d_logits };
  };
  const backward = (k: K, p: Weights, _: Numbers, batch: Values, f: ReturnType<typeof forward>): Weights => {
    const { h, u, dropped, d_logits } = f;
    const head_w = k.matmul(dropped, d_logits, { transposeA: true });
    const head_b = k.sum(d_logits, { axis: [0] });
    const d_dropped = k.matmul(d_logits, weight(p, 'head.kernel'), { transposeB: true });
    const pass = (dy: Sym, x: Sym, uniform: Sym) => select(greater(x, 0), keep(dy, uniform), 0);
    const d_h = k.map(pass, [d_dropped, h, u]);
    const w = k.matmul(value(batch, 'x'), d_h, { transposeA: true });
    const b = k.sum(d_h, { axis: [0] });
    return { dense: { kernel: w, bias: b }, head: { kernel: head_w, bias: head_b } };
  };
  const lr = options.lr ?? 0.01;
  const model: ModelDefinition = {
    name: 'classifier',
    source: { file: 'classifier.nn', hash: 'abc', compiler: '0.1.0', settings: {} },
    inputs: {
      x: { shape: [inputs], dtype: 'float32', ...(options.range === undefined ? {} : { range: options.range }) },
    },
    targets: { label: { shape: [], dtype: 'int32', classes } },
    parameters,
    slots,
    numbers: (clock) => ({
      B: clock.B,
      micro: clock.micro,
      lr: options.linear === true ? lr * (1 - (clock.t - 1) / clock.T) : lr,
      m_scale: 1 - 0.9 ** clock.t,
      v_scale: 1 - 0.999 ** clock.t,
    }),
    forward,
    backward,
    ...(accumulate === 1
      ? {}
      : {
          accumulateGradients(k: K, a: Weights, g: Weights) {
            for (const [path, gradient] of valuesByPath(g))
              k.store(weight(a, path), k.map(add, [weight(a, path), gradient]));
          },
        }),
    update(k, p, s, n, g) {
      for (const { p: param, s: own, g: gradient } of each(p, s['adam'] ?? [], g)) {
        const [m, v] = [value(own, 'm'), value(own, 'v')];
        const numbers = ['lr', 'm_scale', 'v_scale', 'micro'].map((number) => scalar(n, number));
        const [new_param, new_m, new_v] = k.map(adam, [param, gradient, m, v, ...numbers]);
        k.store(param, new_param);
        k.store(m, new_m);
        k.store(v, new_v);
        if (accumulate > 1)
          k.store(
            gradient,
            k.map((sum: Sym) => mul(sum, 0), [gradient]),
          );
      }
    },
    evaluate(k, p, n, batch) {
      const logits = logitsOf(k, p, value(batch, 'x'));
      const label = value(batch, 'label');
      const [rows] = k.map(xent, [logits, asColumn(k, label), scalar(n, 'B')]);
      const loss = k.sum(rows);
      const best = k.argmax(logits, -1);
      const hits = k.map(equal, [best, label]);
      const right = k.sum(hits);
      return { loss, right };
    },
    figures: (total, { rows }) => ({
      loss: host.number(total['loss'] ?? NaN) / rows,
      accuracy: host.number(total['right'] ?? NaN) / rows,
    }),
    predict: (k, p, batch) => ({ predict: logitsOf(k, p, value(batch, 'x')) }),
    predictInputs: ['x'],
    accumulate,
    warmup: 0,
    expectedLoss: Math.log(classes),
    prep: options.prep ?? [],
    ...(options.data === undefined ? {} : { data: options.data }),
    train: { epochs: 5, batch: 32, seed: 1, monitor: 'val_loss', ...options.train },
  };
  return defineModel(model);
}

function scalar(n: Numbers, name: string) {
  const found = n[name];
  if (found === undefined) throw new Error(`no number ${name}`);
  return found;
}
