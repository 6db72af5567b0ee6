/** What other frameworks call what the library has under another name. Only names that are there are advised. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  average_pooling2d: 'avgpool',
  avg_pool: 'avgpool',
  batch_norm: 'batchnorm',
  batch_normalization: 'batchnorm',
  bce_with_logits: 'bce',
  binary_cross_entropy: 'bce',
  binary_crossentropy: 'bce',
  categorical_cross_entropy: 'xent',
  categorical_crossentropy: 'xent',
  conv1d: 'conv',
  conv2d: 'conv',
  cross_entropy: 'xent',
  crossentropy: 'xent',
  dropout2d: 'spatial_dropout',
  fc: 'dense',
  fully_connected: 'dense',
  instance_norm: 'instancenorm',
  instance_normalization: 'instancenorm',
  kaiming_normal: 'he_normal',
  kaiming_uniform: 'he_uniform',
  l1_loss: 'mae',
  layer_norm: 'layernorm',
  layer_normalization: 'layernorm',
  linear: 'dense',
  matthews_corrcoef: 'mcc',
  max_pool: 'maxpool',
  max_pooling2d: 'maxpool',
  mean_absolute_error: 'mae',
  mean_squared_error: 'mse',
  nll: 'xent',
  pinball: 'quantile',
  pinball_loss: 'quantile',
  roc_auc: 'auc',
  root_mean_squared_error: 'rmse',
  sparse_categorical_crossentropy: 'xent',
  spatial_dropout2d: 'spatial_dropout',
  swish: 'silu',
  top_k_categorical_accuracy: 'top_k_accuracy',
  xavier_normal: 'glorot_normal',
  xavier_uniform: 'glorot_uniform',
};

/** The library's name for a word of other frameworks: `CrossEntropy`, `cross_entropy` and `cross-entropy` are one. */
export function nameElsewhere(word: string): string | undefined {
  return BY_LETTERS.get(letters(word));
}

const letters = (word: string): string => word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const BY_LETTERS: ReadonlyMap<string, string> = new Map(
  Object.entries(ELSEWHERE).map(([word, name]) => [letters(word), name]),
);
