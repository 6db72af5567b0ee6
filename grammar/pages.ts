/** What the words of the language mean, a page for each: `nnc explain` shows them. */
import type { CommandKeyword } from './ast.ts';

export interface Page {
  /** What it is for, in a sentence, where no single form says so. */
  readonly summary?: string;
  /** How it is written, each form with what it does. */
  readonly forms: readonly (readonly [form: string, meaning: string])[];
  /** What else to know. */
  readonly doc?: string;
  /** A whole spec that has it. */
  readonly example: string;
}

type Keyword =
  | CommandKeyword
  | ('def' | 'hyper' | 'input' | 'target' | 'noise' | 'weight' | 'state' | 'require')
  | ('block' | 'repeat' | 'if' | 'else' | 'scan' | 'phase' | 'step');

const runningSum = `input x: f32[10, 4]
target y: f32[4]
scan row over x with h = zeros([4]) { h = row + h }
layer dense 4 from h
loss mse
optim adam
`;

const twoSteps = `input x: f32[4]
target y: f32[1]
layer dense 8 relu as hidden; layer dense 1 as head
step a updates hidden { loss mse; optim adam }
step b updates head { loss mae; optim adam }
`;

/** The statements, by the keyword that opens them. */
export const statementPages: Readonly<Record<Keyword, Page>> = {
  nn: {
    forms: [['nn 1', 'the version of the language that the file is written in']],
    example: spec('layer dense 1', 'loss mse', 'nn 1\n'),
  },
  model: {
    forms: [['model NAME', 'the name of the model; the stem of the file otherwise']],
    example: spec('layer dense 1', 'loss mse', 'model prices\n'),
  },
  import: {
    forms: [['import "./blocks.nn"', 'brings in the definitions of another file, whose path is relative to this one']],
    doc: "Nothing else of the file counts here, and what it imports itself is not handed on. Definitions of this file hide those that it brings in, and these the library's. In the example blocks.nn defines a layer `twice`.",
    example: spec('layer twice; layer dense 1', 'loss mse', 'import "./blocks.nn"\n'),
  },
  hyper: {
    forms: [
      ['hyper NAME = 128', 'a named constant, which `--set NAME=64` overrides'],
      ['hyper NAME = 128 in [64, 128, 256]', 'with the choices that a search explores'],
      ['hyper NAME = 1e-3 in log 1e-4..1e-1', 'with a range, ends included; `log` explores factors'],
    ],
    doc: 'A whole number stays whole.',
    example: spec('layer dense width relu; layer dense 1', 'loss mse', 'hyper width = 8 in [8, 16]\n'),
  },
  input: {
    forms: [
      ['input NAME: f32[28, 28, 1]', 'numbers that come in, with the shape of one example, without the batch'],
      ['input NAME: f32[64] in 0..16', 'the same, the raw data being checked against a range'],
      ['input NAME: i32[128]', 'whole numbers: indices, not quantities'],
    ],
    doc: 'It sets `it`; of several inputs the last one does.',
    example: spec('layer dense 1', 'loss mse'),
  },
  target: {
    summary: 'What losses and metrics compare with: a class, or numbers.',
    forms: [
      ['target NAME: class[10]', 'one of ten classes, 0..9; −1 is left out of losses and metrics'],
      ['target NAME: class[78][128]', 'a class for each of 128 positions'],
      ['target NAME: f32[1]', 'numbers'],
    ],
    doc: 'Texts in the data are classes in sorted order. With one target `loss KIND` compares `it` with it; of several, each loss and metric names its own.',
    example: spec('layer dense 3', 'loss xent', '', 'class[3]'),
  },
  noise: {
    summary: 'A value that is drawn afresh for each example of each step.',
    forms: [
      ['noise NAME: f32[16] = normal', 'of mean 0 and variance 1'],
      ['noise NAME: f32[16] = uniform', 'evenly from 0 to 1'],
    ],
    doc: 'It does not set `it`. `nnc predict --rows 16` draws it where predictions read nothing else.',
    example: spec('layer dense 1 from z', 'loss mse', 'noise z: f32[16] = normal\n'),
  },
  weight: {
    forms: [
      ['weight NAME: [in, units] init=he_normal', 'a parameter that is trained, with its shape and its start'],
      ['weight NAME: [] init=(log(2))', 'one that starts at an expression'],
    ],
    doc: 'Without `init` it is glorot_uniform with two axes or more, else zeros. An expression that it starts at stands in parentheses.',
    example: spec('weight scale: [4] init=ones\nit = it * scale\nlayer dense 1', 'loss mse'),
  },
  state: {
    forms: [['state NAME: [in] = zeros', 'a value that training changes without a gradient, by `NAME <- expression`']],
    doc: '`NAME <- expression` acts at once: the lines below read the new value. In a layer it stands within `if training` as a rule, so that evaluation reads what training has left. In an optimizer, `state m = zeros` has the shape of the parameter.',
    example: `def layer centred() {
  state mean: [in] = zeros
  if training { mean <- 0.9 * mean + 0.1 * batch_mean(it) }
  it = it - mean
}
${spec('layer centred; layer dense 1', 'loss mse')}`,
  },
  require: {
    forms: [['require CONDITION "what is wanted"', 'in a definition: what whoever uses it must keep']],
    doc: 'It is decided when the spec is compiled. Where it does not hold, the mistake is at the use, with these words.',
    example: `def layer halves() {
  require in % 2 == 0 "the last axis must divide into halves"
  it = it[:in/2] * it[in/2:]
}
${spec('layer halves; layer dense 1', 'loss mse')}`,
  },
  def: {
    forms: [
      ['def SORT NAME(parameters) { … }', 'a definition; its result is the last `it`'],
      ['def SORT NAME(parameters) = expression', 'the short form'],
    ],
    doc: "The sorts are layer, loss, penalty, metric, optim, schedule, init, fn, reparam and augment, with a namespace each. A definition of yours hides the library's of the same name. `##` lines above it are its documentation. What a body sees besides its parameters depends on the sort: pages of the library say it beside the formula, `nnc explain adam` of an optimizer.",
    example: `def fn sq(x) = x^2\n${spec('layer dense 1', 'loss = mean(sq(it - y))')}`,
  },
  layer: {
    forms: [
      ['layer KIND settings…', 'applies a layer to `it`, and sets `it` to its result'],
      ['layer KIND settings… from a, b', 'applies it to other values'],
      ['layer KIND settings… as NAME', 'names its result, and its parameters'],
    ],
    doc: 'Settings stand by place or by name, as in `layer dense 128 act=relu`; a calculation among them wants parentheses, `layer dense (2 * n)`. A function of one value is also a layer: `layer relu`.',
    example: spec('layer dense 8 relu as hidden; layer dense 1', 'loss mse'),
  },
  block: {
    forms: [['block NAME { … }', 'groups the parameters of what is inside under a name, in place']],
    doc: 'A block opens a scope for paths, not for values: names made inside are seen after it.',
    example: spec('block backbone { layer dense 8 relu }\nlayer dense 1 as head', 'loss mse'),
  },
  repeat: {
    summary: 'A body several times, one after the other.',
    forms: [
      ['repeat 6 { … }', 'the body six times, each with parameters of its own'],
      ['repeat 6 as encoder { … }', 'the same, their paths being encoder.0 … encoder.5'],
      ['repeat x in xs { … }', 'the body for each item of a list'],
    ],
    doc: 'Names made in a round are local to it; `it` is carried through.',
    example: spec('repeat 3 as tower { layer dense 8 relu }\nlayer dense 1', 'loss mse'),
  },
  reuse: {
    forms: [['reuse NAME from x', 'applies a named layer or block again, with the same parameters']],
    doc: 'The input of a block is the first value from outside that its body reads; x takes its place.',
    example: spec('layer dense 1 from x as score\nreuse score from (2 * x) as twice\nit = score + twice', 'loss mse'),
  },
  if: {
    forms: [['if CONDITION { … } else if CONDITION { … } else { … }', 'decided when the spec is compiled']],
    doc: 'The condition may look at hypers, arguments, shapes and `training`. It opens no scope.',
    example: spec('if deep { layer dense 8 relu }\nlayer dense 1', 'loss mse', 'hyper deep = true\n'),
  },
  else: {
    forms: [['if CONDITION { … } else { … }', 'what stands where the condition does not hold']],
    example: spec(
      'if width > 8 { layer dense width relu } else { layer dense 8 relu }\nlayer dense 1',
      'loss mse',
      'hyper width = 16\n',
    ),
  },
  scan: {
    forms: [
      ['scan x over it with h = zeros([units]) { h = … }', 'a recurrence over the first axis of an example'],
      ['scan x, m over xs, ms with h = e, c = e reverse=r { … }', 'along several sequences, with several values'],
    ],
    doc: 'In the body a carried name is the old value until its line and the new one after it; each has such a line. Afterwards `h` is the last value and `h.all` every value; h.all[t] belongs to position t also when `reverse` runs from the end.',
    example: `input x: f32[10, 4]
target y: f32[4]
scan row over x with h = zeros([4]) { h = tanh(row + h) }
layer dense 4 from h
loss mse
optim adam
`,
  },
  predict: {
    forms: [
      ['predict expression', 'what a prediction returns; `it` otherwise'],
      ['predict class=argmax(it) p=softmax(it)', 'several, by name'],
    ],
    doc: 'It needs only the inputs that it reads. Losses take logits, so that it is where probabilities are made of them.',
    example: `${spec('layer dense 3', 'loss xent', '', 'class[3]')}predict class=argmax(it) p=softmax(it)\n`,
  },
  loss: {
    summary: 'What is minimised.',
    forms: [
      ['loss KIND', 'compares `it` with the only target'],
      ['loss KIND a b', 'compares a with b, any two values'],
      ['loss KIND … rows=w', 'w says how much each example counts in the mean'],
      ['loss = expression', 'any value'],
    ],
    doc: 'It is averaged over the batch and over every axis left; several losses add up, and `weight=0.3` scales one. With `rows=w` the mean is Σ w·loss / Σ w, w being a number for each example, an input as a rule.',
    example: spec(
      'layer dense 1',
      'loss huber weight=0.5 rows=importance\nloss = 0.1 * mean(abs(it - y))',
      'input importance: f32[]\n',
    ),
  },
  penalty: {
    summary: 'A regulariser: what is added to the loss for the weights themselves.',
    forms: [
      ['penalty KIND strength', 'on all that is trained'],
      ['penalty KIND strength on SELECTOR', 'on a part of it'],
    ],
    doc: "It skips parameters of one axis (biases, scales of norms) unless the selector ends in the weight's own name, as `head.bias` does.",
    example: `${spec('layer dense 1', 'loss mse')}penalty l2 1e-4\n`,
  },
  metric: {
    summary: 'A figure that is reported each epoch.',
    forms: [
      ['metric KIND', 'of `it` and the only target'],
      ['metric KIND a b', 'of a and b, any two values'],
      ['metric KIND average=macro as NAME', 'with settings, under a name of its own'],
      ['metric KIND … rows=w', 'w says how much each example counts'],
    ],
    doc: 'All rows that are evaluated are one batch to it. The figure is called KIND, or NAME; `train monitor=val_NAME` and `schedule plateau` can go by it.',
    example: `${spec('layer dense 3', 'loss xent', '', 'class[3]')}metric accuracy; metric f1 average=macro\n`,
  },
  optim: {
    summary: 'How parameters are changed by their gradients.',
    forms: [
      ['optim KIND lr=1e-3', 'the optimizer of all that is trained'],
      ['optim KIND lr=1e-2 for SELECTOR', 'that of a group of parameters'],
    ],
    doc: "The mean gradient of losses and penalties is clipped first, and `lr` is multiplied by the schedule. Weight decay skips parameters of one axis (biases, scales of norms) unless the selector ends in the weight's own name, as `head.bias` does.",
    example: `input x: f32[4]
target y: f32[1]
layer dense 8 relu; layer dense 1 as head
loss mse
optim adam lr=1e-3
optim sgd lr=1e-2 for head
`,
  },
  schedule: {
    summary: 'The factor of the learning rate over the run.',
    forms: [
      ['schedule KIND warmup=100 min=0.01', 'a function of how far the run is'],
      ['schedule plateau factor=0.5 patience=3 monitor=val_loss gain=1e-4', 'smaller each time a figure stands still'],
    ],
    doc: '`warmup` counts the updates in which the factor rises along a straight line to 1, t/warmup at update t; `min` is the least factor. `plateau` multiplies it by `factor` after `patience` epochs in which the figure did not gain more than `gain`, relative to its best; it is no definition of the library, for it goes by what a run reports.',
    example: `${spec('layer dense 1', 'loss mse')}schedule cosine warmup=10\n`,
  },
  clip: {
    summary: 'Limits the gradients, by their common norm or one by one.',
    forms: [
      ['clip norm 1.0', 'scales all gradients down together where their common norm is greater: g · min(1, 1.0/‖g‖)'],
      ['clip value 0.5', 'limits each number of the gradients to −0.5..0.5'],
    ],
    doc: 'Several act in the order written, on the gradients averaged over what is accumulated.',
    example: `${spec('layer dense 1', 'loss mse')}clip norm 1.0\n`,
  },
  accumulate: {
    forms: [['accumulate 4', 'one update from the mean gradient of four batches']],
    doc: 'It trains as with a batch four times as large, in the memory of one. What counts updates (t, `warmup`) counts one for four batches; batchnorm sees each batch by itself.',
    example: `${spec('layer dense 1', 'loss mse')}accumulate 4\n`,
  },
  ema: {
    forms: [['ema 0.999', 'a moving average of the weights, which evaluation uses']],
    doc: 'After each update e ← 0.999·e + 0.001·w, e being the weights at first. Training goes on from w; evaluation, predictions and the weights that are saved are those of e. States of layers are taken as they are.',
    example: `${spec('layer dense 1', 'loss mse')}ema 0.999\n`,
  },
  freeze: {
    forms: [['freeze SELECTOR', 'no gradient, no slot and no update for what it selects']],
    doc: 'A frozen layer is in inference mode altogether, dropout and batchnorm included. A selector that names weights (`**.gamma`) freezes those weights alone.',
    example: `${spec('layer dense 8 relu as hidden; layer dense 1', 'loss mse')}freeze hidden\n`,
  },
  unfreeze: {
    forms: [['unfreeze SELECTOR', 'trains again what an earlier `freeze` covers']],
    doc: 'In a phase it takes back what an earlier phase has frozen, from there on.',
    example: `${spec('layer dense 8 relu as hidden; layer dense 1', 'loss mse')}freeze hidden\nunfreeze hidden.bias\n`,
  },
  load: {
    summary: 'Initial weights from a file.',
    forms: [
      ['load SELECTOR from "w.safetensors"', 'initial weights from a file with equal names'],
      [
        'load SELECTOR from "w.safetensors" names=huggingface_bert',
        'from one whose names a table of the library translates',
      ],
      [
        'load SELECTOR from "w.safetensors" names="my.names"',
        'or one of your own, such as: a.kernel = b.weight transposed',
      ],
    ],
    doc: 'Every parameter and state below the selector must be in the file, in its shape, and nothing else below it; `**` is the whole model. Names are paths, whole or from the selector on. A table has a rule a line: `encoder.{i}.dense.bias = layers.{i}.fc.bias`, sums `a + b[0]`, `ignore pooler.**`, and `within bert` for files that keep everything below a name.',
    example: `${spec('layer dense 8 relu as hidden; layer dense 1', 'loss mse')}load hidden from "w.safetensors"\n`,
  },
  lora: {
    forms: [['lora SELECTOR rank=8 alpha=16', 'trains a pair of thin matrices beside each matrix, which it freezes']],
    doc: 'It adapts each matrix that is used as `x @ W`: y = x·W + (alpha/rank)·(x·a)·b. The pair a [in, rank], b [rank, out] lies at `<layer>.lora`, or at `<layer>.<weight>.lora` where the layer has several; alpha is the rank unless given. `freeze` of a layer does not reach it, and files of `load` do not hold it. `nnc merge` folds it into W.',
    example: `${spec('layer dense 8 relu as hidden; layer dense 1', 'loss mse')}lora hidden rank=2 alpha=4\n`,
  },
  reparam: {
    forms: [['reparam KIND … on SELECTOR', 'the layers read a function of their weight: weight_norm, spectral_norm']],
    doc: 'It adapts the weights below the selector with two axes or more, and others that the selector names. What it has of its own lies at `<layer>.<kind>`, or at `<layer>.<weight>.<kind>` where several weights of the layer are adapted. It is evaluated once in a step for all that read the weight, before `lora`. A `def reparam` sees `it`, the stored weight, and `training`; its weights and states may start as something of `it`. `nnc merge` writes what the layers read.',
    example: `${spec('layer dense 1', 'loss mse')}reparam weight_norm on dense\n`,
  },
  data: {
    summary: 'The rows that a run trains on and is evaluated on.',
    forms: [
      ['data csv "rows.csv" target=c split=0.8/0.1/0.1 seed=7', 'a table, whose columns are found by name'],
      ['data inline [[0, 0, 0], [0, 1, 1]]', 'rows of the inputs, then the targets'],
      ['data images "photos"', 'a folder for each class'],
      ['data jsonl "rows.jsonl"', 'or npz, idx: fields by name'],
      ['data text "book.txt"', 'one stream, cut into windows'],
    ],
    doc: '`target=c` is the column of the only target; `name=columns` maps others, with patterns (`x=pixel_*`) and lists (`x=[a, b]`); then equal names count; a single input that is left takes all numeric columns that are left. The rows are permuted by `seed`, then cut into training, validation and test by `split`, with two shares without a test part; without `split` all rows train. `by=COLUMN` keeps rows of one value together, `stratify=true` gives each part its share of each class, and `order=true` cuts in the order of the file.',
    example: `${spec('layer dense 1', 'loss mse')}data inline [[1, 2, 3, 4, 10], [0, 1, 0, 1, 2]]\n`,
  },
  prep: {
    summary: 'What is done to the data of an input or a target before the network sees it.',
    forms: [
      ['prep NAME scale 1/255', 'numbers, multiplied'],
      ['prep NAME standardize', 'numbers, of mean 0 and deviation 1 on the training rows'],
      ['prep NAME minmax', 'numbers, from 0 to 1 on the training rows'],
      ['prep NAME impute mean', 'fills empty fields; `median` and `0` too, `flag=NAME` tells where'],
      ['prep NAME lengths mask=NAME', 'makes a mask of how long the sequence of each row is'],
      ['prep NAME onehot', 'categories as rows of zeros with a one'],
      ['prep NAME resize 32x32', 'images; `gray` takes their colour away'],
      ['prep NAME tokens 5000', 'text; `chars` and `wordpiece "vocab.txt"` too'],
    ],
    doc: 'They act in the order written, in training, evaluation and prediction alike. What is fitted is fitted on the training rows. On a target it is undone in predictions and metrics.',
    example: `${spec('layer dense 1', 'loss mse')}prep x standardize\n`,
  },
  augment: {
    summary: 'Changes the batches of training at random.',
    forms: [
      ['augment flip horizontal', 'turns half of the images of a training batch round'],
      ['augment crop 32x32 pad=4', 'puts zeros around and cuts a part at a place drawn for each'],
      ['augment KIND settings… from NAME', 'of this input, where the first image, or the first numbers, are not meant'],
    ],
    doc: 'In training alone, after `prep`, in the order written; evaluation and prediction see the data as it is. The numbers are drawn on the device from streams of the run, so that a seed gives the same batches again.',
    example: `${spec('layer flatten; layer dense 1', 'loss mse', '', 'f32[1]', 'f32[8, 8, 1]')}augment flip horizontal\n`,
  },
  train: {
    summary: 'How long a run is, and in which batches.',
    forms: [
      ['train epochs=5 batch=64 seed=1', 'epochs=10, batch=32 and seed=1 unless given'],
      ['train patience=3 monitor=val_loss', 'stops after three epochs without a gain of this figure'],
    ],
    doc: 'An epoch goes once over the training rows. Where `patience` is set, the weights of the best epoch come back; `monitor` is val_loss unless given, a loss is best at its lowest and most metrics at their highest.',
    example: `${spec('layer dense 1', 'loss mse')}train epochs=5 batch=16\n`,
  },
  phase: {
    summary: 'A part of the run, with what it freezes, its optimizer, its schedule.',
    forms: [
      ['phase NAME epochs=3 { … }', 'so many epochs'],
      [
        'phase NAME epochs=30 patience=2 monitor=val_loss { … }',
        'or fewer, where the figure stands still; the next phase has its best weights',
      ],
    ],
    doc: 'Phases follow one another. What one froze stays frozen until it is unfrozen; a statement in a phase replaces all of its kind. Its losses or steps replace what was minimised before, its metrics what was reported. Each starts with fresh slots and t = 0.',
    example: `${spec('layer dense 8 relu as hidden; layer dense 1', 'loss mse')}phase head_only epochs=3 { freeze hidden }\nphase all epochs=5 { unfreeze hidden }\n`,
  },
  step: {
    forms: [
      ['step NAME updates SELECTOR times=5 { … }', 'an update of a part of the parameters, by losses of its own'],
    ],
    doc: "Steps alternate, once per batch in the order written. Each sees the former's update, and has its own noise, t and slots.",
    example: twoSteps,
  },
  budget: {
    forms: [['budget memory="64MB"', 'a limit on what training holds: weights, states, slots, and what is computed']],
    doc: 'With a batch of `train batch=…`; MB is 10⁶ bytes. What needs more is an error that names the lines which take most. `nnc summary` shows what training holds.',
    example: `${spec('layer dense 1', 'loss mse')}budget memory="64MB"\n`,
  },
  remat: {
    forms: [
      ['remat auto', 'computes values again on the way back instead of keeping them, where training then holds less'],
    ],
    doc: 'No bit of the result changes. With a budget as little is computed again as fits it, and nothing where all fits; without one training holds as little as it can. Nothing runs more than twice.',
    example: `${spec('layer dense 32 gelu; layer dense 32 gelu; layer dense 32 gelu; layer dense 1', 'loss mse')}train batch=256\nremat auto\n`,
  },
  cache: {
    forms: [
      ['cache features', 'computes once for each row what the frozen part at the input makes of it, and keeps it'],
    ],
    doc: 'For data that the spec names, without `augment`, in a run of one phase and one step. The generated file has a function `features`, from which training and evaluation go on.',
    example: `${spec('layer dense 8 relu as hidden; layer dense 1', 'loss mse')}freeze hidden\ndata inline [[1, 2, 3, 4, 5], [4, 3, 2, 1, 0]]\ncache features\n`,
  },
};

/** The words that stand within statements. */
export const wordPages: Readonly<Record<string, Page>> = {
  it: {
    forms: [
      ['it', 'the current value'],
      ['it = expression', 'replaces it'],
    ],
    doc: '`input` sets it, `layer` and `reuse` take it and replace it; `name = expression` leaves it alone. A bare `loss`, `metric` or `predict` uses it where it stands. The result of a definition is the last `it`.',
    example: spec('layer dense 4\nit = it + x\nlayer dense 1', 'loss mse'),
  },
  from: {
    summary: 'What goes in, in place of what would by itself.',
    forms: [
      ['layer KIND … from a, b', 'what goes into a layer, in place of `it`'],
      ['reuse NAME from x', 'what goes into it again'],
      ['load SELECTOR from "file"', 'where weights come from'],
      ['augment KIND … from NAME', 'the input that is augmented'],
    ],
    example: spec('layer dense 4 relu as h\nlayer concat from h, x\nlayer dense 1', 'loss mse'),
  },
  as: {
    summary: 'A name for a result, and for what belongs to it.',
    forms: [
      ['layer KIND … as NAME', 'a name for the result of a layer, and for its parameters'],
      ['reuse NAME as OTHER', 'a name for the result'],
      ['repeat 6 as NAME { … }', 'what the paths of its rounds begin with, NAME.0 … NAME.5'],
      ['metric KIND … as NAME', 'a name for a figure'],
    ],
    example: spec('layer dense 8 relu as hidden; layer dense 1', 'loss mse'),
  },
  on: {
    summary: 'The parameters that a penalty or a reparam reaches.',
    forms: [
      ['penalty KIND … on SELECTOR', 'the parameters that a penalty reaches'],
      ['reparam KIND … on SELECTOR', 'the weights of which layers read a function'],
    ],
    example: `${spec('layer dense 8 relu as hidden; layer dense 1', 'loss mse')}penalty l2 1e-4 on hidden\n`,
  },
  for: {
    forms: [['optim KIND … for SELECTOR', 'the parameters that an optimizer updates']],
    example: `${spec('layer dense 8 relu; layer dense 1 as head', 'loss mse')}optim sgd lr=1e-2 for head\n`,
  },
  over: {
    forms: [['scan x over xs with h = … { … }', 'the sequence that a scan goes along']],
    example: runningSum,
  },
  with: {
    forms: [['scan x over xs with h = … { … }', 'what a scan carries, and its start']],
    example: runningSum,
  },
  updates: {
    forms: [['step NAME updates SELECTOR { … }', 'the parameters that a step updates']],
    example: twoSteps,
  },
  in: {
    summary: 'The choices, the range or the items of something; in a layer, the size of the last axis.',
    forms: [
      ['hyper NAME = 1 in [1, 2]', 'the choices of a hyper'],
      ['input NAME: f32[4] in 0..1', 'the range of the raw data, of a target too'],
      ['repeat x in xs { … }', 'the items of a list'],
      ['weight w: [in, units]', 'in a `def layer`: the size of the last axis of `it`, as it was at entry'],
    ],
    example: `def layer scaled() {
  weight scale: [in] init=ones
  it = it * scale
}
${spec('layer scaled; layer dense 1', 'loss mse')}`,
  },
  training: {
    forms: [['if training { … }', 'in a `def layer`: true in training, false in evaluation and in a frozen layer']],
    example: `def layer noisy(amount=0.1) {
  if training { it = it + amount * normal(like=it) }
}
${spec('layer noisy; layer dense 1', 'loss mse')}`,
  },
  pi: {
    forms: [['pi', '3.14159…, the length of a circle over its diameter']],
    example: spec('it = sin(pi * x)\nlayer dense 1', 'loss mse'),
  },
  none: {
    forms: [['none', 'an absent value, function or size']],
    doc: 'As a function it is the identity.',
    example: spec('layer dense 1 act=none', 'loss mse'),
  },
  true: {
    forms: [['true', 'counts as 1 in calculations']],
    example: spec('layer dense 1 bias=true', 'loss mse'),
  },
  false: {
    forms: [['false', 'counts as 0 in calculations']],
    example: spec('layer dense 1 bias=false', 'loss mse'),
  },
  and: {
    forms: [['a < b and b < c', '1 where both hold, else 0']],
    example: spec('layer dense 1', 'loss = mean(where(y > 0 and it > 0, (it - y)^2, abs(it - y)))'),
  },
  or: {
    forms: [['a < b or b < c', '1 where one of them holds, else 0']],
    example: spec('layer dense 1', 'loss = mean(where(y > 1 or y < 0, abs(it - y), (it - y)^2))'),
  },
  not: {
    forms: [['not a', '1 where a is 0, else 0']],
    example: spec('layer dense 1', 'loss = mean(where(not (y > 1), (it - y)^2, abs(it - y)))'),
  },
};

/** What stands around the statements of an example: an input, a target and an optimizer. */
function spec(network: string, loss: string, before = '', target = 'f32[1]', input = 'f32[4]'): string {
  const lines = [`input x: ${input}`, `target y: ${target}`, network, loss, 'optim adam'];
  return `${before}${lines.filter((line) => line !== '').join('\n')}\n`;
}
