/** Functions that the language itself answers, since they look at shapes or at the batch rather than at values. */
import type { Documented } from '../ops/define.ts';
import { registry } from '../ops/index.ts';

export interface LanguageFunction extends Required<Pick<Documented, 'doc' | 'example'>>, Pick<Documented, 'elsewhere'> {
  /** As it is called. */
  readonly form: string;
}

/** Known while compiling: they give numbers and lists. */
const compileTimeFunctions: Readonly<Record<string, LanguageFunction>> = {
  shape: {
    form: 'shape(x)',
    doc: 'The sizes of an example, a list, without the batch',
    elsewhere: { NumPy: 'shape', PyTorch: 'Tensor.shape', Keras: 'ops.shape' },
    example: 'input x: f32[4, 3]\npredict (x + zeros(shape(x)))\n',
  },
  rank: {
    form: 'rank(x)',
    doc: 'The number of axes of an example, without the batch',
    elsewhere: { NumPy: 'ndim', PyTorch: 'Tensor.ndim', Keras: 'ops.ndim', Also: 'dim' },
    example: 'input x: f32[4, 3]\nif rank(x) > 1 { layer flatten }\nlayer dense 2\n',
  },
  size: {
    form: 'size(x, i)',
    doc: 'The size of axis i of an example; i may count from the end',
    elsewhere: { NumPy: 'size(x, i)', PyTorch: 'Tensor.size(i)', Keras: 'none', Also: 'len' },
    example: 'input x: f32[4, 3]\npredict (sum(x, axis=-1) / size(x, -1))\n',
  },
  axes: {
    form: 'axes(x)',
    doc: 'The numbers of the axes of an example, a list: [0, 1, …]',
    example: 'input x: f32[4, 3, 2]\npredict mean(x, axis=axes(x)[:-1])\n',
  },
  is_class: {
    form: 'is_class(x)',
    doc: 'Whether x is a target of classes: 1 or 0',
    example: `input x: f32[4]; target label: class[3]
def loss brier(logits=it, label=target) {
  if is_class(label) { q = one_hot(label, classes(label)) } else { q = label }
  it = sum((softmax(logits) - q)^2, axis=-1)
}
layer dense 3; loss brier; optim adam
`,
  },
  classes: {
    form: 'classes(x)',
    doc: 'K, of a target that is class[K]',
    example: `input x: f32[4]; target label: class[3]
layer dense (classes(label))
loss xent; optim adam
`,
  },
  product: {
    form: 'product(list)',
    doc: 'The numbers of a list, multiplied: how many elements a shape has',
    elsewhere: { NumPy: 'prod(list)', PyTorch: 'none', Keras: 'none' },
    example: 'input x: f32[4, 3]\npredict reshape(x, [product(shape(x))])\n',
  },
};

/** They make values, and speak of the batch axis, which no op of the registry knows. */
const functionsOfTheBatch: Readonly<Record<string, LanguageFunction>> = {
  batch_mean: {
    form: 'batch_mean(x)',
    doc: 'The mean of x over the examples of the batch: one value for all, of the shape of x',
    elsewhere: { NumPy: 'mean(axis=0)', PyTorch: 'mean(dim=0)', Keras: 'ops.mean(axis=0)' },
    example: 'input x: f32[4]; target y: f32[1]\nlayer dense 1 from (x - batch_mean(x))\nloss mse; optim adam\n',
  },
  batch_sum: {
    form: 'batch_sum(x)',
    doc: 'The sum of x over the examples of the batch: one value for all, of the shape of x',
    elsewhere: { NumPy: 'sum(axis=0)', PyTorch: 'sum(dim=0)', Keras: 'ops.sum(axis=0)' },
    example: `input x: f32[4]; input w: f32[]; target y: f32[1]
layer dense 1 from x
loss = batch_sum(w * mean((it - y)^2)) / maximum(batch_sum(w), 1)
optim adam
`,
  },
  batch_variance: {
    form: 'batch_variance(x)',
    doc: 'The variance of x over the n examples of the batch, divided by n (not n − 1): one value for all, of the shape of x',
    elsewhere: { NumPy: 'var(axis=0)', PyTorch: 'var(dim=0, correction=0)', Keras: 'ops.var(axis=0)' },
    example: `input x: f32[4]; target y: f32[1]
layer dense 1 from ((x - batch_mean(x)) / sqrt(batch_variance(x) + 1e-3))
loss mse; optim adam
`,
  },
  cross: {
    form: 'cross(u, v)',
    doc: 'u·vᵀ over the batch: of each example, the products of its vector u with the v of every example, along an axis as long as the batch. It is not the vector product, `np.cross`',
    elsewhere: { NumPy: 'none; u @ v.T', PyTorch: 'none; u @ v.T', Keras: 'none' },
    example: `input a: f32[8]; input b: f32[8]
layer dense 4 from a as u
layer dense 4 from b as v
loss = mean(logsumexp(cross(u, v), axis=-1)) - sum(u * v)
optim adam
`,
  },
  batch_index: {
    form: 'batch_index()',
    doc: 'The place of the example in its batch, from 0: a number',
    example: 'input x: f32[4]\npredict where(batch_index() % 2 == 0, x, -x)\n',
  },
  class_weights: {
    form: 'class_weights(x)',
    doc: 'The weights of the classes of a target, n/(K·n_k) for each class k: n training rows, n_k of them of this class; 0 where it has none',
    elsewhere: { NumPy: 'none', PyTorch: 'none', Keras: 'none' },
    example: `input x: f32[4]; target label: class[3]
layer dense 3
loss xent weights=(class_weights(label)); optim adam
`,
  },
  batch_reverse: {
    form: 'batch_reverse(x)',
    doc: 'x of the examples in reverse order, the last one first; in an augmentation alone',
    example: `def augment blend(share=0.1) = (1 - share) * it + share * batch_reverse(it)
input x: f32[8]; target y: f32[1]
augment blend 0.2
layer dense 1; loss mse; optim adam
`,
  },
};

export const batchFunctions: ReadonlyMap<string, LanguageFunction> = new Map(Object.entries(functionsOfTheBatch));

export const languageFunctions: ReadonlyMap<string, LanguageFunction> = new Map([
  ...Object.entries(compileTimeFunctions),
  [
    'einsum',
    {
      form: 'einsum("ij,jk->ik", a, b)',
      doc: "Einstein's sum: products over all axes of a letter, summed over the letters that the result does not have. The letters are axes of an example",
      elsewhere: { NumPy: 'einsum', PyTorch: 'einsum', Keras: 'ops.einsum' },
      example: 'input a: f32[4, 3]; input b: f32[4, 3]\npredict einsum("ij,ij->i", a, b)\n',
    },
  ],
  [
    'grad',
    {
      form: 'grad(y, x)',
      doc: 'The gradient of y, summed over its axes and the batch, by x: of the shape of x, with derivatives of its own. What y was made from may stand for x: an input, a weight, a result above',
      elsewhere: { NumPy: 'none', PyTorch: 'autograd.grad(create_graph=True)', Keras: 'none; tf.GradientTape' },
      example: `input x: f32[3]
layer dense 16 tanh; layer dense 1 bias=false as score
loss = (sqrt(sum(grad(score, x)^2) + 1e-6) - 1)^2
optim adam
`,
    },
  ],
  ...batchFunctions,
]);

/** Ops that passes make, and that have no name in the language. */
export const internalOps: ReadonlySet<string> = new Set(
  [...registry.values()].filter((op) => op.internal === true).map((op) => op.name),
);
