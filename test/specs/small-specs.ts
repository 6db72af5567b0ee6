/** Small specs that between them use every layer, loss, metric, optimizer, schedule and penalty that has a meaning. */
export interface SmallSpec {
  readonly name: string;
  readonly text: string;
}

const spec = (name: string, ...lines: readonly string[]): SmallSpec => ({ name, text: `${lines.join('\n')}\n` });

const classifier = 'input x: f32[5]; target y: class[3]';
const regression = 'input x: f32[4]; target y: f32[2]';

const activations =
  'relu relu6 leaky_relu elu selu gelu gelu_tanh silu mish softplus softsign hard_sigmoid hard_silu tanh sigmoid softmax log_softmax';

const optimizers = [
  'sgd lr=0.1',
  'momentum lr=0.05 beta=0.8',
  'momentum lr=0.05 nesterov=true',
  'adagrad lr=0.05',
  'adadelta',
  'rmsprop lr=0.01',
  'adam lr=0.01',
  'adamw lr=0.01 decay=0.1',
  'adamax lr=0.01',
  'nadam lr=0.01',
  'radam lr=0.01',
  'amsgrad lr=0.01',
  'lion lr=0.01 decay=0.1',
  'lamb lr=0.01',
  'lars lr=0.5 decay=0.01',
  'adafactor lr=0.01 decay=0.1',
  'muon lr=0.02',
  'lookahead lr=0.01 every=2',
  'sam momentum lr=0.01 rho=0.2',
];

const losses: Readonly<Record<string, readonly string[]>> = {
  mse: [regression, 'layer dense 2', 'loss mse', 'metric mse; metric rmse; metric mae; metric r2'],
  mae: [regression, 'layer dense 2', 'loss mae'],
  huber: [regression, 'layer dense 2', 'loss huber delta=0.5'],
  logcosh: [regression, 'layer dense 2', 'loss logcosh'],
  bce: [
    'input x: f32[4]; target y: f32[2] in 0..1',
    'layer dense 2',
    'loss bce',
    'metric accuracy; metric f1; metric auc; metric mcc',
  ],
  hinge: ['input x: f32[4]; target y: f32[1] in -1..1', 'layer dense 1', 'loss hinge'],
  poisson: ['input x: f32[4]; target y: f32[1] in 0..5', 'layer dense 1', 'loss poisson'],
  kl: ['input x: f32[4]; target y: f32[3] in 0..1', 'layer dense 3', 'loss kl', 'metric accuracy distribution=true'],
  dice: ['input x: f32[4]; target y: f32[6] in 0..1', 'layer dense 6', 'loss dice'],
  cosine: ['input x: f32[4]; target y: f32[3]', 'layer dense 3', 'loss cosine'],
  xent: [classifier, 'layer dense 3', 'loss xent', 'metric accuracy; metric f1; metric f1 average=micro'],
  'xent with metrics of counts': [
    classifier,
    'layer dense 3; loss xent; metric precision; metric recall average=micro; metric mcc',
    'metric top_k_accuracy k=2; metric perplexity',
  ],
  'xent smoothed and weighted': [classifier, 'layer dense 3', 'loss xent smoothing=0.1 weights=[1, 2, 3]'],
  'xent with classes and rows that count differently': [
    'input much: f32[] in 0..3; input x: f32[5]; target y: class[3]',
    'layer dense 3',
    'loss xent weights=balanced rows=much',
    'metric accuracy rows=much; metric f1',
  ],
  'xent over positions': ['input x: f32[4, 5]; target y: class[3][4]', 'layer dense 3', 'loss xent', 'metric accuracy'],
  'xent of distributions': ['input x: f32[4]; target y: f32[3] in 0..1', 'layer dense 3', 'loss xent'],
  focal: [classifier, 'layer dense 3', 'loss focal gamma=2 weights=[1, 2, 3]'],
  infonce: [
    'input a: f32[4]; input b: f32[4]',
    'layer dense 3 from a as u; layer dense 3 from b as v',
    'loss infonce u v temperature=0.5',
  ],
  'products of all examples': [
    'input a: f32[4]; input b: f32[4]; target y: f32[2]',
    'layer dense 3 from a as u; layer dense 3 from b as v',
    'seen = max(cross(u, v), axis=-1) + sum(tanh(cross(v, u)), axis=-1)',
    'layer dense 2 from u',
    'loss = (it * reshape(seen, [1]) - y)^2; loss = 0.1 * cross(u, u * (batch_index() + 1))^2',
    'predict u',
  ],
  triplet: [
    'input a: f32[4]; input b: f32[4]; input c: f32[4]',
    'layer dense 3 from a as u; layer dense 3 from b as v; layer dense 3 from c as w',
    'loss triplet u v w margin=0.5',
  ],
  quantile: [regression, 'layer dense 2', 'loss quantile q=0.9'],
  gaussian_nll: [
    regression,
    'layer dense 2 as middle; layer dense 2 from x as logvar',
    'loss gaussian_nll middle logvar full=true',
  ],
  contrastive: [
    'input a: f32[4]; input b: f32[4]; target y: class[2]',
    'layer dense 3 from a as u; layer dense 3 from b as v',
    'loss contrastive u v margin=2',
  ],
  distillation: [
    classifier,
    'layer dense 3 from x as wise; layer dense 3 from x; freeze wise',
    'loss distillation it wise temperature=3 alpha=0.7',
  ],
};

/** As many positions as classes: an axis of one meaning has the size of another's. */
const coinciding: readonly (readonly string[])[] = [
  ...['loss xent', 'loss xent smoothing=0.1', 'loss xent weights=[1, 2, 3]', 'loss focal'].map((loss) => [
    'input x: f32[3, 4]; target y: class[3][3]; layer dense 3; metric f1; metric accuracy; predict softmax(it)',
    loss,
  ]),
  ['input x: f32[2, 2]; target y: class[2][2]; layer dense 2; loss xent; metric f1 average=micro'],
  [
    'input ids: i32[3] in 0..2; target y: f32[2]; weight w: [3, 2]',
    'it = sum(one_hot(ids, 3) @ w, axis=0); loss mse; predict each=sum(one_hot(ids, 3)) hot=one_hot(ids, 3)',
  ],
  [
    'input x: f32[3]; target y: f32[3, 3]; weight w: [3]',
    'it = reshape(x * w, [3, 1]) - arange(3) * reshape(w, [3, 1]); loss mse',
  ],
  [
    'input x: f32[3]; target y: f32[3]; weight w: [3, 3]',
    'h = reshape(x, [3, 1]) * w + reshape(x, [1, 3]) - arange(3)',
    'it = sum(h * reshape(max(h, axis=1), [3, 1]), axis=-1); loss mse',
  ],
];

/** Weights that are read through views, or summed before they are used: their gradients are views or repetitions. */
const throughViews: Readonly<Record<string, string>> = {
  vector: 'weight w: [4] init=normal; it = reshape(x @ w, [1])',
  reshape: 'weight w: [12] init=normal; it = x @ reshape(w, [4, 3])',
  index: 'weight w: [2, 4, 3]; it = x @ w[0]',
  slice: 'weight w: [6, 3]; it = x @ w[1:5]',
  transpose: 'weight w: [3, 4]; it = x @ transpose(w)',
  sum: 'weight w: [5] init=normal; layer dense 3; it = it * sum(w)',
  mean: 'weight w: [4, 3]; it = reshape(x @ mean(w, axis=1), [1])',
  stack: 'weight u: [4] init=normal; weight v: [4] init=normal; it = x @ transpose(stack([u, v]))',
  concat: 'weight u: [2, 3]; weight v: [2, 3]; it = x @ concat([u, v], axis=0)',
  gather: 'weight w: [3, 4] init=normal; it = x * gather(w, argmax(x))',
  broadcast: 'weight w: [1] init=normal; it = x @ broadcast(w, [4, 2])',
  product: 'weight u: [4] init=normal; weight v: [2, 2] init=normal; it = x; loss = sum(u * reshape(v, [4]))',
  alone: 'weight w: [3] init=normal; it = x; loss = sum(w) + mean(x)',
  twice: 'weight w: [4, 4]; it = relu(x @ w) @ transpose(w) + w[0] * reshape(w, [16])[3:7]',
};

/** Convolutions and pools: sequences, images, volumes; strides that leave a rest, paddings, dilation, groups. */
const windows: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'conv of a sequence': ['9, 3', 'layer conv 4 3 relu stride=2; layer maxpool 2'],
  'conv of an image': ['6, 5, 2', 'layer conv 4 3x2 tanh pad=same; layer avgpool 2 pad=same; layer conv 3 1x1'],
  'conv of a volume': ['4, 3, 5, 1', 'layer conv 2 2x2x3 relu pad=1; layer maxpool 2x2x1 stride=1 pad=same'],
  'conv with dilation and groups': ['7, 8, 4', 'layer conv 6 3x3 dilation=2 groups=2 stride=2x1 pad=same bias=false'],
  depthwise_conv: ['5, 6, 3', 'layer depthwise_conv 3x3 relu pad=same; layer depthwise_conv 2 multiplier=2 stride=2'],
  separable_conv: ['6, 6, 2', 'layer separable_conv 5 3x3 relu pad=same stride=2'],
  conv_transpose: ['3, 4, 2', 'layer conv_transpose 3 3x3 relu stride=2 pad=same; layer conv_transpose 2 2 stride=3'],
  'a residual of convolutions': [
    '6, 6, 3',
    'h = it; layer conv 3 3x3 pad=same bias=false; layer batchnorm; layer relu; it = it + h; layer avgpool global',
  ],
};

const sequence = 'input x: f32[6, 3]; target y: class[3]';
const swiglu = 'def layer gated(units) { weight gate: [in, units]; weight up: [in, units]; weight down: [units, in]';

/** Recurrences: those of the library, the contract's own, and what else a scan may hold. */
const recurrences: Readonly<Record<string, readonly string[]>> = {
  rnn: [sequence, 'layer rnn 5; layer dense 3; loss xent; optim adam'],
  'rnn with a mask, from the end': [
    `input m: f32[6] in 0..1; ${sequence}`,
    'layer rnn 4 relu sequences=true reverse=true mask=m; layer rnn 5; layer dense 3; loss xent; optim sgd lr=0.1',
  ],
  lstm: [sequence, 'layer lstm 5; layer dense 3; loss xent; optim adam; metric accuracy'],
  'two lstms': [
    sequence,
    'layer lstm 4 sequences=true; layer dropout 0.2; layer lstm 3; layer dense 3; loss xent; optim adam',
  ],
  'gru with a mask': [
    `input m: f32[6] in 0..1; ${sequence}`,
    'layer gru 5 mask=m sequences=true; layer flatten from it[-2:]; layer dense 3; loss xent; optim momentum lr=0.05',
  ],
  'bidirectional lstm': [
    'input x: f32[5, 3]; target y: class[4][5]',
    'layer bidirectional lstm 3 sequences=true; layer dense 4; loss xent; optim adam; predict softmax(it)',
  ],
  'bidirectional gru': [sequence, 'layer bidirectional gru 3; layer dense 3; loss xent; optim adam'],
  'text with an lstm': [
    'input words: i32[8] in 0..19; target label: class[2]',
    'layer embedding 20 6; layer lstm 7; layer dropout 0.5; layer dense 2',
    'loss xent; optim rmsprop lr=1e-3; clip norm 5',
  ],
  'a recurrence of one’s own': [
    `${swiglu}; it = (silu(it @ gate) * (it @ up)) @ down }`,
    'def layer elman(units) {',
    '  weight w: [in, units]; weight u: [units, units] init=orthogonal; weight b: [units] init=zeros',
    '  scan x over it with h = zeros([units]) { h = tanh(x @ w + h @ u + b) }',
    '  it = h',
    '}',
    'input x: f32[7, 4]; target y: f32[1]',
    'layer elman 6; layer gated 5; layer dense 1; loss mse; optim nadam lr=1e-3',
  ],
  'layers in a scan': [
    'input x: f32[4, 3]; target y: f32[2]',
    'scan row over x with h = zeros([5]) { layer dense 5 tanh from concat([row, h]); layer layernorm; h = it }',
    'layer dense 2 from h; loss mse; optim adam',
  ],
  'attention in a scan': [
    'input x: f32[5, 4]; target y: f32[4]; weight u: [4, 4]',
    'keys = x @ u',
    'scan row over keys with h = mean(x, axis=0) reverse=true { h = tanh(softmax(keys @ (h + row)) @ x) }',
    'it = h.all[0] + h.all[1] * h; loss mse; optim adam',
  ],
  'draws in a scan': [
    'input x: f32[4, 3]; target y: f32[3]; weight s: [3] init=ones',
    'scan row over x with h = zeros([3]) { layer dropout 0.4 from row; h = tanh(h * s + it + 0.1 * normal(like=row)) }',
    'it = h; loss mse; optim adam',
  ],
  'what all examples share, in a scan': [
    'input x: f32[3]; target y: f32[3]; weight w: [4, 3]; weight rate: [] init=constant(0.5)',
    'scan row, decay over w, rate with h = zeros([3]), n = 0 { h = h * decay + sin(row); n = n + 1 }',
    'it = x * h / n; loss mse; optim adam',
  ],
  'a scan in a scan': [
    'def fn inner(rows, u) { scan row over rows with s = ones([2]) { s = tanh(s @ u) * row }; it = s + s.all[1] }',
    'input x: f32[3, 4, 2]; target y: f32[2]; weight u: [2, 2]',
    'scan rows over x with h = zeros([2]) { h = h * 0.5 + inner(rows, u) }',
    'it = sum(h.all, axis=0); loss mse; optim adam',
  ],
  'integers in a scan': [
    'input ids: i32[5] in 0..3; target y: f32[2]; weight table: [4, 2] init=normal(std=0.5)',
    'scan id over ids with h = zeros([2]), last = ids[0] { h = tanh(h * gather(table, last) + gather(table, id)); last = id }',
    'it = h; loss mse; optim adam; predict state=h last=last',
  ],
  ctc: [
    'input sound: f32[8, 3]; target text: class[5][3]',
    'layer lstm 6 sequences=true; layer dense 5; loss ctc; optim adam; metric label_error_rate',
  ],
};

/** What is applied again with the weights that it has. */
const reused: Readonly<Record<string, readonly string[]>> = {
  'contrastive learning with shared weights': [
    'input a: f32[6]; input b: f32[6]; input c: f32[6]; target label: class[5]',
    'block encoder { layer dense 8 gelu from a; layer dense 4 as za }',
    'reuse encoder from b as zb; reuse encoder from c as zc',
    'u = za / sqrt(sum(za^2, axis=-1, keepdims=true)); v = zb / sqrt(sum(zb^2, axis=-1, keepdims=true))',
    'loss triplet u v zc margin=0.5 weight=0.5; layer dense 5 from za; loss xent it label; optim adam',
  ],
  'a block with a repeat, a norm and draws': [
    'input x: f32[5]; target y: class[3]',
    'block net { repeat 2 { h = it; layer dense 5 tanh; layer batchnorm momentum=0.8; layer dropout 0.3; it = it + h } }',
    'reuse net from (it * x); reuse net; layer dense 3; loss xent; optim momentum lr=0.05',
  ],
  'a block with a repeat': [
    'input x: f32[5]; target y: class[3]',
    'block net { repeat 3 as r { h = it; layer dense 5 tanh; layer dropout 0.2; it = it + h } }',
    'reuse net from (it * x); reuse net; layer dense 3; loss xent; optim adam; clip norm 1',
  ],
  'a definition with a repeat and norms': [
    'def layer stack(n) { repeat 2 { layer dense n tanh as d; layer batchnorm as b; reuse d; reuse b } }',
    'input x: f32[5]; target y: class[3]',
    'repeat 2 { layer stack 5 as s; reuse s }; layer dense 3; loss xent; optim sgd lr=0.1',
  ],
  'layers in rounds, and around them': [
    'input x: f32[4]; target y: f32[4]',
    'layer dense 4 tanh as enc; layer batchnorm as norm',
    'repeat 3 { layer dense 4 sin as d; reuse enc; reuse d; it = it + x }',
    'repeat 2 { layer dense 4 sin; reuse norm }; loss mse; optim sgd lr=0.1',
  ],
  'a recurrence of sequences of two lengths': [
    'input x: f32[5, 3]; input z: f32[3, 3]; target y: class[3]',
    'layer lstm 4 from x as enc; reuse enc from z as other; layer dense 3 from (enc * other); loss xent; optim adam',
  ],
  'a convolution of two images': [
    'input p: f32[5, 5, 2]; input q: f32[4, 6, 2]; target y: class[3]',
    'block enc { layer conv 3 3x3 relu pad=same from p; layer batchnorm; layer avgpool global as zp }',
    'reuse enc from q as zq; layer dense 3 from (zp * zq); loss xent; optim adam; freeze enc.conv.bias',
  ],
};

const optimizersOfViews = [
  'sgd',
  'adam lr=0.01; clip norm 1',
  'adamw lr=0.01; accumulate 2',
  'lamb lr=0.01; clip value 0.1',
];

/** Gradients as expressions, with derivatives of their own. */
const derivatives: Readonly<Record<string, readonly string[]>> = {
  'a gradient penalty': [
    'input x: f32[3]',
    'layer dense 5 tanh; layer dense 1 as score',
    'loss = (sqrt(sum(grad(score, x)^2) + 0.1) - 1)^2; loss = 0.1 * score^2',
  ],
  'a differential equation': [
    'def layer net() { repeat 2 { layer dense 4 tanh }; layer dense 1 }',
    'input x: f32[1]; target y: f32[1]',
    'layer net as u',
    'du = grad(u, x)',
    'loss = (grad(du, x) + 4 * u)^2; loss mse u y',
    'predict u=u slope=du',
  ],
  'a gradient through a recurrence': [
    'input x: f32[4, 3]',
    'layer lstm 3; layer dense 1 as out',
    'loss = sum(grad(out, x)^2) + out^2',
  ],
  'a gradient through windows': [
    'input x: f32[5, 5, 1]',
    'layer conv 2 3x3 tanh; layer maxpool 2; layer flatten; layer dense 1 as out',
    'loss = mean(square(grad(out, x))) + out^2',
  ],
  'a gradient by a weight': [
    'input x: f32[3]; target y: f32[2]',
    'layer dense 4 gelu; layer dense 2 as head',
    'loss mse; loss = 0.1 * mean(square(grad(sum(tanh(head)), head.kernel)))',
  ],
  'gradients in definitions': [
    'def fn slope(y, x) = sqrt(sum(grad(y, x)^2) + 1)',
    'def layer pushed(n) { x = it; layer dense n tanh as h; it = x + grad(sum(h^2), x) }',
    'input x: f32[3]; target y: f32[1]',
    'repeat 2 { layer pushed 4 }',
    'layer batchnorm; layer dense 1 as out',
    'loss mse; loss = 0.1 * slope(out, x)',
    'metric mse; metric mae (grad(out, x)) (0 * x) as steep',
  ],
  'a gradient in a recurrence': [
    'input x: f32[4, 3]; target y: f32[2]',
    'weight w: [3, 3]',
    'scan e over x with h = zeros([3]) { a = tanh(e @ w + h); h = 0.5 * h + grad(sum(a^2), h) }',
    'layer dense 2 from h',
    'loss mse',
  ],
};

export const smallSpecs: readonly SmallSpec[] = [
  ...Object.entries(derivatives).map(([name, lines]) => spec(`grad: ${name}`, ...lines, 'optim adam')),
  ...coinciding.map((lines, i) => spec(`coinciding sizes ${i + 1}`, ...lines, 'optim adam lr=0.01')),
  ...Object.entries(throughViews).map(([name, lines], i) =>
    spec(
      `a weight through a view: ${name}`,
      'input x: f32[4]',
      lines,
      `loss = mean(it^2); optim ${optimizersOfViews[i % optimizersOfViews.length]}`,
    ),
  ),
  spec(
    'computed integers',
    'input ids: i32[3] in 0..9; target y: class[4]',
    'b = where(ids > 3, ids, where(ids > 1, 2, ids))',
    'layer embedding 10 8 from reshape(b, [3, 1]); layer flatten; layer dense 4',
    'loss xent it (where(y > 2, 0, y)); optim sgd lr=0.1',
    'predict class=where(argmax(it) > 1, argmax(it), 0) all=concat([b, ids])',
  ),
  ...activations
    .split(' ')
    .map((act) => spec(act, classifier, `layer dense 6 ${act}; layer dense 3; loss xent; optim sgd lr=0.1`)),
  ...optimizers.map((optim) =>
    spec(
      optim.replace(/ .*/, '') + (optim.includes('nesterov') ? ' nesterov' : ''),
      classifier,
      `layer dense 7 tanh; layer dense 3; loss xent; optim ${optim}`,
    ),
  ),
  ...Object.entries(losses).map(([name, lines]) => spec(name, ...lines, 'optim sgd lr=0.1')),
  ...Object.entries(recurrences).map(([name, lines]) => spec(name, ...lines)),
  ...Object.entries(reused).map(([name, lines]) => spec(`reuse: ${name}`, ...lines)),
  spec(
    'slots that start as parameters, one of them a number',
    'input x: f32[3]; weight a: [] init=constant(0.3); weight w: [3, 2]',
    'loss = mean((x @ w)^2) + exp(sin(a)); optim lookahead',
  ),
  spec(
    'gradients at another point: masks, norms, rounds, penalties, several batches, a number of each update',
    'def optim lifted(lr=0.1) { at <- param + t / 10 * grad / (1 + grad_norm); param <- param - lr * grad / (1 + grad_norm) }',
    `${classifier}; layer dense 6 relu; layer batchnorm; layer dropout 0.2; repeat 2 { layer dense 6 tanh }; layer dense 3`,
    'loss xent; penalty l2 1e-2; optim lifted; clip norm 0.5; accumulate 2; freeze dense',
  ),
  spec('a single layer', classifier, 'layer dense 3 bias=false; loss xent; optim adam'),
  spec('dropout', classifier, 'layer dense 8 relu; layer dropout 0.3; layer dense 3; loss xent; optim adam'),
  spec('noise', regression, 'layer dense 6; layer gaussian_noise 0.1; layer dense 2; loss mse; optim adam'),
  spec('prelu', classifier, 'layer dense 6; layer prelu init=constant(0.1); layer dense 3; loss xent; optim adam'),
  spec(
    'shapes',
    'input x: f32[4, 6]; target y: class[3]',
    'layer reshape [6, 4]; layer transpose; layer flatten',
    'layer dense 3; loss xent; optim adam',
  ),
  spec(
    'pad, crop, upsample',
    'input x: f32[4, 4, 2]; target y: class[3]',
    'layer upsample 2; layer crop 1; layer pad 2',
    'layer flatten; layer dense 3; loss xent; optim sgd lr=0.1',
  ),
  ...Object.entries(windows).map(([name, [shape, ...lines]]) =>
    spec(
      name,
      `input x: f32[${shape}]; target y: class[3]`,
      ...lines,
      'layer flatten; layer dense 3; loss xent; optim adam',
    ),
  ),
  spec(
    'repeat',
    'input x: f32[5, 4]; target y: class[3]',
    'repeat 2 as blocks { h = it; layer layernorm; layer dense 4 gelu; it = it + h }',
    'repeat units in [6, 5] { layer dense units relu }',
    'layer flatten; layer dense 3; loss xent; penalty l2 1e-3 on blocks; optim adam for blocks; optim sgd',
  ),
  spec(
    'concat and add',
    classifier,
    'layer dense 4 relu as a',
    'layer dense 4 tanh from x as b',
    'layer add from a, b as c',
    'layer concat from a, c',
    'layer dense 3; loss xent; optim adam',
  ),
  spec(
    'batchnorm',
    classifier,
    'layer dense 6 bias=false; layer batchnorm momentum=0.9; layer relu; layer dense 3',
    'loss xent; optim momentum lr=0.1',
  ),
  spec(
    'batchnorm of images',
    'input x: f32[3, 3, 2]; target y: class[3]',
    'layer batchnorm; layer flatten; layer dense 3',
    'loss xent; optim adam',
  ),
  spec(
    'layernorm, rmsnorm, groupnorm',
    'input x: f32[4, 6]; target y: f32[4, 2]',
    'layer dense 8; layer layernorm; layer dense 8 relu; layer rmsnorm; layer dense 8; layer groupnorm groups=2',
    'layer dense 2; loss mse; optim adam',
  ),
  spec(
    'embedding',
    'input words: i32[4] in 0..5; target y: class[3]',
    'layer embedding 6 5; layer position_embedding 8; layer flatten; layer dense 3; loss xent; optim adam',
  ),
  spec(
    'attention',
    'input x: f32[4, 6]; input mask: f32[4] in 0..1; target y: class[3][4]',
    'layer attention 2 mask=round(mask) from x; layer attention 3 causal=true; layer dense 3; loss xent; optim adam',
  ),
  spec(
    'transformer block',
    'input x: f32[4, 6]; target y: f32[4, 6]',
    'layer transformer_block 2 8; loss mse; optim adamw lr=1e-2',
  ),
  spec(
    'an encoder beside whose matrices pairs are trained',
    'input tokens: i32[6] in 0..9; input mask: f32[6] in 0..1; target label: class[2]',
    'block bert {',
    '  layer embedding 10 8 from tokens as tok; layer position_embedding 6; layer layernorm eps=1e-12',
    '  repeat 2 as encoder {',
    '    x = it; layer attention 2 mask=round(mask); it = it + x; layer layernorm as h',
    '    layer dense 12 gelu; layer dense 8; it = it + h; layer layernorm',
    '  }',
    '}',
    'layer dropout 0.1 from (it[0, :]); layer dense 2 as classifier',
    'loss xent; optim adamw lr=1e-2 decay=0.01; clip norm 1.0; schedule linear warmup=2',
    'freeze bert; lora bert.encoder.*.attention rank=2 alpha=4; lora bert.encoder.*.dense rank=3; metric accuracy',
  ),
  spec(
    'pairs beside the matrices of recurrences',
    'input x: f32[4, 5]; target y: class[3]',
    'layer lstm 4 sequences=true; layer bidirectional gru 3; layer dense 3',
    'loss xent; optim adam lr=1e-2; lora lstm rank=2 alpha=3; lora bidirectional rank=1',
  ),
  spec(
    'squeeze_excite, spatial_dropout and instancenorm',
    'input x: f32[3, 3, 4]; target y: class[3]',
    'layer squeeze_excite ratio=2; layer spatial_dropout 0.3; layer instancenorm; layer flatten',
    'layer dense 3; loss xent; optim adam',
  ),
  spec(
    'highway, glu and alpha_dropout',
    classifier,
    'layer highway; layer alpha_dropout 0.2; layer glu 4; layer dense 3; loss xent; optim adam',
  ),
  spec(
    'positions as waves and as angles',
    'input x: f32[3, 5]; target y: f32[3, 4]',
    'layer dense 4; layer sinusoidal_positions base=100; layer rotary base=50; layer dense 4; loss mse; optim sgd lr=0.1',
  ),
  spec(
    'multi_query_attention',
    'input x: f32[4, 6]; input mask: f32[4] in 0..1; target y: class[3][4]',
    'layer multi_query_attention 3 mask=round(mask) from x; layer multi_query_attention 2 causal=true dropout=0.2',
    'layer dense 3; loss xent; optim adam',
  ),
  spec(
    'transformer_decoder',
    'input memory: f32[5, 2]; input x: f32[3, 4]; target y: f32[3, 4]',
    'repeat 2 { layer transformer_decoder 2 5 key_from=memory dropout=0.1 }; loss mse; optim adam',
  ),
  spec(
    'mixture_of_experts',
    'input x: f32[2, 5]; target y: f32[2, 3]',
    'layer mixture_of_experts 3 3 tanh; loss mse; optim adam',
  ),
  spec('swiglu', 'input x: f32[4, 6]; target y: f32[4, 2]', 'layer swiglu 5; layer dense 2; loss mse; optim adam'),
  spec(
    'initialisers',
    classifier,
    'layer dense 6 relu init=he_normal bias_init=constant(0.1); layer dense 6 tanh init=orthogonal; layer dense 6 init=lecun_uniform',
    'layer dense 6 init=identity; layer dense 6 init=glorot_normal; layer dense 6 init=truncated_normal bias_init=uniform(-1, 1)',
    'layer dense 3 init=normal(std=0.3); loss xent; optim sgd lr=0.1',
  ),
  spec(
    'penalties',
    classifier,
    'layer dense 7 relu as a; layer dense 3 as b; loss xent; optim sgd lr=0.1',
    'penalty l1 1e-2 on a; penalty l2 1e-2 on b; penalty group_l1 1e-2 on a; penalty l2 1e-2 on b.bias',
  ),
  spec(
    'penalties of rounds',
    'input x: f32[3, 4]; target y: class[3]',
    'layer dense 4 relu as a; repeat 3 as r { layer layernorm; layer dense 6 tanh as up; layer dense 4 as down }',
    'layer flatten; layer dense 3 as b; loss xent; optim adam lr=1e-2; accumulate 2',
    'penalty l2 1e-2; penalty l1 1e-2 on r; penalty group_l1 1e-2 on r; penalty l2 2e-2 on b; clip norm 1',
  ),
  spec(
    'clips and accumulation',
    classifier,
    'layer dense 7 relu; layer dense 3; loss xent; optim adam lr=1e-2',
    'clip value 0.1; clip norm 0.2; accumulate 3',
  ),
  spec(
    'groups, one frozen',
    classifier,
    'block base { layer dense 7 relu; layer batchnorm }',
    'layer dense 6 tanh as mid; layer dense 3 as head',
    'loss xent; optim sgd lr=0.1 for mid; optim adam lr=1e-2 for head; freeze base',
  ),
  spec(
    'several losses',
    'input x: f32[5]; target a: class[3]; target b: f32[1]',
    'layer dense 6 relu as h; layer dense 3 from h as kind; layer dense 1 from h as size',
    'loss xent kind a; loss mse size b weight=0.3; loss = 0.01 * mean(h^2); optim adam',
    'predict kind=softmax(kind) class=argmax(kind) size=size',
  ),
  ...[
    'constant',
    'cosine warmup=3',
    'linear min=0.1',
    'polynomial power=2',
    'exponential gamma=0.9 every=2',
    'step at=[1, 3]',
    'onecycle',
  ].map((schedule) =>
    spec(
      `schedule ${schedule.replace(/ .*/, '')}`,
      classifier,
      `layer dense 3; loss xent; optim adam lr=1e-2; schedule ${schedule}`,
    ),
  ),
  spec(
    "shared weights of one's own",
    'input x: f32[4]; target y: f32[3]',
    'weight scale: [] init=constant(0.5)',
    'weight mix: [4, 3]',
    'h = tanh(x * scale) @ mix',
    'it = where(h > 0, h^2, exp(h) - 1) + maximum(h, h[0:1])',
    'loss = mean((it - y)^2); optim adam',
  ),
  spec(
    "a state of one's own",
    'def layer centred(momentum=0.9) {',
    '  state seen: [in] = zeros',
    '  m = batch_mean(it)',
    '  if training { seen <- momentum * seen + (1 - momentum) * m; it = it - m } else { it = it - seen }',
    '}',
    classifier,
    'layer dense 6; layer centred; layer relu; layer dense 3; loss xent; optim sgd lr=0.1',
  ),
];
