/** NN4xxx: data and files. */
import { formatShape, numbersOf } from '../words.ts';
import type { Entry, Shape } from './entry.ts';

const neededLater = 'paths in a spec are relative to the spec; training will need it';

export interface PictureFacts {
  readonly name: string;
  readonly kind: string;
  readonly shape: Shape;
  readonly size: readonly [number, number] | undefined;
  readonly channels: number;
}

export const data = {
  NN4001: {
    severity: 'error',
    title: 'a file that cannot be read',
    explanation:
      'The file that `data`, `load` or `--data` names is not there, may not be read, or is no file: write what comes from a pipe into one. Paths in a spec are relative to the spec, paths in a command to the working folder.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN4002: {
    severity: 'error',
    title: 'a value that is missing or not a number',
    explanation:
      'Every column that feeds an input holds numbers; `nan`, `inf` and empty cells are not among them. The message names the row and the column. Rows with holes are to be left out or filled before training.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN4003: {
    severity: 'error',
    title: 'a value outside the range of its input',
    explanation:
      '`input x: f32[64] in 0..16` promises what the raw data may be. Either the data is damaged, or the range in the spec is wrong.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN4004: {
    severity: 'error',
    title: 'a class outside 0..K-1',
    explanation:
      'A target `class[K]` is a whole number from 0 to K-1; -1 leaves the row out of loss and metrics. A column of texts becomes classes in sorted order, so it must have at most K different texts.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN4005: {
    severity: 'error',
    title: 'columns that do not fit the inputs and targets',
    explanation:
      '`target=c` says which column serves the only target, `name=columns` maps the rest (`pixels=pixel_*`), then equal names are taken. A single input that is left takes all the remaining numeric columns in the order of the file. Every name and pattern that is written must find a column, and the number of columns must be the number of values of one example. `nnc check` lists which columns feed what. A record that is given to a predictor has the same columns, or the inputs as lists.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN4006: {
    severity: 'error',
    title: 'too few rows',
    explanation:
      'There is no row, a part of the split would be empty, or every training row has -1 as its class, which leaves it out.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN4007: {
    severity: 'error',
    title: 'a preparation that cannot be fitted or applied',
    explanation:
      '`scale` needs a factor; `onehot` makes as many numbers as the training rows have categories, and the input must have that size; a column that is empty in all training rows has no mean or median for `impute`.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN4008: {
    severity: 'error',
    title: 'a malformed data file',
    explanation:
      'The row of a CSV file has another number of cells than the first line, or a quotation mark is not closed; or a line of a JSONL file is no JSON object; or a file of another format is damaged, cut short, or of a kind that is not read.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN4009: {
    severity: 'error',
    title: 'a model without data was asked to run',
    explanation: 'The spec has no `data` statement, so the command needs `--data csv:file.csv`.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN4010: {
    severity: 'warning',
    title: 'a file that is not there yet',
    explanation:
      'The spec names a file that is not there. `build` and `check` go on, since the file never changes what they write; `train` will need it. Paths are relative to the spec.',
    wrong: undefined,
    mended: undefined,
    messages: {
      data: ({ file }: { file: string }) => ({ message: `the data file ${file} is not there`, help: neededLater }),
      vocabulary: ({ file }: { file: string }) => ({
        message: `the vocabulary ${file} is not there`,
        help: neededLater,
      }),
      load: ({ file }: { file: string }) => ({ message: `the file ${file} is not there`, help: neededLater }),
    },
  },
  NN4011: {
    severity: 'error',
    title: 'rows of `data inline` of the wrong length',
    explanation: 'Each row is the inputs, then the targets: as many numbers as one example has.',
    wrong: 'input x: f32[2]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd\ndata inline [[0, 0, 1], [1, 0]]',
    mended: 'input x: f32[2]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd\ndata inline [[0, 0, 1], [1, 0, 0]]',
    messages: {
      row: ({ numbers, width }: { numbers: number; width: number }) => ({
        message: `this row has ${numbers} numbers, and the inputs and targets together have ${width}`,
      }),
    },
  },
  NN4012: {
    severity: 'error',
    title: 'weights to load that do not fit the model',
    explanation:
      'Every parameter and state below the selector of `load` needs a tensor of its name and its shape, made of floating-point numbers; what the file holds besides below it is too much. Names are paths of the spec, whole or from the selector on: those of another program are translated by a table (`names=huggingface_bert`, or `names="my.names"`), which may also ignore some. The message lists each difference.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN4013: {
    severity: 'error',
    title: 'a table of names that cannot be understood',
    explanation:
      'A table has one rule a line: `encoder.{i}.dense.kernel = encoder.layer.{i}.dense.weight transposed`, where each {…} stands for one name, the same on both sides. A sum is `a + b[0]`, where [0] takes one row. `ignore pooler.**` leaves tensors out, and `within bert` says below which name everything lies in files that have it.',
    wrong: undefined,
    mended: undefined,
    messages: {},
  },
  NN4014: {
    severity: 'error',
    title: 'a preparation that does not fit its input',
    explanation:
      '`impute` fills empty fields of an input of numbers, before anything else is done to it; `flag=NAME` fills an input of the same shape with 1 where one was empty. `tokens`, `chars` and `wordpiece` make a sequence of ids of a text, so the input is `i32[T]`, T being the length to which sequences are padded and cut. `mask=NAME` fills an input of the same shape with 1 for each token, so that no data has it. Ids are rows of a table: `tokens N` wants one of N rows. `resize 32x32` and `gray` make pictures of an input `f32[32, 32, 1]`: height, width, channels.',
    wrong:
      'input words: f32[80]\ntarget y: class[2]\nprep words tokens 5000\nlayer dense 2\nloss xent\noptim adam\ndata jsonl "rows.jsonl"',
    mended:
      'input words: i32[80]\ntarget y: class[2]\nprep words tokens 5000\nlayer embedding 5000 8\nlayer flatten\nlayer dense 2\nloss xent\noptim adam\ndata jsonl "rows.jsonl"',
    messages: {
      texts: ({ name, kind, shape }: { name: string; kind: string; shape: Shape }) => ({
        message: `${kind} makes a sequence of ids, and \`${name}\` is no i32 of one axis`,
        help: `write: input ${name}: i32[${shape[0] ?? 128}]`,
      }),
      target: ({ name, kind }: { name: string; kind: string }) => ({
        message: `${kind} makes ids of an input, and \`${name}\` is a target`,
        help: 'texts of a target become classes without it, in sorted order',
      }),
      second: ({ name, kind, before }: { name: string; kind: string; before: string }) => ({
        message: `${kind} reads texts, and ${before} has made numbers of those of \`${name}\` before`,
      }),
      inline: ({ name, kind }: { name: string; kind: string }) => ({
        message: `${kind} reads texts, and \`data inline\` has numbers for \`${name}\``,
        help: 'texts come from a file: data jsonl "rows.jsonl", or data csv',
      }),
      filled: ({ name, by }: { name: string; by: string }) => ({
        message: `\`${name}\` is to be filled by \`${by}=\`, and something else prepares or feeds it too`,
        help: 'what is filled has no data of its own, and is filled once',
      }),
      mask: ({ name, shape, port, length }: { name: string; shape: Shape; port: string; length: Shape }) => ({
        message: `a mask has a number for each position, and \`${name}\` is ${formatShape(shape)}, \`${port}\` ${formatShape(length)}`,
        help: `write: input ${name}: f32${formatShape(length)}`,
      }),
      flag: ({ name, shape, port, fields }: { name: string; shape: Shape; port: string; fields: Shape }) => ({
        message: `a flag has a number for each field, and \`${name}\` is ${formatShape(shape)}, \`${port}\` ${formatShape(fields)}`,
        help: `write: input ${name}: ${numbersOf(fields)}`,
      }),
      lengths: ({ name }: { name: string }) => ({
        message: `lengths are one whole number of each row, and \`${name}\` is none that comes in`,
        help: `write: input ${name}: i32`,
      }),
      lengthsAlone: ({ name }: { name: string }) => ({
        message: `lengths stay as they are, so that \`${name}\` has no other step`,
      }),
      lengthMask: ({ name, shape }: { name: string; shape: Shape }) => ({
        message: `a mask of lengths has one axis, and \`${name}\` is ${formatShape(shape)}`,
        help: `write: input ${name}: f32[${shape[0] ?? 64}]`,
      }),
      imputeTarget: ({ name }: { name: string }) => ({
        message: `impute fills what comes in, and \`${name}\` is a target`,
        help: 'leave out rows without a target: what was filled in is no truth to learn or to measure by',
      }),
      imputeInline: ({ name }: { name: string }) => ({
        message: `impute fills empty fields, and \`data inline\` has a number in each place of \`${name}\``,
        help: 'leave it out, or read the rows from a file: data csv "file.csv"',
      }),
      imputeFirst: ({ name, before }: { name: string; before: string }) => ({
        message:
          before === 'impute'
            ? `impute has filled \`${name}\` before, and nothing of it is empty any more`
            : `impute is the first step of \`${name}\`, and ${before} stands before it`,
        help: before === 'impute' ? undefined : 'move it up: what others learn, they learn of columns that are filled',
      }),
      imputeRange: ({ name, low, high }: { name: string; low: number; high: number }) => ({
        message: `impute fills \`${name}\` with 0, which lies outside ${low}..${high}`,
        help: `write: prep ${name} impute median, or change the range behind \`in\``,
      }),
      imputed: ({ name, kind, of }: { name: string; kind: string; of: string }) => ({
        message: `${kind} is about ${of}, and impute fills numbers of \`${name}\``,
        help: 'categories and pictures have no empty fields',
      }),
      noStream: () => ({
        message: 'a stream of characters feeds an input, and the spec has none',
        help: 'write: input chars: i32[128]; prep chars chars',
      }),
      streams: ({ name }: { name: string }) => ({
        message: `a text is one stream, which feeds one input and one target, and \`${name}\` is another`,
        help: 'rows of several fields come from data jsonl',
      }),
      characters: ({ name }: { name: string }) => ({
        message: `a text is characters, and \`${name}\` takes numbers`,
        help: `write: prep ${name} chars`,
      }),
      streamStep: ({ name }: { name: string }) => ({
        message: `a stream is cut into windows of characters, all of one length, and nothing else is made of \`${name}\``,
        help: `write: prep ${name} chars`,
      }),
      next: ({ name, classes, length }: { name: string; classes: number; length: number }) => ({
        message: `the target of a stream is the character behind each position, and \`${name}\` is none`,
        help: `write: target ${name}: class[${classes}][${length}]`,
      }),
      pictureTarget: ({ name, kind }: { name: string; kind: string }) => ({
        message: `${kind} changes pictures that come in, and \`${name}\` is a target`,
        help: 'what a model answers is measured as it stands in the data',
      }),
      picture: ({ name, kind, shape, size, channels }: PictureFacts) => ({
        message: `${kind} makes pictures ${size === undefined ? 'of one channel' : formatShape([...size, channels])}, and \`${name}\` is ${formatShape(shape)}`,
        help: `write: input ${name}: f32${formatShape([...(size ?? [32, 32]), channels])}`,
      }),
      table: ({ name, count, rows }: { name: string; count: number; rows: number }) => ({
        message: `tokens ${count} makes ids up to ${count - 1}, and the table that \`${name}\` names rows of has ${rows}`,
        help: `layer embedding ${count} …, or prep ${name} tokens ${rows}`,
      }),
    },
  },
  NN4015: {
    severity: 'error',
    title: 'a split that cannot be made so',
    explanation:
      'A `split` permutes rows and cuts them, unless it heeds one thing: `by=column` keeps rows together that have the same value there, `stratify=true` gives each part its share of each class, `order=true` cuts in the order of the file.',
    wrong:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim adam\ndata csv "rows.csv" split=0.8/0.2 stratify=true',
    mended:
      'input x: f32[4]\ntarget y: class[3]\nlayer dense 3\nloss xent\noptim adam\ndata csv "rows.csv" split=0.8/0.2 stratify=true',
    messages: {
      both: ({ first, second }: { first: string; second: string }) => ({
        message: `a split heeds one thing, \`${first}\` or \`${second}\``,
      }),
      noSplit: ({ way }: { way: string }) => ({
        message: `\`${way}\` says how rows are split, and without \`split\` all rows train`,
        help: 'write: split=0.8/0.1/0.1',
      }),
      seed: () => ({
        message: '`order=true` permutes nothing, so that there is nothing for a seed to decide',
        help: 'leave one of them out',
      }),
      classes: () => ({ message: '`stratify` keeps the shares of the classes of an only target, which is class[K]' }),
      flag: ({ way, name }: { way: string; name: string }) => ({
        message: `\`${way}\` is true or false, not ${name}`,
      }),
    },
  },
} as const satisfies Record<string, Entry>;
