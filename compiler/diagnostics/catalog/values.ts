/** NN2xxx: values: their shapes, their types, and where they meet. */
import type { Entry, Names, Shape } from './entry.ts';
import { ofShape, count, formatShape } from '../words.ts';
import type { Shown } from '../words.ts';

const both = (left: Shown, right: Shown): string => `${ofShape(left)}, ${ofShape(right)}`;
const theValue = (shape: Shape): string => ofShape({ name: 'the value', shape });
const neededHere = 'needed here';

/** What stands in the place of `it` in a definition of the sort. */
const instead: ReadonlyMap<string, string> = new Map([
  ['penalty', 'the parameter is `param`'],
  ['optim', 'the gradient is `grad`'],
]);

function broadcastHelp(left: Shown, right: Shown): string | undefined {
  const [a, b] = [left.shape, right.shape];
  const [from, to, name] =
    a.length < b.length || (a.at(-1) ?? 0) < (b.at(-1) ?? 0) ? [a, b, left.name] : [b, a, right.name];
  const width = to.at(-1);
  if (from.length !== to.length || width === undefined) return 'reshape one of them: reshape(x, [1, -1])';
  const differ = from.filter((size, i) => size !== to[i]).length;
  if (differ !== 1 || from.at(-1) === width) return undefined;
  const plain = name.replaceAll('`', '');
  return /^[A-Za-z_]\w*$/.test(plain) && plain !== 'this' && plain !== 'it'
    ? `project it first: layer dense ${width} from ${plain} as ${plain}${width}`
    : `project one of them first: layer dense ${width} from … as …`;
}

/** One side of a comparison in a requirement: what it is, or the shape that it has. */
export interface Side {
  readonly name: string;
  readonly is: string | Shape;
}

const requiredHere = 'required here';

function required(requirement: string, sides: readonly Side[]): string {
  const told = sides.map(({ name, is }) =>
    typeof is === 'string' ? `${name} is ${is}` : ofShape({ name, shape: is }),
  );
  return told.length === 0 ? requirement : `${requirement}: ${[...new Set(told)].join(', ')}`;
}

export interface Sequence {
  readonly name: string;
  readonly steps: number;
}

const positions = ({ name, steps }: Sequence): string => `${name} has ${count(steps, 'position')}`;

/** As what a scan carries a value. */
type Carried = 'numbers' | 'integers';

const madeFor = (path: string, first: Names, given: Names): string =>
  `\`${path}\` was made for ${first.join(' and ')}, and is given ${given.join(' and ')}`;
const sharedParameters = 'the parameters are shared: what is reused takes values of the same shape';

export const values = {
  NN2004: {
    severity: 'error',
    title: 'shapes that do not broadcast',
    explanation:
      'Two values meet in an elementwise operation. Their shapes are compared from the last axis backwards; on each ' +
      'axis the sizes must be equal, or one of them 1 or absent. The batch axis is never written and does not count.',
    wrong: 'input x: f32[32]\nlayer dense 64 as h\nit = h + x',
    mended: 'input x: f32[32]\nlayer dense 64 as h\nlayer dense 64 from x as skip\nit = h + skip',
    messages: {
      shapes: ({ op, left, right }: { op: string; left: Shown; right: Shown }) => ({
        message: `${op} cannot broadcast ${formatShape(left.shape)} with ${formatShape(right.shape)}`,
        label: both(left, right),
        help: broadcastHelp(left, right),
      }),
      lists: ({ lengths }: { lengths: readonly number[] }) => ({
        message: `lists of ${lengths.join(' and ')} items do not meet item by item`,
      }),
    },
  },
  NN2011: {
    severity: 'error',
    title: 'shapes that do not fit an operation',
    explanation: 'The operation has a rule for the shapes of its operands, and these shapes break it.',
    wrong: 'input x: f32[4]\nweight w: [3, 2]\nit = x @ w',
    mended: 'input x: f32[4]\nweight w: [4, 2]\nit = x @ w',
    messages: {
      join: ({ op, left, right, why }: { op: string; left: Shown; right: Shown; why: string }) => ({
        message: `${op} cannot join ${formatShape(left.shape)} with ${formatShape(right.shape)}: ${why}`,
        label: both(left, right),
      }),
      operand: ({ op, operand, why }: { op: string; operand: Shown; why: string }) => ({
        message: `${op} cannot take ${operand.name}: ${why}`,
        label: ofShape(operand),
      }),
      setting: ({ op, operands, why }: { op: string; operands: readonly Shown[]; why: string }) => ({
        message: `${op}: ${why}`,
        label: operands.map(ofShape).join(', '),
      }),
      augmentation: ({ name, shape, wanted }: { name: string; shape: Shape; wanted: Shape }) => ({
        message: `this makes ${formatShape(shape)} of \`${name}\`, which has shape ${formatShape(wanted)}`,
        help: 'an augmentation keeps the shape: evaluation sees the data as it is, by the same layers',
      }),
      indices: ({ count, shape }: { count: number; shape: Shape }) => ({
        message: `${count} indices for a value of shape ${formatShape(shape)}`,
        label: theValue(shape),
      }),
      rests: () => ({ message: '`...` stands for all axes that are left, so that it can stand once' }),
      step: () => ({
        message: 'a step of 0 goes nowhere',
        help: 'x[::2] takes every second, x[::-1] all from the end',
      }),
      index: ({ index, size, shape }: { index: number; size: number; shape: Shape }) => ({
        message: `index ${index} is outside an axis of size ${size}`,
        label: theValue(shape),
      }),
      slice: ({ size, shape }: { size: number; shape: Shape }) => ({
        message: `the slice holds nothing: the axis has size ${size}`,
        label: theValue(shape),
      }),
      inner: ({ left, right, sizes }: { left: Shown; right: Shown; sizes: readonly (number | string)[] }) => ({
        message: `cannot multiply ${formatShape(left.shape)} by ${formatShape(right.shape)}: the inner sizes ${sizes.join(' and ')} differ`,
        label: both(left, right),
      }),
      crossed: ({ operand, isShared }: { operand: Shown; isShared: boolean }) => ({
        message: isShared
          ? `cross goes over the examples of the batch, and ${operand.name} is the same for all of them`
          : `cross takes a vector of each example, and ${operand.name} has shape ${formatShape(operand.shape)}`,
        help: isShared ? 'multiply by what is shared with `@`' : 'flatten it first: layer flatten from … as …',
      }),
      scalar: ({ left, right, name }: { left: Shown; right: Shown; name: string }) => ({
        message: `a matrix product needs axes, and ${name} has none`,
        label: both(left, right),
        help: 'multiply by a number with `*`',
      }),
      repeat: ({ from, to }: { from: Shape; to: readonly (number | string)[] }) => ({
        message: `a value of shape ${formatShape(from)} does not repeat to ${formatShape(to)}`,
      }),
      item: ({ index, length }: { index: number; length: number }) => ({
        message: `there is no item ${index} in a list of ${length}`,
      }),
      axis: ({ name, shape }: { name: string; shape: Shape }) => ({
        message: `there is no axis ${name} in a value of shape ${formatShape(shape)}`,
      }),
      initial: ({ value, wanted }: { value: Shown; wanted: Shape }) => ({
        message: `the initial value ${ofShape(value)}, and ${formatShape(wanted)} is needed`,
      }),
      stored: ({ what, wanted, value }: { what: string; wanted: Shape; value: Shown }) => ({
        message: `${what} has shape ${formatShape(wanted)}, and ${value.name} has ${formatShape(value.shape)}`,
      }),
      sizes: ({
        definition,
        parameter,
        given,
        axes,
      }: {
        definition: string;
        parameter: string;
        given: number;
        axes: number;
      }) => ({
        message: `\`${parameter}\` of ${definition} has ${given} numbers, and the value has ${axes} ${axes === 1 ? 'axis' : 'axes'} before the last`,
      }),
    },
  },
  NN2012: {
    severity: 'error',
    title: 'the number of logits is not the number of classes',
    explanation: 'A target `class[K]` is compared with K logits, one for each class.',
    wrong: 'input x: f32[4]\ntarget y: class[3]\nlayer dense 2\nloss xent\noptim sgd',
    mended: 'input x: f32[4]\ntarget y: class[3]\nlayer dense 3\nloss xent\noptim sgd',
    messages: {
      required: ({
        requirement,
        sides,
        classes,
      }: {
        requirement: string;
        sides: readonly Side[];
        classes?: number | undefined;
      }) => ({
        message: required(requirement, sides),
        label: requiredHere,
        help: classes === undefined ? undefined : `give the last layer ${classes} outputs: layer dense ${classes}`,
      }),
    },
  },
  NN2013: {
    severity: 'error',
    title: 'probabilities where logits are expected',
    explanation:
      '`xent` and `bce` contain the softmax or the sigmoid: together with the logarithm it is exact and stable. A ' +
      'softmax before them would be applied twice, and the model would learn badly without any sign of it. Put it ' +
      'into `predict` instead.',
    wrong: 'input x: f32[4]\ntarget y: class[3]\nlayer dense 3 softmax\nloss xent\noptim sgd',
    mended: 'input x: f32[4]\ntarget y: class[3]\nlayer dense 3\nloss xent\noptim sgd\npredict softmax(it)',
    messages: {
      logits: ({ definition, by }: { definition: string; by: string }) => ({
        message: `${definition} expects logits, and this value lies between 0 and 1 already`,
        label: 'logits are expected here',
        help: `leave the ${by} out before ${definition}, and put it into predict: predict ${by}(it)`,
      }),
    },
  },
  NN2014: {
    severity: 'error',
    title: 'an integer used as a number',
    explanation:
      'Integers (`i32` inputs, `class` targets) name things: rows of a table, classes. They take part in comparisons, ' +
      'in `gather` and in `one_hot`; arithmetic with them would give the order of the names a meaning.',
    wrong: 'input words: i32[8]\nlayer dense 4',
    mended: 'input words: f32[8]\nlayer dense 4',
    messages: {
      value: ({
        what,
        name,
        classes,
        declared,
      }: {
        what: string;
        name: string;
        classes?: number | undefined;
        declared: boolean;
      }) => ({
        message: `${what} needs numbers, and ${name} holds integers${classes === undefined ? '' : ` (class[${classes}])`}`,
        label: `${name} holds integers`,
        help:
          classes !== undefined
            ? `compare with a number instead (target: f32[1]), or write one_hot(${name.replaceAll('`', '')}, ${classes})`
            : declared
              ? 'declare the input as f32, or look the integers up in a table: layer embedding'
              : undefined,
      }),
      augmented: ({ name }: { name: string }) => ({
        message: `\`${name}\` holds integers, and an augmentation calculates with numbers`,
      }),
      preparation: ({ name, kind }: { name: string; kind: string }) => ({
        message: `\`${name}\` holds integers, and ${kind} is arithmetic with numbers`,
      }),
    },
  },
  NN2015: {
    severity: 'error',
    title: 'a requirement of a definition fails',
    explanation: 'The definition states a condition with `require`, and with these arguments it does not hold.',
    wrong:
      'def layer halve() { require in % 2 == 0 "the size must be even"; it = it[: in/2] }\ninput x: f32[5]\nlayer halve',
    mended:
      'def layer halve() { require in % 2 == 0 "the size must be even"; it = it[: in/2] }\ninput x: f32[6]\nlayer halve',
    messages: {
      required: ({
        requirement,
        sides,
        outputs,
      }: {
        requirement: string;
        sides: readonly Side[];
        outputs?: number | undefined;
      }) => ({
        message: required(requirement, sides),
        label: requiredHere,
        help:
          outputs === undefined
            ? undefined
            : `give the last layer ${outputs} ${outputs === 1 ? 'output' : 'outputs'}: layer dense ${outputs}`,
      }),
    },
  },
  NN2023: {
    severity: 'error',
    title: 'there is no current value',
    explanation: '`it` is the current value. `input` sets it first; a layer, a bare loss or a metric takes it.',
    wrong: 'layer dense 3',
    mended: 'input x: f32[4]\nlayer dense 3',
    messages: {
      current: () => ({
        message: 'there is no current value yet',
        label: neededHere,
        help: 'an input sets it: input x: f32[4]',
      }),
      definition: ({ sort, name }: { sort: string; name: string }) => ({
        message: `\`it\` has no value in ${name} before it is given one`,
        label: neededHere,
        help: instead.get(sort),
      }),
      axis: ({ name }: { name: string }) => ({
        message: `${name} needs a value with an axis, and this one is a single number`,
        label: neededHere,
        help: 'give it an axis: layer reshape [1]',
      }),
      noTarget: ({ sort, name }: { sort: string; name: string }) => ({
        message: `${name} compares with a target, and the spec has none`,
        label: neededHere,
        help: `declare one (target y: f32[1]), or write what to compare with: ${sort} ${name} it other`,
      }),
      targets: ({ sort, name, targets }: { sort: string; name: string; targets: Names }) => ({
        message: `${name} compares with a target, and the spec has ${targets.length}`,
        label: neededHere,
        help: `name both: ${sort} ${name} it ${targets[0] ?? ''}`,
      }),
      onlyTarget: ({ count }: { count: number }) => ({
        message: `an augmentation sees the only target, and the spec has ${count === 0 ? 'none' : count}`,
        label: neededHere,
      }),
      result: ({ sort, name }: { sort: string; name: string }) => ({
        message: `${sort} ${name} gives no result`,
        help: 'the result of a definition is its last `it`: it = …',
      }),
    },
  },
  NN2027: {
    severity: 'error',
    title: 'a sum over everything meets the values of each example',
    explanation:
      'In a metric the batch is everything that is evaluated. Its sums are taken batch by batch and are known only at ' +
      'the end, when the single examples have gone by. What needs both is written as sums alone; the mean of squared ' +
      'differences from the mean is batch_variance(x).',
    wrong:
      'def metric spread(y = target) { it = batch_mean((y - batch_mean(y))^2) }\ninput x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd\nmetric spread',
    mended:
      'def metric spread(y = target) { it = batch_variance(y) }\ninput x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd\nmetric spread',
    messages: {
      each: ({ name }: { name: string }) => ({
        message:
          'what is summed over everything evaluated is known only at the end: it cannot meet the values of each example',
        label: `${name} is such a sum`,
        help: 'sum both sides first: batch_mean(x) - batch_mean(y) instead of batch_mean(x - batch_mean(y)); the mean of (x - batch_mean(x))^2 is batch_variance(x)',
      }),
      scan: () => ({
        message: 'what is summed over everything evaluated is known only at the end: a scan runs in each batch',
        help: 'sum what the scan gives, behind it',
      }),
    },
  },
  NN2029: {
    severity: 'error',
    title: 'a scan whose parts do not fit',
    explanation:
      'A scan goes along the first axis of its sequences, which are of one length; a value without an axis is the same ' +
      'at every position. What it carries is given a next value by the body, of the shape and the type of the first.',
    wrong: 'input x: f32[5, 4]\nscan row over x with h = 0 { h = row + h }\nit = h',
    mended: 'input x: f32[5, 4]\nscan row over x with h = zeros([4]) { h = row + h }\nit = h',
    messages: {
      names: ({ names, sequences }: { names: number; sequences: number }) => ({
        message: `${count(names, 'name')} for the positions of ${count(sequences, 'sequence')}`,
        help: 'scan x, m over xs, ms with h = … { … }',
      }),
      noAxis: ({ name }: { name: string }) => ({
        message: `a scan goes along an axis, and ${name} has none`,
        help: 'one of the values after `over` has an axis of positions',
      }),
      lengths: ({ first, other }: { first: Sequence; other: Sequence }) => ({
        message: `sequences in step are of one length: ${positions(first)}, ${positions(other)}`,
      }),
      noNext: ({ name }: { name: string }) => ({
        message: `no line of the scan gives \`${name}\` its next value`,
        help: `${name} = …`,
      }),
      type: ({ name, first, next }: { name: string; first: Carried; next: Carried }) => ({
        message: `\`${name}\` starts as ${first}, and goes on as ${next}`,
        help: next === 'integers' ? `start with integers: with ${name} = ids[0]` : undefined,
      }),
      shape: ({ name, first, next }: { name: string; first: Shape; next: Shape }) => ({
        message: `\`${name}\` starts with shape ${formatShape(first)}, and goes on with ${formatShape(next)}`,
        label: 'what a scan carries keeps its shape',
        help: `start with ${formatShape(next)}: with ${name} = zeros(${formatShape(next)})`,
      }),
    },
  },
  NN2031: {
    severity: 'error',
    title: 'another shape than that for which the parameters were made',
    explanation:
      'What is reused has the parameters of its first use, and their shapes follow from what that was given. A value ' +
      'of another shape would need others.',
    wrong: 'input x: f32[4]\nlayer dense 8 as h\nreuse h from h',
    mended: 'input x: f32[4]\nlayer dense 4 as h\nreuse h from h',
    messages: {
      shape: ({
        path,
        first,
        given,
        weight,
        shape,
        needed,
      }: {
        path: string;
        first: Names;
        given: Names;
        weight: string;
        shape: Shape;
        needed: Shape;
      }) => ({
        message: madeFor(path, first, given),
        label: `\`${weight}\` has the shape ${formatShape(shape)}, and this use would need ${formatShape(needed)}`,
        help: sharedParameters,
      }),
      weight: ({ path, first, given, weight }: { path: string; first: Names; given: Names; weight: string }) => ({
        message: madeFor(path, first, given),
        label: `\`${weight}\` is a weight that the first use does not have`,
        help: sharedParameters,
      }),
    },
  },
  NN2034: {
    severity: 'error',
    title: 'a calculation without a result',
    explanation:
      'Arithmetic with known numbers is done when the spec is compiled. 0/0, x % 0, the root or the logarithm of a ' +
      'number below 0 have no value, and whatever is calculated with them has none either.',
    wrong: 'hyper n = 0\ninput x: f32[4]\nit = x * (n / n)',
    mended: 'hyper n = 2\ninput x: f32[4]\nit = x * (n / n)',
    messages: {
      undefined: ({ name, operands }: { name: string; operands: readonly number[] }) => ({
        message: `${name} has no value`,
        label: operands.length === 2 ? `of ${operands.join(' and ')}` : `of ${operands.join(', ')}`,
        help: 'use numbers for which it is defined, or leave it out with `if`',
      }),
    },
  },
  NN2035: {
    severity: 'error',
    title: "an einstein's sum that does not fit",
    explanation:
      '`einsum` names each axis of each value by a letter: letters that the result does not have are summed, and axes of one letter have one size.',
    wrong: 'input x: f32[4]\nweight w: [4, 2]\npredict einsum("i,jk->k", x, w, w)',
    mended: 'input x: f32[4]\nweight w: [4, 2]\npredict einsum("i,ik->k", x, w)',
    messages: {
      equation: () => ({
        message: 'einsum begins with its letters, a string',
        help: 'einsum("ij,jk->ik", a, b)',
      }),
      count: ({ equation, wanted, given }: { equation: string; wanted: number; given: number }) => ({
        message: `"${equation}" is of ${wanted === 1 ? 'one value' : `${wanted} values`}, and here ${given === 1 ? 'is one' : `are ${given}`}`,
      }),
      axes: ({ letters, name, shape }: { letters: string; name: string; shape: Shape }) => ({
        message: `"${letters}" names ${letters.length === 1 ? 'one axis' : `${letters.length} axes`}, and ${name} has shape ${formatShape(shape)}`,
      }),
      sizes: ({ letter, sizes, name }: { letter: string; sizes: readonly [number, number]; name: string }) => ({
        message: `"${letter}" is an axis of size ${sizes[0]}, and of size ${sizes[1]} in ${name}`,
      }),
      output: ({ letter }: { letter: string }) => ({
        message: `"${letter}" of the result is not an axis of a value, or stands there twice`,
      }),
    },
  },
} as const satisfies Record<string, Entry>;
