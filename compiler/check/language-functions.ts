/** Functions that the language itself answers, since they look at shapes or at the batch rather than at values. */

/** Known while compiling: they give numbers and lists. */
export const compileTimeFunctions: ReadonlySet<string> = new Set([
  'shape',
  'rank',
  'size',
  'axes',
  'is_class',
  'classes',
  'product',
]);

/** They make values, and speak of the batch axis, which no op of the registry knows. */
export const batchFunctions: ReadonlySet<string> = new Set(['batch_mean', 'batch_sum', 'batch_variance']);

export const languageFunctions: ReadonlySet<string> = new Set([...compileTimeFunctions, ...batchFunctions]);

/** Parts of the language that this version reads and does not compile. */
export const laterFunctions: ReadonlySet<string> = new Set([
  'conv',
  'conv_transpose',
  'maxpool',
  'avgpool',
  'cross',
  'batch_index',
  'pick',
  'cumsum',
  'sort',
  'upsample',
]);

/** Ops that passes make, and that have no name in the language. */
export const internalOps: ReadonlySet<string> = new Set([
  'const',
  'cast',
  'flush',
  'batch_total',
  'map',
  'scatter_add',
  'slice',
  'total_variance',
]);
