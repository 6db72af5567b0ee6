/** Functions that the language itself answers, since they look at shapes or at the batch rather than at values. */
import { registry } from '../ops/index.ts';

export interface LanguageFunction {
  /** As it is called. */
  readonly form: string;
  readonly doc: string;
}

/** Known while compiling: they give numbers and lists. */
const compileTimeFunctions: readonly (readonly [string, LanguageFunction])[] = [
  ['shape', { form: 'shape(x)', doc: 'the sizes of an example, a list' }],
  ['rank', { form: 'rank(x)', doc: 'the number of axes of an example' }],
  ['size', { form: 'size(x, i)', doc: 'the size of axis i of an example; i may count from the end' }],
  ['axes', { form: 'axes(x)', doc: 'the numbers of the axes of an example, a list: [0, 1, …]' }],
  ['is_class', { form: 'is_class(x)', doc: 'whether x is a target of classes: 1 or 0' }],
  ['classes', { form: 'classes(x)', doc: 'K of a target that is class[K]' }],
  ['product', { form: 'product(list)', doc: 'the numbers of a list, multiplied' }],
];

/** They make values, and speak of the batch axis, which no op of the registry knows. */
export const batchFunctions: ReadonlyMap<string, LanguageFunction> = new Map([
  [
    'batch_mean',
    { form: 'batch_mean(x)', doc: 'the mean of x over the examples of the batch: shared, of the shape of x' },
  ],
  [
    'batch_sum',
    { form: 'batch_sum(x)', doc: 'the sum of x over the examples of the batch: shared, of the shape of x' },
  ],
  [
    'batch_variance',
    {
      form: 'batch_variance(x)',
      doc: 'the variance of x over the n examples of the batch, of n (not n − 1): shared, of the shape of x',
    },
  ],
  [
    'cross',
    {
      form: 'cross(u, v)',
      doc: 'u·vᵀ over the batch: the products of each u with the v of every example, along the last axis',
    },
  ],
  ['batch_index', { form: 'batch_index()', doc: 'the place of the example in its batch, from 0: a number' }],
  [
    'batch_reverse',
    { form: 'batch_reverse(x)', doc: 'in an augmentation: x of the examples in reverse order, the last one first' },
  ],
  [
    'class_weights',
    {
      form: 'class_weights(x)',
      doc: 'of a class target, n/(K·n_k) for each class k: n training rows, n_k of them of this class; 0 where it has none',
    },
  ],
]);

export const languageFunctions: ReadonlyMap<string, LanguageFunction> = new Map([
  ...compileTimeFunctions,
  [
    'einsum',
    {
      form: 'einsum("ij,jk->ik", a, b)',
      doc: "Einstein's sum: products over all axes of a letter, summed over the letters that the result does not have",
    },
  ],
  [
    'grad',
    {
      form: 'grad(y, x)',
      doc: 'the gradient of y, summed over its axes and the batch, by x: of the shape of x, with derivatives of its own',
    },
  ],
  ...batchFunctions,
]);

/** Ops that passes make, and that have no name in the language. */
export const internalOps: ReadonlySet<string> = new Set(
  [...registry.values()].filter((op) => op.internal === true).map((op) => op.name),
);
