/** What definitions of the library require, at its edges: specs that are just refused, and others that just pass. */
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../compiler/diagnostics/types.ts';
import type { Statement } from '../../grammar/ast.ts';
import { parse } from '../../grammar/parser.ts';
import { std } from '../../grammar/std/index.ts';
import { diagnose } from '../errors/diagnose.ts';

interface Edge {
  readonly wrong: readonly string[];
  readonly right: readonly string[];
}

/** A layer, or a statement that gives a value, on an input of that shape. */
const on = (shape: string, statement: string, ports = ''): string =>
  `input x: f32[${shape}]; target y: f32[1]\n${ports}\n${statement}\nlayer flatten; layer dense 1; loss mse; optim sgd`;

/** The same statement on inputs of several shapes. */
const shapes = (statement: string, wrong: readonly string[], right: readonly string[]): Edge => ({
  wrong: wrong.map((shape) => on(shape, statement)),
  right: right.map((shape) => on(shape, statement)),
});

/** Several statements on the same input. */
const calls = (shape: string, wrong: readonly string[], right: readonly string[], ports = ''): Edge => ({
  wrong: wrong.map((statement) => on(shape, statement, ports)),
  right: right.map((statement) => on(shape, statement, ports)),
});

/** A layer of so many units and a loss of it, by target. */
const losses = (loss: string, wrong: readonly [string, number][], right: readonly [string, number][]): Edge => {
  const spec = ([target, units]: readonly [string, number]) =>
    `input x: f32[4]; target y: ${target}; layer dense ${units}; loss ${loss}; optim sgd`;
  return { wrong: wrong.map(spec), right: right.map(spec) };
};

/** Losses of values of their own. */
const between = (target: string, wrong: readonly string[], right: readonly string[]): Edge => {
  const spec = (statements: string) =>
    `input x: f32[4]\n${target}\nlayer dense 3 from x as a; layer dense 3 from x as b; layer dense 2 from x as c\n` +
    `${statements}; optim sgd`;
  return { wrong: wrong.map(spec), right: right.map(spec) };
};

const alike = (loss: string): Edge => losses(loss, [['f32[2]', 3]], [['f32[3]', 3]]);
const ofClasses = (loss: string): Edge => losses(loss, [['class[3]', 4]], [['class[3]', 3]]);
const ofPlaces = (loss: string): Edge => losses(loss, [['class[3][5]', 3]], [['class[3]', 3]]);

/** Metrics of a value that the loss is not about, and of the one that it is about. */
const metrics = (target: string, loss: string, wrong: readonly string[], right: readonly string[]): Edge => {
  const units = /class\[(\d)\]|f32\[(\d)\]/.exec(target);
  const spec = (metric: string) =>
    `input x: f32[4]; target y: ${target}; layer dense 4 as wide; layer dense ${units?.[1] ?? units?.[2]} from x\n` +
    `loss ${loss}; metric ${metric}; optim sgd`;
  return { wrong: wrong.map(spec), right: right.map(spec) };
};
const labelsIn = (logits: string): string =>
  `input x: f32[5, 4]; target y: class[3][2]; layer dense 3 as rows; loss ctc; metric label_error_rate ${logits}; optim sgd`;
const likeTarget = (metric: string): Edge => metrics('f32[2]', 'mse', [`${metric} wide`], [metric]);
const likeClasses = (metric: string): Edge => metrics('class[3]', 'xent', [`${metric} wide`], [metric]);
const likePlaces = (metric: string, classes = 3): Edge => {
  const spec = (value: string) =>
    `input x: f32[5, 4]; target y: class[${classes}][5]; layer dense ${classes} as rows; layer flatten\n` +
    `layer dense ${classes} as flat; loss xent rows; metric ${metric} ${value}; optim sgd`;
  return { wrong: [spec('flat')], right: [spec('rows')] };
};

const rate = (layer: string): Edge => calls('4, 6', [`${layer} -0.1`, `${layer} 1`], [`${layer} 0`, `${layer} 0.9`]);
/** One to three axes before the channels. */
const windows = (statement: string): Edge => shapes(statement, ['8', '4, 4, 4, 4, 3'], ['4, 3', '4, 4, 4, 3']);
const heads = (layer: string): readonly Edge[] => [
  calls('4, 6', [`layer ${layer} 0`], [`layer ${layer} 1`]),
  calls('4, 6', [`layer ${layer} 4`], [`layer ${layer} 3`]),
];

/** By file, in the order in which it requires them. */
const edges: Readonly<Record<string, readonly Edge[]>> = {
  'augments/crop.nn': [shapes('augment crop 8', ['8'], ['8, 3']), shapes('augment crop 8', ['7, 3'], ['8, 3'])],
  'augments/cutout.nn': [shapes('augment cutout 2', ['8'], ['8, 3'])],
  'augments/flip.nn': [shapes('augment flip', ['8, 3', '8, 8, 8, 3'], ['8, 8, 3'])],
  'augments/mixup.nn': [calls('4', ['augment mixup alpha=0'], ['augment mixup alpha=0.1'])],
  'augments/rotate.nn': [shapes('augment rotate 10', ['8, 3', '8, 8, 8, 3'], ['8, 8, 3'])],
  'functions/arranged.nn': [
    calls(
      '4, 6',
      ['it = expand_dims(x, 3)', 'it = expand_dims(x, -4)'],
      ['it = expand_dims(x, 2)', 'it = expand_dims(x, -3)'],
    ),
    calls('4, 1', ['it = squeeze(x, 0)'], ['it = squeeze(x, 1)']),
    calls(
      '4, 6',
      ['it = take_along(x, other)'],
      ['it = take_along(x, ids)'],
      'input ids: i32[4, 2]; input other: i32[3, 2]',
    ),
    calls('4, 6', ['it = top_k(x, 0)', 'it = top_k(x, 7)'], ['it = top_k(x, 1)', 'it = top_k(x, 6)']),
    calls(
      '4, 6',
      ['it = diagonal(x, k=6)', 'it = diagonal(x, k=-4)'],
      ['it = diagonal(x, k=5)', 'it = diagonal(x, k=-3)'],
    ),
  ],
  'functions/blocks.nn': [
    {
      wrong: [on('2, 2, 6', 'it = depth_to_space(x, 2)'), on('2, 4', 'it = depth_to_space(x, 2)')],
      right: [on('2, 2, 8', 'it = depth_to_space(x, 2)')],
    },
    {
      wrong: [on('3, 2, 1', 'it = space_to_depth(x, 2)'), on('2, 3, 1', 'it = space_to_depth(x, 2)')],
      right: [on('4, 2, 1', 'it = space_to_depth(x, 2)')],
    },
  ],
  'functions/conv.nn': [
    {
      wrong: [on('6', 'it = conv(x, ones([6, 5]))'), on('2, 2, 2, 2, 3', 'it = conv(x, ones([1, 1, 1, 1, 3, 2]))')],
      right: [on('6, 3', 'it = conv(x, ones([2, 3, 5]))'), on('2, 2, 2, 3', 'it = conv(x, ones([1, 1, 1, 3, 2]))')],
    },
    {
      wrong: [
        on('6', 'it = conv_transpose(x, ones([5, 6]))'),
        on('2, 2, 2, 2, 3', 'it = conv_transpose(x, ones([1, 1, 1, 1, 2, 3]))'),
      ],
      right: [
        on('6, 3', 'it = conv_transpose(x, ones([2, 5, 3]))'),
        on('2, 2, 2, 3', 'it = conv_transpose(x, ones([1, 1, 1, 2, 3]))'),
      ],
    },
    {
      wrong: [
        on('6, 3', 'it = conv_transpose(x, ones([2, 5, 4]))'),
        on('6, 4', 'it = conv_transpose(x, ones([2, 2, 4]), groups=3)'),
      ],
      right: [on('6, 4', 'it = conv_transpose(x, ones([2, 2, 4]), groups=2)')],
    },
    calls(
      '8, 3',
      ['it = conv(x, ones([3, 3, 2]), pad=[[1, 2], [0, 1]])'],
      ['it = conv(x, ones([3, 3, 2]), pad=[[1, 2]])'],
    ),
    calls(
      '5, 2',
      ['it = spread(x, [3], [2], [1], same, [10, 10])'],
      ['it = spread(x, [3], [2], [1], same, [10])', 'it = spread(x, [3], [2], [1], same, [9])'],
    ),
    calls(
      '5, 2',
      ['it = spread(x, [3], [2], [1], valid, [10])', 'it = spread(x, [3], [2], [1], valid, [13])'],
      ['it = spread(x, [3], [2], [1], valid, [11])', 'it = spread(x, [3], [2], [1], valid, [12])'],
    ),
    calls(
      '5, 2',
      ['it = spread(x, [3], [2], [1], [3], [5])', 'it = spread(x, [3], [2], [1], [[1, 3]], [7])'],
      ['it = spread(x, [3], [2], [1], [2], [7])', 'it = spread(x, [3], [2], [1], [[1, 2]], [8])'],
    ),
  ],
  'functions/masked_mean.nn': [
    calls(
      '4, 6',
      ['it = masked_mean(x, 1)', 'it = masked_mean(x, other)', 'it = masked_mean(x, deep)'],
      ['it = masked_mean(x, mask)', 'it = masked_mean(x, each)'],
      'input mask: f32[4]; input other: f32[3]; input each: f32[4, 6]; input deep: f32[4, 6, 1]',
    ),
  ],
  'functions/moved.nn': [
    calls('4, 6', ['it = tile(x, [2])', 'it = tile(x, [2, 1, 1])'], ['it = tile(x, [2, 1])']),
    calls('4, 6', ['it = resize(x, [2, 2])'], ['it = resize(x, [8])']),
    calls(
      '4, 6',
      ['it = resize(x, [8], how=nearest, corners=true)'],
      ['it = resize(x, [8], how=nearest)', 'it = resize(x, [8], corners=true)'],
    ),
  ],
  'functions/pad.nn': [
    calls('4, 6', ['it = pad(x, [1, 1, 1])'], ['it = pad(x, [1, 1, 1, 1])']),
    calls('4, 6', ['it = pad(x, 1, mode=edge, between=[1, 0])'], ['it = pad(x, 1, between=[1, 0])']),
    calls(
      '4',
      ['it = pad(x, [4, 0], mode=reflect)', 'it = pad(x, [0, 4], mode=reflect)', 'it = pad(x, [5, 0], mode=symmetric)'],
      ['it = pad(x, [3, 3], mode=reflect)', 'it = pad(x, [4, 4], mode=symmetric)', 'it = pad(x, [9, 9], mode=edge)'],
    ),
  ],
  'functions/pick.nn': [
    calls('4, 6', ['it = pick(x, other)'], ['it = pick(x, i)'], 'input i: i32[4]; input other: i32[3]'),
  ],
  'functions/pools.nn': [windows('it = maxpool(x, 2)'), windows('it = avgpool(x, 2)')],
  'functions/products.nn': [
    calls(
      '4, 6',
      ['it = cumprod(x, axis=2)', 'it = cumprod(x, axis=-3)'],
      ['it = cumprod(x, axis=1)', 'it = cumprod(x, axis=-2)'],
    ),
  ],
  'functions/rotary.nn': [shapes('it = rotary(x)', ['8'], ['4, 8']), shapes('it = rotary(x)', ['4, 7'], ['4, 8'])],
  'functions/split.nn': [
    calls(
      '8, 3',
      ['it = narrow(x, 0, -1, 2)', 'it = narrow(x, 0, 7, 2)', 'it = narrow(x, 0, 2, 0)'],
      ['it = narrow(x, 0, 6, 2)', 'it = narrow(x, 0, 0, 1)'],
    ),
    calls('8', ['it = split(x, 0)', 'it = split(x, 3)'], ['parts = split(x, 1); it = parts[0]']),
    calls('8', ['it = split(x, [2, 5])'], ['parts = split(x, [2, 6]); it = parts[1]']),
  ],
  'initialisers/identity.nn': [calls('8, 4', ['layer conv 4 3 init=identity'], ['layer dense 4 init=identity'])],
  'layers/alpha_dropout.nn': [rate('layer alpha_dropout')],
  'layers/attention.nn': heads('attention'),
  'layers/conv.nn': [
    calls('8, 4', ['layer conv 4 3 groups=0'], ['layer conv 4 3 groups=1']),
    calls('8, 4', ['layer conv 6 3 groups=3'], ['layer conv 6 3 groups=2']),
    calls('8, 4', ['layer conv 3 3 groups=2'], ['layer conv 4 3 groups=4']),
  ],
  'layers/conv_transpose.nn': [
    calls('8, 4', ['layer conv_transpose 4 3 groups=0'], ['layer conv_transpose 4 3 groups=1']),
    calls('8, 4', ['layer conv_transpose 6 3 groups=3'], ['layer conv_transpose 6 3 groups=2']),
    calls('8, 4', ['layer conv_transpose 3 3 groups=2'], ['layer conv_transpose 4 3 groups=4']),
  ],
  'layers/crop.nn': [windows('layer crop 1')],
  'layers/dropout.nn': [rate('layer dropout')],
  'layers/groupnorm.nn': [
    calls('4, 6', ['layer groupnorm groups=0'], ['layer groupnorm groups=1']),
    calls('4, 6', ['layer groupnorm groups=4'], ['layer groupnorm groups=3']),
  ],
  'layers/instancenorm.nn': [shapes('layer instancenorm', ['8'], ['4, 8'])],
  'layers/mixture_of_experts.nn': [calls('4', ['layer mixture_of_experts 1 5'], ['layer mixture_of_experts 2 5'])],
  'layers/multi_query_attention.nn': heads('multi_query_attention'),
  'layers/pad.nn': [windows('layer pad 1')],
  'layers/position_embedding.nn': [calls('4, 6', ['layer position_embedding 3'], ['layer position_embedding 4'])],
  'layers/separable_conv.nn': [shapes('layer separable_conv 4 3', ['8, 3', '8, 8, 8, 3'], ['8, 8, 3'])],
  'layers/sinusoidal_positions.nn': [shapes('layer sinusoidal_positions', ['8'], ['4, 8'])],
  'layers/spatial_dropout.nn': [rate('layer spatial_dropout'), shapes('layer spatial_dropout 0.5', ['8'], ['4, 8'])],
  'layers/squeeze_excite.nn': [
    shapes('layer squeeze_excite ratio=2', ['8'], ['4, 8']),
    calls('4, 8', ['layer squeeze_excite ratio=0'], ['layer squeeze_excite ratio=1']),
    calls('4, 8', ['layer squeeze_excite ratio=3'], ['layer squeeze_excite ratio=4']),
  ],
  'layers/upsample.nn': [shapes('layer upsample 2', ['3', '4, 4, 4, 3'], ['4, 3', '4, 4, 3'])],
  'losses/bce.nn': [alike('bce')],
  'losses/contrastive.nn': [
    between('target y: class[2]', ['loss contrastive a c'], ['loss contrastive a b']),
    {
      wrong: between('target y: class[3]', ['loss contrastive a b'], []).wrong,
      right: between('target y: class[2]', [], ['loss contrastive a b']).right,
    },
    {
      wrong: between('target y: class[2][5]', ['loss contrastive a b'], []).wrong,
      right: between('target y: class[2]', [], ['loss contrastive a b']).right,
    },
    {
      wrong: between('target y: f32[2]', ['loss contrastive a b'], []).wrong,
      right: between('target y: f32[1]', [], ['loss contrastive a b']).right,
    },
  ],
  'losses/cosine.nn': [alike('cosine')],
  'losses/dice.nn': [alike('dice')],
  'losses/distillation.nn': [
    between('target y: class[3]', ['loss distillation a c'], ['loss distillation a b']),
    between('target y: class[3]', ['loss distillation a b temperature=0'], ['loss distillation a b temperature=0.5']),
    {
      wrong: between('target y: class[4]', ['loss distillation a b'], []).wrong,
      right: between('target y: class[3]', [], ['loss distillation a b']).right,
    },
    {
      wrong: between('target y: class[3][5]', ['loss distillation a b'], []).wrong,
      right: between('target y: class[3]', [], ['loss distillation a b']).right,
    },
    {
      wrong: between('target y: f32[4]', ['loss distillation a b'], []).wrong,
      right: between('target y: f32[3]', [], ['loss distillation a b']).right,
    },
  ],
  'losses/focal.nn': [
    ofClasses('focal'),
    ofPlaces('focal'),
    { wrong: ofClasses('focal weights=[1, 2]').right, right: ofClasses('focal weights=[1, 2, 3]').right },
  ],
  'losses/gaussian_nll.nn': [
    {
      wrong: between('target y: f32[2]', ['loss gaussian_nll a b'], []).wrong,
      right: between('target y: f32[3]', [], ['loss gaussian_nll a b']).right,
    },
    between('target y: f32[3]', ['loss gaussian_nll a c'], ['loss gaussian_nll a b', 'loss gaussian_nll a 0']),
  ],
  'losses/hinge.nn': [alike('hinge')],
  'losses/huber.nn': [alike('huber')],
  'losses/kl.nn': [alike('kl')],
  'losses/logcosh.nn': [alike('logcosh')],
  'losses/mae.nn': [alike('mae')],
  'losses/mse.nn': [alike('mse')],
  'losses/poisson.nn': [alike('poisson')],
  'losses/quantile.nn': [
    alike('quantile'),
    { wrong: [...alike('quantile q=0').right, ...alike('quantile q=1').right], right: alike('quantile q=0.1').right },
  ],
  'losses/triplet.nn': [between('', ['loss triplet a b c', 'loss triplet a c b'], ['loss triplet a b a'])],
  'losses/xent.nn': [
    ofClasses('xent'),
    ofPlaces('xent'),
    alike('xent'),
    { wrong: ofClasses('xent weights=[1, 2]').right, right: ofClasses('xent weights=[1, 2, 3]').right },
  ],
  'metrics/accuracy.nn': [likeClasses('accuracy'), likePlaces('accuracy'), likeTarget('accuracy')],
  'metrics/auc.nn': [
    metrics('f32[1]', 'bce', ['auc bins=1'], ['auc bins=2']),
    {
      wrong: [
        ...metrics('class[2]', 'xent', ['auc wide'], []).wrong,
        ...metrics('class[3]', 'xent', ['auc'], []).wrong,
      ],
      right: metrics('class[2]', 'xent', [], ['auc']).right,
    },
    likePlaces('auc', 2),
    likeTarget('auc'),
  ],
  'metrics/counts.nn': [likeClasses('f1'), likePlaces('recall'), likeTarget('precision')],
  'metrics/label_error_rate.nn': [{ wrong: [labelsIn('(sum(rows, axis=0))')], right: [labelsIn('rows')] }],
  'metrics/mae.nn': [likeTarget('mae')],
  'metrics/mse.nn': [likeTarget('mse')],
  'metrics/perplexity.nn': [likeClasses('perplexity'), likePlaces('perplexity')],
  'metrics/r2.nn': [likeTarget('r2')],
  'metrics/rmse.nn': [likeTarget('rmse')],
  'metrics/top_k_accuracy.nn': [
    metrics('class[3]', 'xent', ['top_k_accuracy wide k=1'], ['top_k_accuracy k=1']),
    {
      wrong: likePlaces('top_k_accuracy k=1').wrong.map(first),
      right: likePlaces('top_k_accuracy k=1').right.map(first),
    },
    metrics(
      'class[3]',
      'xent',
      ['top_k_accuracy k=0', 'top_k_accuracy k=4'],
      ['top_k_accuracy k=1', 'top_k_accuracy k=3'],
    ),
  ],
  'reparams/spectral_norm.nn': [
    calls(
      '4',
      ['layer dense 3; reparam spectral_norm steps=0 on dense.kernel'],
      ['layer dense 3; reparam spectral_norm steps=1 on dense.kernel'],
    ),
  ],
};

/** `metric top_k_accuracy rows k=1`: what has no name comes first. */
function first(spec: string): string {
  return spec.replace(/ (k=1) (flat|rows)/, ' $2 $1');
}

type Require = Extract<Statement, { type: 'require' }>;

function requirementsIn(node: unknown): readonly Require[] {
  if (Array.isArray(node)) return node.flatMap(requirementsIn);
  if (typeof node !== 'object' || node === null) return [];
  return isRequire(node) ? [node] : Object.values(node).flatMap(requirementsIn);
}

const isRequire = (node: object): node is Require => 'type' in node && node.type === 'require';

const isOf =
  (path: string, { span }: Require) =>
  ({ secondary }: Diagnostic): boolean =>
    secondary.some((label) => label.source.file === `std/${path}` && label.span.start === span.start);

const files = [...std].map(([path, text]) => [path, requirementsIn(parse(text).file.statements)] as const);

describe.each(files.filter(([, requirements]) => requirements.length > 0))('%s', (path, requirements) => {
  it('has edges for all that it requires', () => {
    expect(edges[path]?.length).toBe(requirements.length);
  });

  describe.each(requirements.map((each, i) => [each.message, each, edges[path]?.[i]] as const))(
    '%s',
    (_, each, edge) => {
      it.each(edge?.wrong ?? [])('is said of %j', (spec) => {
        expect(diagnose('model.nn', spec).filter(isOf(path, each))).not.toEqual([]);
      });

      it.each(edge?.right ?? [])('is not said of %j', (spec) => {
        // Values that are there for the wrong ones may lead to no loss.
        const errors = diagnose('model.nn', spec).filter(
          ({ severity, code }) => severity === 'error' && code !== 'NN3004',
        );
        expect(errors).toEqual([]);
      });
    },
  );
});
