/** NN2xxx: arguments, and what is known when the spec is compiled. */
import type { Entry, Names, Near, Shape } from './entry.ts';
import { quoted, didYouMean, formatShape, formatNumber } from '../words.ts';

const randomUsage = (op: string): string => `${op}([4, 2]), or ${op}(like=x)`;

const usedAs = (definition: string, usage: string): string => `${definition} is used as: ${usage}`;

const reparamHelp = 'reparam weight_norm on **.kernel';

/** How a statement is written. */
const examples: ReadonlyMap<string, string> = new Map([
  ['layer', 'layer KIND …, for example: layer dense 128 relu'],
  ['loss', 'loss xent, or loss = expression'],
  ['metric', 'metric accuracy'],
  ['penalty', 'penalty l2 1e-4'],
  ['optimizer', 'optim adam lr=1e-3'],
  ['schedule', 'schedule cosine warmup=100'],
  ['augmentation', 'augment flip horizontal'],
  ['reparametrisation', reparamHelp],
]);

const importHelp = 'import "./blocks.nn"';
const loadHelp = 'load backbone from "backbone.safetensors"';
const budgetHelp = 'budget memory="64MB"';
const loraHelp = 'lora bert.encoder.*.attention rank=8 alpha=16';

const splitHelp = 'split=0.8/0.1/0.1: the shares for training, validation and test';

const isSet = (name: string, value: number, set: boolean): string =>
  `\`${name}\` is ${formatNumber(value)}${set ? ' by its setting' : ''}`;

const fillingHelp = 'prep x impute mean, or median, or 0';
const vocabularyHelp = 'prep words wordpiece "vocab.txt" mask=mask: a file with one piece a line';

export const args = {
  NN2003: {
    severity: 'error',
    title: 'unknown argument name',
    explanation: 'The definition has no parameter of this name. `nnc explain KIND` shows its parameters and defaults.',
    wrong: 'input x: f32[4]\nlayer dense 3 activation=relu',
    mended: 'input x: f32[4]\nlayer dense 3 act=relu',
    messages: {
      argument: ({
        definition,
        name,
        near,
        names,
      }: {
        definition: string;
        name: string;
        near: Near;
        names: Names;
      }) => ({
        message: `${definition} has no argument \`${name}\``,
        help:
          didYouMean(near) ??
          (names.length === 0 ? `${definition} takes no arguments` : `${definition} takes ${quoted(names)}`),
      }),
      bound: ({ definition, name, near }: { definition: string; name: string; near: Near }) => ({
        message: `${definition} has no argument \`${name}\``,
        help: didYouMean(near),
      }),
      operation: ({ op, name, near, usage }: { op: string; name: string; near: Near; usage: string }) => ({
        message: `${op} has no argument \`${name}\``,
        help: didYouMean(near) ?? usage,
      }),
      random: ({ op, name }: { op: string; name: string }) => ({
        message: `${op} has no argument \`${name}\``,
        help: randomUsage(op),
      }),
      scan: ({ name }: { name: string }) => ({
        message: `scan has no argument \`${name}\``,
        help: 'scan takes `reverse`',
      }),
      setting: ({ keyword, name, near, names }: { keyword: string; name: string; near: Near; names: Names }) => ({
        message: `\`${keyword}\` has no argument \`${name}\``,
        help: didYouMean(near) ?? (names.length === 0 ? 'no argument of it has a name' : `it takes ${quoted(names)}`),
      }),
      columns: ({ keyword, name, mended }: { keyword: string; name: string; mended: string }) => ({
        message: `\`${keyword}\` has no argument \`${name}\``,
        help: mended,
      }),
      noTarget: () => ({ message: 'the spec has no target', help: 'target label: class[10]' }),
      targets: ({ names }: { names: Names }) => ({
        message: `\`target=\` means the only target, and the spec has ${names.length}`,
        help: `name them: ${names.map((name) => `${name}=…`).join(' ')}`,
      }),
    },
  },
  NN2005: {
    severity: 'error',
    title: 'missing argument',
    explanation: 'The definition has a parameter without a default, and the statement does not give it.',
    wrong: 'input x: f32[4]\nlayer dense',
    mended: 'input x: f32[4]\nlayer dense 3',
    messages: {
      kind: ({ noun }: { noun: string }) => ({ message: `the ${noun} has no kind`, help: examples.get(noun) }),
      parameter: ({ definition, name, usage }: { definition: string; name: string; usage: string }) => ({
        message: `${definition} needs \`${name}\``,
        help: usedAs(definition, usage),
      }),
      value: ({ definition, name }: { definition: string; name: string }) => ({
        message: `${definition} needs a value for \`${name}\``,
        help: `name it: ${definition} … from a, b`,
      }),
      format: () => ({ message: '`data` needs a format', help: 'data csv "file.csv" target=label' }),
      file: ({ format, example, findsTarget }: { format: string; example: string; findsTarget: boolean }) => ({
        message: `\`data ${format}\` needs ${format === 'images' ? 'a folder' : 'a file'}`,
        help: `data ${format} "${example}"${findsTarget ? '' : ' target=label'}`,
      }),
      rows: () => ({ message: '`data inline` needs its rows', help: 'data inline [[0, 1], [1, 0]]' }),
      preparation: () => ({
        message: '`prep` needs an input or target, and what is done to it',
        help: 'prep pixels scale 1/255',
      }),
      tokens: () => ({
        message: '`tokens` needs a number of ids',
        help: 'prep words tokens 5000: 0 is padding, 1 unknown, and the most frequent words have the rest',
      }),
      vocabulary: () => ({
        message: '`wordpiece` needs its vocabulary',
        help: vocabularyHelp,
      }),
      pictureSize: () => ({ message: '`resize` needs a size', help: 'prep image resize 32x32: height and width' }),
      lengthMask: ({ name }: { name: string }) => ({
        message: '`lengths` fills a mask, and none is named',
        help: `prep ${name} lengths mask=mask, where mask: f32[T]`,
      }),
      filling: () => ({ message: '`impute` needs what fills an empty field', help: fillingHelp }),
      factor: () => ({ message: '`scale` needs a factor', help: 'prep x scale 1/255' }),
      selector: ({ keyword }: { keyword: string }) => ({
        message: `\`${keyword}\` needs a selector`,
        help: `${keyword} backbone`,
      }),
      loaded: () => ({
        message: '`load` needs a selector: what is loaded',
        help: `${loadHelp}; the whole model is \`**\``,
      }),
      loadFile: () => ({ message: '`load` needs a file to read from', help: loadHelp }),
      imported: () => ({ message: '`import` needs a file', help: importHelp }),
      adapted: () => ({ message: '`lora` needs a selector: what is adapted', help: loraHelp }),
      reparam: () => ({ message: '`reparam` needs to know of which weights: on SELECTOR', help: reparamHelp }),
      rank: () => ({ message: '`lora` needs a rank: how thin its matrices are', help: loraHelp }),
      model: () => ({ message: '`model` takes one name', help: 'model digits' }),
      clip: () => ({
        message: '`clip` needs a kind and a limit',
        help: 'clip norm 1.0 scales all gradients together, clip value 0.5 cuts each number',
      }),
      limit: ({ by }: { by: string }) => ({ message: `clip ${by} needs a limit`, help: `clip ${by} 1.0` }),
      budget: () => ({ message: '`budget` needs a limit', help: budgetHelp }),
      setting: ({ keyword, word }: { keyword: string; word: string }) => ({
        message: `\`${keyword}\` needs a word`,
        help: `${keyword} ${word}`,
      }),
      epochs: ({ name }: { name: string }) => ({
        message: `the phase \`${name}\` does not say how long it is`,
        help: `phase ${name} epochs=3 { … }`,
      }),
      batches: () => ({ message: '`accumulate` needs the number of batches', help: 'accumulate 4' }),
      decay: () => ({ message: '`ema` needs a decay: how much of the average stays', help: 'ema 0.999' }),
      stateShape: ({ name }: { name: string }) => ({
        message: `the state \`${name}\` has no shape`,
        help: `state ${name}: [in] = zeros`,
      }),
      reuse: () => ({
        message: 'reuse takes the name of a layer or block, and nothing else but `from` and `as`',
        help: 'reuse encoder from b as zb: the arguments are those of its first use',
      }),
    },
  },
  NN2006: {
    severity: 'error',
    title: 'surplus argument',
    explanation: 'More arguments are written than the definition has parameters, or one is given twice.',
    wrong: 'input x: f32[4]\nlayer dropout 0.2 0.5',
    mended: 'input x: f32[4]\nlayer dropout 0.2',
    messages: {
      twice: ({ name }: { name: string }) => ({ message: `\`${name}\` is given twice` }),
      inputs: ({ definition, settings, values }: { definition: string; settings: string; values: string }) => ({
        message: `the values that ${definition} takes stand after \`from\``,
        help: `layer ${[definition, ...(settings === '' ? [] : [settings]), 'from', values].join(' ')}`,
      }),
      arguments: ({ definition, most, usage }: { definition: string; most: number; usage: string }) => ({
        message: `${definition} takes ${most === 0 ? 'no arguments' : most === 1 ? 'one argument' : `${most} arguments`}, and this is one more`,
        help: usedAs(definition, usage),
      }),
      values: ({ definition, most }: { definition: string; most: number }) => ({
        message: `${definition} takes ${most < 2 ? 'one value' : `${most} values`}, and this is one more`,
      }),
      bound: ({ definition }: { definition: string }) => ({ message: `${definition} takes no more arguments` }),
      imported: () => ({
        message: '`import` takes one file',
        help: 'a statement for each: import "./blocks.nn"; import "./losses.nn"',
      }),
      loadFiles: () => ({
        message: '`load` reads one file',
        help: 'shards of one model are read by their index: from "model.safetensors.index.json"',
      }),
      augmented: () => ({
        message: '`augment` takes one input',
        help: 'a statement for each: augment noise from a; augment noise from b',
      }),
      unnamed: () => ({ message: 'an argument that is bound before the call is named' }),
      settings: ({ keyword, most, names }: { keyword: string; most: number; names: Names }) => ({
        message: `\`${keyword}\` takes ${most === 0 ? 'named arguments alone' : `${most} before its named ones`}`,
        help: names.length === 0 ? undefined : `${keyword} ${names.map((name) => `${name}=…`).join(' ')}`,
      }),
    },
  },
  NN2007: {
    severity: 'error',
    title: 'an argument of the wrong type',
    explanation:
      'The parameter wants another kind of thing: a whole number, a function, a value, one of some words, and so on.',
    wrong: 'input x: f32[4]\nlayer dense relu',
    mended: 'input x: f32[4]\nlayer dense 3 relu',
    messages: {
      memory: ({ given }: { given: string }) => ({
        message: `a memory is a number with its unit, in quotes, and not ${given}`,
        help: budgetHelp,
      }),
      value: ({ name, given }: { name: string; given: string }) => ({
        message: `a value is needed here, and ${name} is ${given}`,
      }),
      like: ({ op }: { op: string }) => ({ message: `\`like\` of ${op} is a value`, help: randomUsage(op) }),
      randomShape: ({ op, name }: { op: string; name: string }) => ({
        message: `${op} takes a shape, and ${name} is none`,
        help: randomUsage(op),
      }),
      noBatch: ({ op }: { op: string }) => ({ message: `${op} is of the examples of a batch, and here is none` }),
      ofEach: ({ op, operand }: { op: string; operand: string }) => ({
        message: `the ${operand} of ${op} is the same for all examples, and this value is of each`,
        help: 'declare it as a weight: weight kernel: [3, 3, in, 8]',
      }),
      fraction: ({ op, value }: { op: string; value: number }) => ({
        message: `${op} gives integers here, and ${value} is none`,
        label: 'a whole number is needed here',
      }),
      word: ({
        definition,
        parameter,
        name,
        near,
        wanted,
      }: {
        definition: string;
        parameter: string;
        name: string;
        near: Near;
        wanted: string;
      }) => ({
        message: `\`${definition}\` does not know \`${name}\` as \`${parameter}\``,
        help: didYouMean(near) ?? `it is ${wanted}`,
      }),
      unknown: ({ name, near, wanted }: { name: string; near: Near; wanted: string }) => ({
        message: `\`${name}\` is not known here`,
        help: didYouMean(near) ?? `it is ${wanted}`,
      }),
      argument: ({
        definition,
        parameter,
        wanted,
        given,
        order,
      }: {
        definition: string;
        parameter: string;
        wanted: string;
        given: string;
        order: Names;
      }) => ({
        message: `\`${parameter}\` of ${definition} is ${wanted}, not ${given}`,
        help: order.length < 2 ? undefined : `the arguments of ${definition} are, in order: ${order.join(', ')}`,
      }),
      condition: ({ given }: { given: string }) => ({ message: `a condition is true or false, not ${given}` }),
      spread: ({ name, given }: { name: string; given: string }) => ({
        message: `\`*\` spreads a list, and ${name} is ${given}`,
      }),
      whole: ({ what, name, given }: { what: string; name: string; given: string }) => ({
        message: `${what} must be a whole number, and ${name} is ${given}`,
      }),
      rows: ({ name }: { name: string }) => ({
        message: `rows are taken by integers, and ${name} holds numbers`,
        help: 'declare the input as i32, or round what is calculated: floor(z)',
      }),
      classes: ({ name }: { name: string }) => ({ message: `${name} is no class target` }),
      rowWeights: ({ given }: { given: string }) => ({
        message: `\`rows\` is how much each example counts: a number for each, not ${given}`,
        help: 'declare it as an input: input w: f32[], and say rows=w',
      }),
      rowsUnused: ({ what }: { what: string }) => ({
        message: `${what} is one number for the whole batch here: \`rows\` has no examples to weight`,
        help: 'leave `rows` out, or weight the examples before they are joined',
      }),
      rowsVariance: () => ({
        message: 'a variance over all rows takes each row once: `rows` cannot weight it',
        help: 'leave `rows` out',
      }),
      classWeights: ({ name }: { name: string }) => ({
        message: `weights of classes are counted in a target that is class[K], and ${name} is none`,
        help: 'give a weight for each class: weights=[1, 2.5, 1]',
      }),
      shape: ({ name, given }: { name: string; given: string }) => ({
        message: `a value has a shape, and ${name} is ${given}`,
      }),
      product: ({ name, given }: { name: string; given: string }) => ({
        message: `product takes a list of numbers, and ${name} is ${given}`,
      }),
      stored: ({ what, name, given }: { what: string; name: string; given: string }) => ({
        message: `${what} takes a value, and ${name} is ${given}`,
      }),
      shared: ({ what, name }: { what: string; name: string }) => ({
        message: `${what} is shared by all examples, and ${name} has a value for each`,
        help: 'take its mean over the batch: batch_mean(…)',
      }),
      file: ({ name, format, mended }: { name: string; format: string; mended: string }) => ({
        message: `the file is a string, not ${name}`,
        help: `data ${format} "${mended}"`,
      }),
      pictureSize: ({ given }: { given: string }) => ({
        message: `a picture has a height and a width, and ${given} is none`,
        help: 'prep image resize 32x32',
      }),
      filling: ({ given }: { given: string }) => ({
        message: `an empty field is filled by the mean, the median or 0, not ${given}`,
        help: fillingHelp,
      }),
      vocabulary: ({ name }: { name: string }) => ({
        message: `the vocabulary is a file, not ${name}`,
        help: vocabularyHelp,
      }),
      pad: ({ given }: { given: string }) => ({
        message: `sequences are padded at the front or the end, not ${given}`,
        help: 'pad=front, which is the default, or pad=end',
      }),
      imported: ({ name }: { name: string }) => ({
        message: `the file that is imported is a string, not ${name}`,
        help: importHelp,
      }),
      loaded: ({ name }: { name: string }) => ({
        message: `\`load\` takes a selector, not ${name}`,
        help: `${loadHelp}; the whole model is \`**\``,
      }),
      loadFile: ({ name }: { name: string }) => ({ message: `the file is a string, not ${name}`, help: loadHelp }),
      adapted: ({ name }: { name: string }) => ({
        message: `\`lora\` takes a selector, not ${name}`,
        help: loraHelp,
      }),
      nameTable: ({ name, tables }: { name: string; tables: Names }) => ({
        message: `\`names\` is a table of the library or a file, not ${name}`,
        help: `the library has ${tables.join(', ')}; a table of your own is a file: names="my.names"`,
      }),
      augment: () => ({
        message: '`augment` changes an input of numbers, and the spec has none',
        help: 'input image: f32[32, 32, 3]',
      }),
      newTarget: () => ({ message: 'a target is one for each example, and this value is the same for all' }),
      augmentation: ({ given }: { given: string }) => ({
        message: `an augmentation gives each example numbers, and this is ${given}`,
      }),
      inlineRows: ({ given }: { given: string }) => ({
        message: `\`data inline\` takes a list of rows, not ${given}`,
        help: 'data inline [[0, 1], [1, 0]]: each row is the inputs, then the targets',
      }),
      inlineRow: () => ({ message: 'a row of `data inline` holds numbers alone' }),
      selector: ({ keyword }: { keyword: string }) => ({
        message: `\`${keyword}\` takes selectors: paths of layers or weights`,
        help: `${keyword} backbone`,
      }),
      model: () => ({ message: '`model` takes one name', help: 'model digits' }),
      hyper: ({ given }: { given: string }) => ({
        message: `a hyper is a number, \`true\` or \`false\`, not ${given}`,
      }),
      setHyper: ({ name, value }: { name: string; value: string }) => ({
        message: `\`${name}\` is set to "${value}", which is no number`,
      }),
      number: ({ what, given }: { what: string; given: string }) => ({ message: `${what} is a number, not ${given}` }),
      least: ({ what, least, value }: { what: string; least: number; value: number }) => ({
        message: `${what} is at least ${least}, not ${value}`,
      }),
      most: ({ what, most, value }: { what: string; most: number; value: number }) => ({
        message: `${what} is at most ${most}, not ${value}`,
      }),
      above: ({ what, above, value }: { what: string; above: number; value: number }) => ({
        message: `${what} is more than ${above}, not ${value}`,
      }),
      below: ({ what, below, value }: { what: string; below: number; value: number }) => ({
        message: `${what} is less than ${below}, not ${value}`,
      }),
      notNegative: ({ name, given }: { name: string; given: string }) => ({
        message: `\`${name}\` is a number, at least 0, not ${given}`,
      }),
      split: () => ({ message: 'a split is two or three shares', help: splitHelp }),
      splitParts: ({ parts }: { parts: number }) => ({
        message: `a split has two or three parts, not ${parts}`,
        help: splitHelp,
      }),
      splitShare: () => ({ message: 'the shares of a split are above 0', help: splitHelp }),
      splitSum: ({ sum }: { sum: number }) => ({
        message: `the shares of a split add up to 1, not to ${sum}`,
        help: splitHelp,
      }),
      layerInput: ({ given }: { given: string }) => ({ message: `a layer takes a value, not ${given}` }),
      bound: () => ({ message: 'a bound is a number' }),
      prediction: ({ given, applied }: { given: string; applied?: string | undefined }) => ({
        message: `a prediction is a value, not ${given}`,
        help: applied === undefined ? undefined : `apply it to a value: predict ${applied}(it)`,
      }),
      state: ({ name }: { name: string }) => ({
        message: `\`${name}\` is no state`,
        help: 'a name for a value is given with `=`',
      }),
      rounds: ({ given }: { given: string }) => ({ message: `repeat … in runs over a list, not over ${given}` }),
      along: ({ given }: { given: string }) => ({ message: `a scan goes along values, not along ${given}` }),
      carried: ({ name, which, given }: { name: string; which: 'first' | 'next'; given: string }) => ({
        message: `a scan carries values, and the ${which} \`${name}\` is ${given}`,
      }),
    },
  },
  NN2019: {
    severity: 'error',
    title: 'a hyper outside its range',
    explanation: 'The value of a `hyper`, or what `--set` gives it, must lie in the range that is written after `in`.',
    wrong: 'hyper width = 100 in [64, 128]\ninput x: f32[4]\nlayer dense width',
    mended: 'hyper width = 128 in [64, 128]\ninput x: f32[4]\nlayer dense width',
    messages: {
      choices: ({
        name,
        value,
        set,
        choices,
      }: {
        name: string;
        value: number;
        set: boolean;
        choices: readonly number[];
      }) => ({
        message: `${isSet(name, value, set)}, and must be one of ${choices.map(formatNumber).join(', ')}`,
      }),
      range: ({
        name,
        value,
        set,
        low,
        high,
      }: {
        name: string;
        value: number;
        set: boolean;
        low: number;
        high: number;
      }) => ({
        message: `${isSet(name, value, set)}, and must be within ${formatNumber(low)}..${formatNumber(high)}`,
      }),
      empty: ({ low, high }: { low: number; high: number }) => ({
        message: `the range ${formatNumber(low)}..${formatNumber(high)} holds nothing`,
      }),
      emptyOfPort: ({ low, high }: { low: number; high: number }) => ({
        message: `the range ${low}..${high} holds nothing`,
        help: `write ${high}..${low}`,
      }),
      logarithmic: () => ({ message: 'a logarithmic range begins above 0' }),
    },
  },
  NN2021: {
    severity: 'error',
    title: 'a whole number is needed',
    explanation: 'Sizes, counts and axes are whole numbers, known when the spec is compiled.',
    wrong: 'input x: f32[4]\nlayer dense 7/2',
    mended: 'input x: f32[4]\nlayer dense 8/2',
    messages: {
      elements: ({ elements }: { elements: number }) => ({
        message: `a value of ${elements} elements is more than can be held`,
      }),
      argument: ({
        definition,
        parameter,
        name,
        value,
      }: {
        definition: string;
        parameter: string;
        name: string;
        value: number;
      }) => ({
        message: `\`${parameter}\` of ${definition} must be a whole number, and ${name} is ${value}`,
      }),
      whole: ({ what, name, given }: { what: string; name: string; given: string }) => ({
        message: `${what} must be a whole number, and ${name} is ${given}`,
      }),
      batch: ({ name, sizes }: { name: string; sizes: Names }) => ({
        message: `a shape is that of one example: ${name} stands for the batch, which is never written`,
        help: `write: [${sizes.join(', ')}]`,
      }),
      size: ({ name, size }: { name: string; size: number }) => ({
        message: `a size is at least 1, and ${name} is ${size}`,
      }),
      rounds: ({ most, rounds }: { most: number; rounds: number }) => ({
        message: `repeat takes 0 to ${most} rounds, not ${rounds}`,
      }),
      setting: ({ what, value }: { what: string; value: number }) => ({
        message: `${what} is a whole number, not ${value}`,
      }),
      warmup: ({ given }: { given: string }) => ({
        message: `\`warmup\` is a whole number of updates, not ${given}`,
      }),
    },
  },
  NN2024: {
    severity: 'error',
    title: 'an unknown type of input, target or parameter',
    explanation: 'Inputs and targets are `f32[…]`, `i32[…]` or `class[K]`.',
    wrong: 'input x: float[4]',
    mended: 'input x: f32[4]',
    messages: {
      classNames: ({ classes }: { classes: number | string }) => ({
        message: 'a class has one number: how many classes there are',
        help: `write: class[${classes}]; what they are called is read from the data`,
      }),
      classSizes: () => ({
        message: 'a class has one number: how many classes there are',
        help: 'class[10], or class[78][128] for one at each of 128 positions',
      }),
      oneClass: ({ classes }: { classes: number }) => ({
        message: `class[${classes}] leaves nothing to tell apart`,
        help: 'a yes or no is f32[1] with bce, or class[2]',
      }),
      unknown: ({ name, near }: { name: string; near: Near }) => ({
        message: `there is no type \`${name}\``,
        help: didYouMean(near) ?? 'the types are f32[…], i32[…] and class[K]',
      }),
      sizes: ({ type, sizes }: { type: string; sizes: readonly number[] }) => ({
        message: `${type} has one list of sizes`,
        help: `write ${type}${formatShape(sizes)}`,
      }),
    },
  },
  NN2025: {
    severity: 'error',
    title: 'known when the spec is compiled, or not at all',
    explanation:
      'Sizes, arguments of number parameters and conditions are computed before anything runs; they cannot depend on data.',
    wrong: 'input x: f32[4]\nlayer dense x',
    mended: 'input x: f32[4]\nlayer dense size(x, 0)',
    messages: {
      initialValue: ({ name }: { name: string }) => ({
        message: `${name} is a value of the model, and an initial value is computed before there is one`,
        help: 'an initial value may use numbers, arguments and shapes',
      }),
      initialBeside: ({ name }: { name: string }) => ({
        message: `${name} is a value of the model, and an initial value is computed before there is one`,
        help: 'an initial value of a reparametrisation may use `it`, the stored weight at its start: init=norm(it)',
      }),
      augmented: ({ name }: { name: string }) => ({
        message: `${name} is a value of the network, and a batch is augmented before the network sees it`,
        help: 'an augmentation sees its input as `it`, and the target as `target`',
      }),
      batchAxis: ({ name, shape }: { name: string; shape: Shape }) => ({
        message: `an axis of ${name} has a position for each example, and how many there are is known when the batch is`,
        label: `it has shape ${formatShape(shape)}`,
        help: 'what goes over the axis first leaves none: sum, max, logsumexp',
      }),
      batchInitial: () => ({
        message: 'an initial value is computed before there is a batch',
        help: 'an initial value may use numbers, arguments and shapes',
      }),
      batchUpdate: () => ({
        message: 'an update may be that of several batches, and none of them is at hand',
        help: 'the gradient is a mean already',
      }),
      argument: ({
        definition,
        parameter,
        name,
        given,
      }: {
        definition: string;
        parameter: string;
        name: string;
        given: string;
      }) => ({
        message: `\`${parameter}\` of ${definition} must be known when the spec is compiled, and ${name} is ${given}`,
      }),
      whole: ({ what, name, given }: { what: string; name: string; given: string }) => ({
        message: `${what} must be known when the spec is compiled, and ${name} is ${given}`,
      }),
      condition: ({ name }: { name: string }) => ({
        message: `a condition is decided when the spec is compiled, and ${name} depends on values`,
        help: 'choose between two values with where(condition, a, b)',
      }),
      lossWeight: ({ given }: { given: string }) => ({ message: `the weight of a loss is a number, not ${given}` }),
      setting: ({ what }: { what: string }) => ({ message: `${what} must be known when the spec is compiled` }),
    },
  },
  NN2026: {
    severity: 'error',
    title: 'a function given the wrong number of values',
    explanation: 'The call has more or fewer arguments than the function has parameters.',
    wrong: 'input x: f32[4]\nit = exp(x, x)',
    mended: 'input x: f32[4]\nit = exp(x)',
    messages: {
      batch: ({ name, given }: { name: string; given: number }) => ({
        message: `${name} takes one value, and here are ${given}`,
      }),
      grad: ({ given }: { given: number }) => ({
        message: `grad takes a value, and what it is differentiated by, and here are ${given}`,
        help: 'grad(energy, position)',
      }),
      cross: ({ given }: { given: number }) => ({ message: `cross takes two values, and here are ${given}` }),
      nothing: ({ name, given }: { name: string; given: number }) => ({
        message: `${name} takes no value, and here ${given === 1 ? 'is one' : `are ${given}`}`,
      }),
      random: ({ op }: { op: string }) => ({ message: `${op} takes a shape, or like=`, help: randomUsage(op) }),
      arguments: ({ op, most, usage }: { op: string; most: number; usage: string }) => ({
        message: `${op} takes ${most === 1 ? 'one value' : `${most} arguments`}, and this is one more`,
        help: usage,
      }),
      missing: ({ op, name, usage }: { op: string; name: string; usage: string }) => ({
        message: `${op} needs \`${name}\``,
        help: usage,
      }),
      none: ({ op }: { op: string }) => ({ message: `${op} needs at least one value` }),
      identity: ({ given }: { given: number }) => ({
        message: `a function that is \`none\` takes one value, not ${given}`,
      }),
      size: ({ given }: { given: number }) => ({ message: `size takes a value and an axis, and here are ${given}` }),
      one: ({ name, given }: { name: string; given: number }) => ({
        message: `${name} takes one argument, and here are ${given}`,
      }),
    },
  },
} as const satisfies Record<string, Entry>;
