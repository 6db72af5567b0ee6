/** What other frameworks call what the library has under another name. Only names that are there are advised. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  avg_pool: 'avgpool',
  average_pooling2d: 'avgpool',
  batch_norm: 'batchnorm',
  batch_normalization: 'batchnorm',
  bce_with_logits: 'bce',
  binary_cross_entropy: 'bce',
  binary_crossentropy: 'bce',
  categorical_cross_entropy: 'xent',
  categorical_crossentropy: 'xent',
  auc: 'f1',
  conv1d: 'conv',
  conv2d: 'conv',
  cross_entropy: 'xent',
  crossentropy: 'xent',
  fc: 'dense',
  fully_connected: 'dense',
  kaiming_normal: 'he_normal',
  kaiming_uniform: 'he_uniform',
  l1_loss: 'mae',
  layer_norm: 'layernorm',
  layer_normalization: 'layernorm',
  linear: 'dense',
  max_pool: 'maxpool',
  max_pooling2d: 'maxpool',
  mean_absolute_error: 'mae',
  mean_squared_error: 'mse',
  nll: 'xent',
  precision: 'f1',
  recall: 'f1',
  sparse_categorical_crossentropy: 'xent',
  swish: 'silu',
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
