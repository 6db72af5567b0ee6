/** Names that newcomers bring along: each leads to the one name that the thing has here, or to what is written in its place. */
import { describe, expect, it } from 'vitest';
import { instead, tables } from '../../compiler/diagnostics/catalog/instead.ts';
import { nameElsewhere } from '../../compiler/diagnostics/elsewhere.ts';
import { knownAs, lettersOf, lettersOfEntry } from '../../compiler/language/elsewhere.ts';
import { internalOps } from '../../compiler/language/language-functions.ts';
import type { Sort } from '../../grammar/ast.ts';
import { sorts } from '../../grammar/keywords.ts';
import { library } from '../library.ts';
import { diagnose } from '../errors/diagnose.ts';
import { numpyFunctions, torchFunctions, torchModules } from './names-elsewhere.ts';

describe('the names of definitions elsewhere', () => {
  it.each(sorts)('lead from a %s to one alone', (sort) => {
    const entries = library.entries().filter((entry) => entry.sort === sort);
    const owners = new Map<string, string>();
    const doubtful: string[] = [];
    for (const entry of entries) {
      for (const letters of new Set(lettersOfEntry(entry))) {
        const other = owners.get(letters);
        if (other !== undefined) doubtful.push(`${letters}: ${other} or ${entry.name}`);
        owners.set(letters, entry.name);
        if (instead.has(`${sort} ${letters}`)) doubtful.push(`${letters}: ${entry.name} or what is written instead`);
      }
    }
    expect(doubtful).toEqual([]);
    expect(owners.size).toBeGreaterThanOrEqual(entries.length);
  });

  it('of operations lead to one alone, and hide no definition', () => {
    const words = [...numpyFunctions, ...torchFunctions].map(lettersOf);
    for (const word of words) {
      const known = knownAs(word, 'fn', library);
      if (known === undefined || !('calls' in known)) continue;
      expect(instead.has(`fn ${word}`)).toBe(false);
      expect([known.calls, isCallable(known.calls)]).toEqual([known.calls, true]);
    }
  });
});

const isCallable = (name: string): boolean =>
  library.find('fn', name) !== undefined || (library.isFunction(name) && !internalOps.has(name));

describe('every public name of another framework', () => {
  /** What has no place in a program of tensors: why, and what. */
  const outside: Readonly<Record<string, string>> = {
    'numbers are real':
      'angle conj conjugate imag real_if_close iscomplex iscomplexobj isreal isrealobj sort_complex polar conj_physical',
    'files and text':
      'array2string array_repr array_str base_repr binary_repr format_float_positional format_float_scientific frombuffer ' +
      'fromiter from_dlpack fromregex fromstring save savetxt savez savez_compressed datetime_as_string typename',
    'how numbers lie in memory':
      'asarray_chkfinite asfortranarray asmatrix bitwise_count bitwise_left_shift bitwise_right_shift can_cast common_type ' +
      'frexp isdtype isfortran isnat isscalar issubdtype iterable ldexp left_shift right_shift may_share_memory ' +
      'min_scalar_type mintypecode nextafter packbits promote_types require result_type shares_memory spacing ' +
      'unpackbits scalar_tensor',
    'settings of the framework':
      'get_include get_printoptions getbufsize geterr geterrcall printoptions set_printoptions setbufsize seterr ' +
      'seterrcall show_config show_runtime test info nested_iters frompyfunc einsum_path',
    days: 'busday_count busday_offset is_busday datetime_data',
    polynomials: 'poly polyadd polyder polydiv polyfit polyint polymul polysub roots',
    'whole numbers': 'gcd lcm combinations',
    'functions that are not there':
      'i0 igamma igammac lgamma mvlgamma digamma polygamma erfinv bartlett bartlett_window blackman blackman_window kaiser kaiser_window unwrap histogram_bin_edges ix_',
    decompositions: 'nuclear_norm',
    'layers that are not there':
      'fold Fold FractionalMaxPool2d FractionalMaxPool3d fractional_max_pool2d fractional_max_pool3d MaxUnpool1d MaxUnpool2d ' +
      'MaxUnpool3d max_unpool1d max_unpool2d max_unpool3d CrossMapLRN2d FeatureAlphaDropout feature_alpha_dropout grid_sample ' +
      'AdaptiveLogSoftmaxWithLoss TripletMarginWithDistanceLoss triplet_margin_with_distance_loss index_reduce',
    'what finds sizes or devices by itself, as all does here':
      'DataParallel LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d ' +
      'LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear ' +
      'RNNBase RNNCellBase NLLLoss2d rnn_relu rnn_tanh split_with_sizes randint_like upsample_nearest',
  };
  const apart = new Set(Object.values(outside).flatMap((words) => words.split(' ')));

  const isKnown = (name: string, wanted: readonly Sort[]): boolean =>
    isCallable(name) ||
    wanted.some((sort) => library.find(sort, name) !== undefined || knownAs(name, sort, library) !== undefined);

  it.each<readonly [string, readonly string[], readonly Sort[]]>([
    ['numpy', numpyFunctions, ['fn']],
    ['torch', torchFunctions, ['fn', 'layer', 'loss']],
    ['torch.nn', torchModules, ['layer', 'loss', 'fn']],
  ])('of %s is one here, leads to one, or has no place', (_, names, wanted) => {
    expect(names.length).toBeGreaterThan(130);
    const lost = names.filter((name) => !isKnown(name, wanted) && !apart.has(name));
    expect(lost).toEqual([]);
  });

  it('that has no place is none that there is', () => {
    const all = new Set([...numpyFunctions, ...torchFunctions, ...torchModules]);
    expect([...apart].filter((name) => !all.has(name) || isKnown(name, ['fn']))).toEqual([]);
  });
});

describe('what is written in place of a word', () => {
  /** Values that the forms speak of. */
  const values = `input a: f32[4, 4]; input b: f32[4, 4]; input c: f32[4, 4]; input ids: i32[4]; input x: f32[4]
weight kernel: [3, 4, 2]
p = sigmoid(x); z = FORM
loss = sum(kernel); optim sgd
`;
  const around = `input mask: f32[4]; input x: f32[4, 4]; target y: f32[4, 4]
weight scale: [] init=ones
it = x * scale
FORM
loss = mean(it) * scale; optim sgd
`;
  const forms = sorts.flatMap((sort) =>
    (tables[sort] ?? []).flatMap(([words, each]) =>
      each.map((form) => [words.split(' ')[0] ?? '', sort, form] as const),
    ),
  );

  it.each(forms)('of %s, a %s: %s', (_, sort, form) => {
    const text = (sort === 'fn' ? values : around).replace('FORM', form);
    const errors = diagnose('model.nn', text).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ message }) => message)).toEqual([]);
  });

  it('is said of a word once', () => {
    for (const table of Object.values(tables)) {
      const words = table.flatMap(([all]) => all.split(' ')).map(lettersOf);
      expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([]);
    }
    expect([...instead.values()].filter((said) => said === '')).toEqual([]);
  });
});

describe('settings of other frameworks', () => {
  it('lead to parameters that there are', () => {
    const names = new Set([
      ...library.entries().flatMap(({ parameters }) => parameters.map(({ name }) => name)),
      ...['batch', 'epochs', 'seed', 'patience', 'axis', 'keepdims', 'plateau', 'min', 'warmup', 'rows'],
      ...['standardize', 'scale', 'onehot', 'impute', 'gray', 'tokens', 'csv', 'jsonl', 'idx', 'npz', 'images', 'text'],
    ]);
    for (const word of [
      'learning_rate',
      'kernelSize',
      'return_sequences',
      'num_heads',
      'batch_size',
      'label_smoothing',
    ])
      expect(nameElsewhere(word, names), word).toBeDefined();
    expect(nameElsewhere('alpha', new Set(['rho', 'eps']))).toBe('rho');
    expect(nameElsewhere('alpha', new Set(['eps']))).toBeUndefined();
  });
});

describe('where a name stands', () => {
  const around = (line: string): string => `input x: f32[8, 8, 1]; target y: class[10]\n${line}\n`;

  it.each([
    ['layer Linear 10', 'nnc calls it `dense`'],
    ['layer nn.Conv2d 8 3x3', 'nnc calls it `conv`'],
    ['layer BatchNorm2d', 'nnc calls it `batchnorm`'],
    ['layer LeakyReLU', 'nnc calls it `leaky_relu`'],
    ['layer Dense 10', 'nnc calls it `dense`'],
    ['layer cross_entropy', 'nnc calls it `xent`, a loss'],
    ['layer Sequential', 'layers follow one another line by line; block NAME { … } gives them a name together'],
    ['layer dense 10 Swish', 'nnc calls it `silu`'],
    ['layer dense 10 identity', 'it is written `eye(4)`; the function that changes nothing is none'],
    ['layer dense 10 init=kaiming_uniform', 'nnc calls it `he_uniform`'],
    ['layer bidirectional LSTM 8', 'nnc calls it `lstm`'],
    ['weight w: [4] init=Zeros', 'nnc calls it `zeros`'],
    ['loss CrossEntropyLoss', 'nnc calls it `xent`'],
    ['loss sparse_categorical_crossentropy', 'nnc calls it `xent`'],
    ['loss torch.nn.MSELoss', 'nnc calls it `mse`'],
    ['loss l1', 'nnc calls it `mae`'],
    ['loss = mean(cross_entropy(x, y))', 'nnc calls it `xent`, a loss'],
    ['metric roc_auc_score', 'nnc calls it `auc`'],
    ['optim AdamW', 'nnc calls it `adamw`'],
    ['optim optim.RMSprop', 'nnc calls it `rmsprop`'],
    ['layer dense 1; loss mse it 1; optim sgd; schedule CosineAnnealingLR', 'nnc calls it `cosine`'],
    ['layer dense 1; loss mse it 1; optim sgd; schedule ReduceLROnPlateau', 'did you mean `plateau`?'],
    ['penalty lasso 0.1', 'nnc calls it `l1`'],
    ['augment RandomFlip', 'nnc calls it `flip`'],
    ['reparam WeightNormalization on x', 'nnc calls it `weight_norm`'],
    ['it = np.concatenate([x, x])', 'nnc calls it `concat`'],
    ['it = np.absolute(x)', 'nnc calls it `abs`'],
    ['it = power(x, 2)', 'it is written `a^b`'],
    ['it = np.logical_not(x)', 'it is written `not a`'],
    ['it = torch.mul(x, 2)', 'it is written `a * b`'],
    ['it = dot(x, x)', 'it is written `a @ b` or `sum(a * b)`'],
    ['it = nonzero(x)', 'it is written `where(a > 0, a, 0)`; sizes do not depend on numbers'],
    ['it = x * heaviside', 'it is written `x > 0`'],
    ['def layer a() { layer Linear 10 }', 'nnc calls it `dense`'],
    ['def layer a() { it = np.concatenate(it) }', 'nnc calls it `concat`'],
    ['def layer a(n: int) { weight w: [n] init=xavier_uniform }', 'nnc calls it `glorot_uniform`'],
    ['Linear 10', 'nnc calls it `dense`: layer dense …'],
    ['Dense(10)', 'nnc calls it `dense`: layer dense …'],
    ['CrossEntropyLoss', 'nnc calls it `xent`: loss xent …'],
    ['criterion mse', 'that is `loss` here'],
    ['layer conv 8 3x3 padding=same', 'did you mean `pad`?'],
    ['layer attention num_heads=2', 'did you mean `heads`?'],
    ['optim adam learning_rate=1e-3', 'did you mean `lr`?'],
    ['train batch_size=8', 'did you mean `batch`?'],
    ['prep x normalize', 'did you mean `standardize`?'],
  ])('%s', (line, help) => {
    const helps = diagnose('model.nn', around(line)).flatMap((each) => (each.help === undefined ? [] : [each.help]));
    expect(helps.filter((each) => each === help)).toHaveLength(1);
  });

  it("a file's own definition says what else it is called", () => {
    const text = `${around('layer mgu 4')}## A unit.\n##\n## Also: mgu, minimal_gate.\ndef layer minimal(units: int) { layer dense units }\n`;
    expect(diagnose('model.nn', text).map(({ help }) => help)).toContain('nnc calls it `minimal`');
  });

  it.each([
    ['layer dnse 10', 'did you mean `dense`?'],
    ['optim adm', 'did you mean `adam`?'],
    ['layer adam', '`adam` is the name of a optim'],
  ])('%s is a slip, or another sort', (line, help) => {
    expect(diagnose('model.nn', around(line)).some((each) => each.help?.includes(help))).toBe(true);
  });
});
