/** NN2xxx: names, and the definitions that they stand for. */
import type { Entry, Names, Near, Shape } from './entry.ts';
import { quoted, didYouMean, numbersOf, namesElsewhere, some } from '../words.ts';

const usedInside = (name: string): string => `${name} is used here, inside its own definition`;
const writtenIn = 'a definition is written into the place of its use; repeat n { … } does something several times';
const reusable = 'a layer that has a name can be reused: layer dense 8 as encoder';
const blockInput = 'the input of a block is the first value from outside that its body reads';

/** What there is instead, where that is little: an input may have been given another name since. */
const valuesHere = (names: Names): string =>
  names.length === 0 ? '' : `; the ${names.length === 1 ? 'value here is' : 'values here are'} ${quoted(names)}`;

export const names = {
  NN2001: {
    severity: 'error',
    title: 'unknown name',
    explanation:
      'A name in an expression must be an input, a target, a hyper, a value named by `as` or `=`, a weight, or a ' +
      'parameter of the def in which it stands. Values flow down: a name is known below the line that makes it. ' +
      'The body of a def never sees the values of its caller.',
    wrong: 'input image: f32[64]\nlayer dense 10 from imag',
    mended: 'input image: f32[64]\nlayer dense 10 from image',
    messages: {
      name: ({ name, near, sorts, values }: { name: string; near: Near; sorts: Names; values: Names }) => ({
        message: `nothing here is called \`${name}\``,
        label: 'unknown name',
        help:
          didYouMean(near) ??
          namesElsewhere(name, sorts, ', not of a value') ??
          `name it above: \`${name} = …\` for a value, \`hyper ${name} = …\` for a number${valuesHere(values)}`,
      }),
      inDefinition: ({ name, near, sort, sees }: { name: string; near: Near; sort: string; sees: Names }) => ({
        message: `nothing here is called \`${name}\``,
        help:
          didYouMean(near) ??
          `a def ${sort} sees its own names and ${quoted(sees)}, and never the values of its caller`,
      }),
      argument: ({ name, near }: { name: string; near: Near }) => ({
        message: `nothing here is called \`${name}\``,
        help: didYouMean(near),
      }),
      weight: ({ name, near }: { name: string; near: Near }) => ({
        message: `there is no weight \`${name}\``,
        help: didYouMean(near),
      }),
      notCarried: ({ name }: { name: string }) => ({
        message: `\`${name}\` is no value that a scan carried, and has no \`all\``,
      }),
      stillCarried: ({ name }: { name: string }) => ({
        message: `\`${name}.all\` is known after the scan, and not in its body`,
      }),
      augmented: ({ name, near }: { name: string; near: Near }) => ({
        message: `${name} is no input`,
        help: didYouMean(near) ?? '`augment` changes an input; the targets follow where it mixes examples',
      }),
      nameTable: ({ name, near, tables }: { name: string; near: Near; tables: Names }) => ({
        message: `the library has no table of names \`${name}\``,
        help: didYouMean(near) ?? `it has ${tables.join(', ')}; a table of your own is a file: names="my.names"`,
      }),
      word: ({ parameter, name, near, words }: { parameter: string; name: string; near: Near; words: Names }) => ({
        message: `\`${parameter}\` is never \`${name}\``,
        help: didYouMean(near) ?? `it is one of ${quoted(words)}`,
      }),
      port: ({ name, near }: { name: string; near: Near }) => ({
        message: `no input and no target is called \`${name}\``,
        help: didYouMean(near),
      }),
      filled: ({ name, near }: { name: string; near: Near }) => ({
        message: `no input is called \`${name}\``,
        help: didYouMean(near) ?? `declare what is filled: input ${name}: f32[128], as long as the sequences`,
      }),
      flag: ({ name, near, shape }: { name: string; near: Near; shape: Shape }) => ({
        message: `no input is called \`${name}\``,
        help: didYouMean(near) ?? `declare what is filled: input ${name}: ${numbersOf(shape)}`,
      }),
      figure: ({ name, near, figures }: { name: string; near: Near; figures: Names }) => ({
        message: `nothing that is reported is called \`${name}\``,
        help: didYouMean(near) ?? `one of ${quoted(figures)}`,
      }),
      phaseFigure: ({ name, phase, near, figures }: { name: string; phase: string; near: Near; figures: Names }) => ({
        message: `the phase \`${phase}\` reports nothing called \`${name}\``,
        help: didYouMean(near) ?? `say what it watches, one of ${quoted(figures)}: phase ${phase} monitor=val_loss`,
      }),
      scheduleFigure: ({
        name,
        phase,
        near,
        figures,
      }: {
        name: string;
        phase: string;
        near: Near;
        figures: Names;
      }) => ({
        message: `the phase \`${phase}\` reports nothing called \`${name}\``,
        help: didYouMean(near) ?? `give the phase a schedule of its own; it reports ${quoted(figures)}`,
      }),
      layerState: ({ name }: { name: string }) => ({
        message: `there is no state \`${name}\` to write`,
        help: `declare it first: state ${name}: [in] = zeros`,
      }),
      optimizerState: ({ name }: { name: string }) => ({
        message: `there is no state \`${name}\` to write`,
        help: 'a name for a value is given with `=`',
      }),
    },
  },
  NN2002: {
    severity: 'error',
    title: 'unknown kind',
    explanation:
      'What follows `layer`, `loss`, `penalty`, `metric`, `optim` or `schedule` is the name of a definition: of the ' +
      'standard library or of this file. Each sort has its own names.',
    wrong: 'input x: f32[4]\nlayer dnse 3',
    mended: 'input x: f32[4]\nlayer dense 3',
    messages: {
      statement: ({ noun, name, near, sorts }: { noun: string; name: string; near: Near; sorts: Names }) => ({
        message: `there is no ${noun} \`${name}\``,
        label: `unknown ${noun}`,
        help: didYouMean(near) ?? namesElsewhere(name, sorts),
      }),
      word: ({ noun, name, near }: { noun: string; name: string; near: Near }) => ({
        message: `there is no ${noun} \`${name}\``,
        help: didYouMean(near),
      }),
      format: ({ name, near }: { name: string; near: Near }) => ({
        message: `there is no data format ${name}`,
        help: didYouMean(near) ?? 'data csv "file.csv", or data inline [[0, 1], [1, 0]]',
      }),
      unnamedFormat: ({ name }: { name: string }) => ({
        message: `there is no data format ${name}`,
        help: 'data csv "file.csv" target=label',
      }),
      preparation: ({ name, near, kinds }: { name: string; near: Near; kinds: Names }) => ({
        message: `there is no preparation ${name}`,
        help: didYouMean(near) ?? `one of ${kinds.join(', ')}`,
      }),
      setting: ({ keyword, name, word }: { keyword: string; name: string; word: string }) => ({
        message: `${keyword} ${name} is unknown`,
        help: `${keyword} ${word}`,
      }),
      clip: ({ name }: { name: string }) => ({
        message: `clip ${name} is unknown`,
        help: 'clip norm 1.0 scales all gradients together, clip value 0.5 cuts each number',
      }),
    },
  },
  NN2008: {
    severity: 'error',
    title: 'a name used before it exists',
    explanation: 'Values flow down: a line can use only what the lines above it have made.',
    wrong: 'input x: f32[4]\nit = x + h\nlayer dense 4 as h',
    mended: 'input x: f32[4]\nlayer dense 4 as h\nit = x + h',
    messages: {
      value: ({ name }: { name: string }) => ({
        message: `\`${name}\` is used before it exists`,
        label: 'used here',
        help: 'values flow down: move the line that makes it above this one',
      }),
    },
  },
  NN2009: {
    severity: 'error',
    title: 'a name defined twice',
    explanation: 'Within one scope a name means one thing. Only `it` changes.',
    wrong: 'input x: f32[4]\nlayer dense 4 as h\nlayer dense 4 as h',
    mended: 'input x: f32[4]\nlayer dense 4 as h1\nlayer dense 4 as h2',
    messages: {
      name: ({ name }: { name: string }) => ({
        message: `\`${name}\` is defined twice`,
        help: 'within one scope a name means one thing; only `it` changes',
      }),
      declared: ({ name }: { name: string }) => ({ message: `\`${name}\` is defined twice` }),
      definition: ({ sort, name }: { sort: string; name: string }) => ({
        message: `${sort} \`${name}\` is defined twice`,
      }),
      parameter: ({ definition, name }: { definition: string; name: string }) => ({
        message: `${definition} has two parameters \`${name}\``,
      }),
      figure: ({ name }: { name: string }) => ({
        message: `two figures are called \`${name}\``,
        help: 'give the metric another name with `as`',
      }),
      prediction: ({ name }: { name: string }) => ({
        message: `two predictions are called \`${name}\``,
        help: 'predict class=argmax(it) p=softmax(it)',
      }),
      unnamedPredictions: () => ({
        message: 'several predictions need names',
        help: 'predict class=argmax(it) p=softmax(it)',
      }),
      optimizerState: ({ name }: { name: string }) => ({
        message: `two states of this optimizer are called \`${name}\``,
        help: 'the states of an optimizer join those of the optimizers that it uses',
      }),
      gradientMoved: () => ({
        message: 'the gradient of this optimizer is taken elsewhere already',
        help: 'an optimizer says `at <- …` once, with the optimizers that it uses',
      }),
      sequence: ({ name }: { name: string }) => ({
        message: `\`${name}\` is defined twice`,
        help: 'each sequence has a name of its own',
      }),
      carried: ({ name }: { name: string }) => ({
        message: `\`${name}\` is defined twice`,
        help: 'within one scope a name means one thing',
      }),
      carriedIt: () => ({ message: 'what a scan carries has a name of its own', help: 'with h = it' }),
    },
  },
  NN2010: {
    severity: 'error',
    title: 'unknown function',
    explanation:
      'A function is an operation on tensors, a `def fn` of the standard library, or one of this file. Names follow NumPy.',
    wrong: 'input x: f32[4]\nit = rleu(x)',
    mended: 'input x: f32[4]\nit = relu(x)',
    messages: {
      name: ({ name, near, sorts }: { name: string; near: Near; sorts: Names }) => ({
        message: `there is no function \`${name}\``,
        help: didYouMean(near) ?? namesElsewhere(name, sorts, ', not of a function'),
      }),
      value: ({ name }: { name: string }) => ({
        message: `\`${name}\` is a value here, not a function`,
        help: 'a `(` that touches a name calls it; write a space between two arguments: loss bce score (1 - y)',
      }),
    },
  },
  NN2016: {
    severity: 'error',
    title: 'a definition that uses itself',
    explanation: 'Definitions are written into the place of their use, which would never end here.',
    wrong: 'def layer deep(n) { layer dense n; layer deep n }\ninput x: f32[4]\nlayer deep 3',
    mended: 'def layer deep(n) { layer dense n; layer dense n }\ninput x: f32[4]\nlayer deep 3',
    messages: {
      itself: ({ sort, name }: { sort: string; name: string }) => ({
        message: `${sort} ${name} uses itself`,
        label: usedInside(name),
        help: writtenIn,
      }),
      round: ({ sort, name, round }: { sort: string; name: string; round: Names }) => ({
        message: `${sort} ${name} leads back to itself: ${round.join(' → ')}`,
        label: usedInside(name),
        help: writtenIn,
      }),
    },
  },
  NN2018: {
    severity: 'warning',
    title: 'a name that is never used',
    explanation: 'The assignment has no effect on the model. Often the use of the name is misspelt.',
    wrong: 'input x: f32[4]\nh = x * 2\nlayer dense 3',
    mended: 'input x: f32[4]\nh = x * 2\nlayer dense 3 from h',
    messages: {
      value: ({ name }: { name: string }) => ({
        message: `\`${name}\` is never used`,
        help: 'leave it out, or use its name below',
      }),
    },
  },
  NN2020: {
    severity: 'error',
    title: 'a selector that matches nothing',
    explanation:
      'A selector is a path of whole names, or its beginning; `*` is one name, `**` any number. `nnc summary` lists the paths.',
    wrong: 'input x: f32[4]\nlayer dense 4 as body\nfreeze bdy',
    mended: 'input x: f32[4]\nlayer dense 4 as body\nfreeze body',
    messages: {
      nothing: ({ name, near, parameters }: { name: string; near: Near; parameters: Names }) => ({
        message: `\`${name}\` matches no layer and no parameter`,
        help:
          didYouMean(near) ??
          (parameters.length === 0 ? 'the spec has no parameters' : `the parameters are ${some(parameters)}`),
      }),
      nothingToLoad: ({ selector }: { selector: string }) => ({
        message: `\`${selector}\` has no parameter and no state: there is nothing to load`,
      }),
      nothingToReparam: ({ selector, weights }: { selector: string; weights: Names }) => ({
        message: `\`${selector}\` has no weight of two axes or more: there is nothing to adapt`,
        help:
          weights.length === 0
            ? '`reparam` adapts what layers multiply with, look up and convolve with'
            : `others are adapted where the selector names them: ${some(weights)}`,
      }),
      nothingToAdapt: ({ selector }: { selector: string }) => ({
        message: `\`${selector}\` has no matrix that is used as \`x @ W\`: there is nothing to adapt`,
        help: '`lora` adapts the kernels of dense, attention, rnn, lstm and gru layers, and matrices of your own after an `@`',
      }),
    },
  },
  NN2030: {
    severity: 'error',
    title: 'a use of what cannot be reused',
    explanation:
      '`reuse` applies a layer again that `as` has named above it, or a block that has ended. It puts another value in ' +
      'the place of the input, and its result is the last `it`: a block reads a value from outside, and sets `it`.',
    wrong: 'input x: f32[4]\nlayer dense 4\nreuse dense from it',
    mended: 'input x: f32[4]\nlayer dense 4 as twice\nreuse twice from it',
    messages: {
      unknown: ({ name, near }: { name: string; near: Near }) => ({
        message: `no layer or block is called \`${name}\``,
        label: 'unknown layer',
        help: didYouMean(near) ?? reusable,
      }),
      inDefinition: ({ name, near }: { name: string; near: Near }) => ({
        message: `no layer or block is called \`${name}\``,
        help: didYouMean(near) ?? reusable,
      }),
      value: ({ name, near }: { name: string; near: Near }) => ({
        message: `\`${name}\` is the name of a value, and of no layer or block`,
        help: didYouMean(near) ?? reusable,
      }),
      early: ({ name }: { name: string }) => ({
        message: `\`${name}\` is reused before it exists`,
        help: 'values flow down: move the line that makes it above this one',
      }),
      inside: ({ name }: { name: string }) => ({
        message: `the block \`${name}\` is reused inside itself`,
        help: 'move the line behind the block; repeat n { … } does something several times',
      }),
      inputs: ({ name, given }: { name: string; given: number }) => ({
        message: `a block has one input, and \`${name}\` is given ${given}`,
        help: blockInput,
      }),
      noInput: ({ name }: { name: string }) => ({
        message: `the block \`${name}\` reads no value from outside, and would give the same again`,
        help: blockInput,
      }),
      noResult: ({ name }: { name: string }) => ({
        message: `the block \`${name}\` gives no result: it leaves \`it\` as it was`,
        help: 'the result of what is reused is the last `it` of its body: it = …',
      }),
    },
  },
  NN2033: {
    severity: 'error',
    title: 'a file that cannot be imported',
    explanation:
      '`import` brings in the definitions of another file, whose path is relative to the file in which it stands, and ' +
      'nothing else of it. A definition goes on meaning what it means where it is written: it sees the hypers and the ' +
      'imports of its own file. Definitions of the spec hide imported ones, and these hide the library’s.',
    wrong: 'import "./blocks.nn"\ninput x: f32[4]; target y: f32[1]\nlayer twice; layer dense 1\nloss mse; optim sgd',
    mended:
      'def layer twice() { it = 2 * it }\ninput x: f32[4]; target y: f32[1]\n' +
      'layer twice; layer dense 1\nloss mse; optim sgd',
    messages: {
      missing: ({ path }: { path: string }) => ({
        message: `there is no file ${path}`,
        label: 'not found',
        help: 'its path is relative to the file in which `import` stands',
      }),
      folder: ({ path }: { path: string }) => ({
        message: `${path} is a folder`,
        help: 'import a file: a statement for each',
      }),
      unreadable: ({ path, reason }: { path: string; reason: string }) => ({
        message: `${path} cannot be read: ${reason}`,
      }),
      round: ({ round }: { round: Names }) => ({
        message:
          round.length > 2
            ? `files import each other in a circle: ${round.join(' → ')}`
            : `${round[0] ?? ''} imports itself`,
        help: 'move what both need into a file of its own, which both import',
      }),
      twice: ({ file }: { file: string }) => ({
        message: `${file} is imported twice`,
        help: 'take one of the lines away',
      }),
      nothing: ({ file }: { file: string }) => ({
        message: `${file} defines nothing`,
        help: '`import` brings in definitions (def layer …), and nothing else',
      }),
      both: ({ sort, name, files }: { sort: string; name: string; files: Names }) => ({
        message: `two imported files define the ${sort} \`${name}\`: ${files.join(' and ')}`,
        help: 'give one of them another name, or define it in this file: that hides both',
      }),
    },
  },
} as const satisfies Record<string, Entry>;
