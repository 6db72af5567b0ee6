/** NN2xxx: names, arguments, kinds, types and shapes. */
import type { Entry } from './entry.ts';

export const meaning = {
  NN2001: {
    severity: 'error',
    title: 'unknown name',
    explanation:
      'A name in an expression must be an input, a target, a hyper, a value named by `as` or `=`, a weight, or a ' +
      'parameter of the def in which it stands. Values flow down: a name is known below the line that makes it. ' +
      'The body of a def never sees the values of its caller.',
    wrong: 'input image: f32[64]\nlayer dense 10 from imag',
    mended: 'input image: f32[64]\nlayer dense 10 from image',
  },
  NN2002: {
    severity: 'error',
    title: 'unknown kind',
    explanation:
      'What follows `layer`, `loss`, `penalty`, `metric`, `optim` or `schedule` is the name of a definition: of the ' +
      'standard library or of this file. Each sort has its own names.',
    wrong: 'input x: f32[4]\nlayer dnse 3',
    mended: 'input x: f32[4]\nlayer dense 3',
  },
  NN2003: {
    severity: 'error',
    title: 'unknown argument name',
    explanation: 'The definition has no parameter of this name. `nnc explain KIND` shows its parameters and defaults.',
    wrong: 'input x: f32[4]\nlayer dense 3 activation=relu',
    mended: 'input x: f32[4]\nlayer dense 3 act=relu',
  },
  NN2004: {
    severity: 'error',
    title: 'shapes that do not broadcast',
    explanation:
      'Two values meet in an elementwise operation. Their shapes are compared from the last axis backwards; on each ' +
      'axis the sizes must be equal, or one of them 1 or absent. The batch axis is never written and does not count.',
    wrong: 'input x: f32[32]\nlayer dense 64 as h\nit = h + x',
    mended: 'input x: f32[32]\nlayer dense 64 as h\nlayer dense 64 from x as skip\nit = h + skip',
  },
  NN2005: {
    severity: 'error',
    title: 'missing argument',
    explanation: 'The definition has a parameter without a default, and the statement does not give it.',
    wrong: 'input x: f32[4]\nlayer dense',
    mended: 'input x: f32[4]\nlayer dense 3',
  },
  NN2006: {
    severity: 'error',
    title: 'surplus argument',
    explanation: 'More arguments are written than the definition has parameters, or one is given twice.',
    wrong: 'input x: f32[4]\nlayer dropout 0.2 0.5',
    mended: 'input x: f32[4]\nlayer dropout 0.2',
  },
  NN2007: {
    severity: 'error',
    title: 'an argument of the wrong type',
    explanation:
      'The parameter wants another kind of thing: a whole number, a function, a value, one of some words, and so on.',
    wrong: 'input x: f32[4]\nlayer dense relu',
    mended: 'input x: f32[4]\nlayer dense 3 relu',
  },
  NN2008: {
    severity: 'error',
    title: 'a name used before it exists',
    explanation: 'Values flow down: a line can use only what the lines above it have made.',
    wrong: 'input x: f32[4]\nit = x + h\nlayer dense 4 as h',
    mended: 'input x: f32[4]\nlayer dense 4 as h\nit = x + h',
  },
  NN2009: {
    severity: 'error',
    title: 'a name defined twice',
    explanation: 'Within one scope a name means one thing. Only `it` changes.',
    wrong: 'input x: f32[4]\nlayer dense 4 as h\nlayer dense 4 as h',
    mended: 'input x: f32[4]\nlayer dense 4 as h1\nlayer dense 4 as h2',
  },
  NN2010: {
    severity: 'error',
    title: 'unknown function',
    explanation:
      'A function is an operation on tensors, a `def fn` of the standard library, or one of this file. Names follow NumPy.',
    wrong: 'input x: f32[4]\nit = rleu(x)',
    mended: 'input x: f32[4]\nit = relu(x)',
  },
  NN2011: {
    severity: 'error',
    title: 'shapes that do not fit an operation',
    explanation: 'The operation has a rule for the shapes of its operands, and these shapes break it.',
    wrong: 'input x: f32[4]\nweight w: [3, 2]\nit = x @ w',
    mended: 'input x: f32[4]\nweight w: [4, 2]\nit = x @ w',
  },
  NN2012: {
    severity: 'error',
    title: 'the number of logits is not the number of classes',
    explanation: 'A target `class[K]` is compared with K logits, one for each class.',
    wrong: 'input x: f32[4]\ntarget y: class[3]\nlayer dense 2\nloss xent\noptim sgd',
    mended: 'input x: f32[4]\ntarget y: class[3]\nlayer dense 3\nloss xent\noptim sgd',
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
  },
  NN2014: {
    severity: 'error',
    title: 'an integer used as a number',
    explanation:
      'Integers (`i32` inputs, `class` targets) name things: rows of a table, classes. They take part in comparisons, ' +
      'in `gather` and in `one_hot`; arithmetic with them would give the order of the names a meaning.',
    wrong: 'input words: i32[8]\nlayer dense 4',
    mended: 'input words: f32[8]\nlayer dense 4',
  },
  NN2015: {
    severity: 'error',
    title: 'a requirement of a definition fails',
    explanation: 'The definition states a condition with `require`, and with these arguments it does not hold.',
    wrong:
      'def layer halve() { require in % 2 == 0 "the size must be even"; it = it[: in/2] }\ninput x: f32[5]\nlayer halve',
    mended:
      'def layer halve() { require in % 2 == 0 "the size must be even"; it = it[: in/2] }\ninput x: f32[6]\nlayer halve',
  },
  NN2016: {
    severity: 'error',
    title: 'a definition that uses itself',
    explanation: 'Definitions are written into the place of their use, which would never end here.',
    wrong: 'def layer deep(n) { layer dense n; layer deep n }\ninput x: f32[4]\nlayer deep 3',
    mended: 'def layer deep(n) { layer dense n; layer dense n }\ninput x: f32[4]\nlayer deep 3',
  },
  NN2017: {
    severity: 'error',
    title: 'a statement of the language that this version does not compile',
    explanation: 'The statement is part of the language and is read, but this version of nnc gives it no meaning.',
    wrong: 'input x: f32[4]\nlayer dense 4\nlayer dense 4\nremat every 2',
    mended: 'input x: f32[4]\nlayer dense 4\nlayer dense 4',
  },
  NN2018: {
    severity: 'warning',
    title: 'a name that is never used',
    explanation: 'The assignment has no effect on the model. Often the use of the name is misspelt.',
    wrong: 'input x: f32[4]\nh = x * 2\nlayer dense 3',
    mended: 'input x: f32[4]\nh = x * 2\nlayer dense 3 from h',
  },
  NN2019: {
    severity: 'error',
    title: 'a hyper outside its range',
    explanation: 'The value of a `hyper`, or what `--set` gives it, must lie in the range that is written after `in`.',
    wrong: 'hyper width = 100 in [64, 128]\ninput x: f32[4]\nlayer dense width',
    mended: 'hyper width = 128 in [64, 128]\ninput x: f32[4]\nlayer dense width',
  },
  NN2020: {
    severity: 'error',
    title: 'a selector that matches nothing',
    explanation:
      'A selector is a path of whole names, or its beginning; `*` is one name, `**` any number. `nnc summary` lists the paths.',
    wrong: 'input x: f32[4]\nlayer dense 4 as body\nfreeze bdy',
    mended: 'input x: f32[4]\nlayer dense 4 as body\nfreeze body',
  },
  NN2021: {
    severity: 'error',
    title: 'a whole number is needed',
    explanation: 'Sizes, counts and axes are whole numbers, known when the spec is compiled.',
    wrong: 'input x: f32[4]\nlayer dense 7/2',
    mended: 'input x: f32[4]\nlayer dense 8/2',
  },
  NN2022: {
    severity: 'error',
    title: 'a statement in the wrong place',
    explanation: 'Some statements belong to the top level, others into certain definitions only.',
    wrong: 'input x: f32[4]\nparam <- param - 1',
    mended: 'def optim down(lr) { param <- param - lr * grad }',
  },
  NN2023: {
    severity: 'error',
    title: 'there is no current value',
    explanation: '`it` is the current value. `input` sets it first; a layer, a bare loss or a metric takes it.',
    wrong: 'layer dense 3',
    mended: 'input x: f32[4]\nlayer dense 3',
  },
  NN2024: {
    severity: 'error',
    title: 'an unknown type of input, target or parameter',
    explanation: 'Inputs and targets are `f32[…]`, `i32[…]` or `class[K]`.',
    wrong: 'input x: float[4]',
    mended: 'input x: f32[4]',
  },
  NN2025: {
    severity: 'error',
    title: 'known when the spec is compiled, or not at all',
    explanation:
      'Sizes, arguments of number parameters and conditions are computed before anything runs; they cannot depend on data.',
    wrong: 'input x: f32[4]\nlayer dense x',
    mended: 'input x: f32[4]\nlayer dense size(x, 0)',
  },
  NN2026: {
    severity: 'error',
    title: 'a function given the wrong number of values',
    explanation: 'The call has more or fewer arguments than the function has parameters.',
    wrong: 'input x: f32[4]\nit = exp(x, x)',
    mended: 'input x: f32[4]\nit = exp(x)',
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
  },
  NN2028: {
    severity: 'error',
    title: 'a version of the language that is unknown',
    explanation:
      '`nn 1` says in which version of the language a spec is written. A newer compiler knows newer versions.',
    wrong: 'nn 2\ninput x: f32[4]\nlayer dense 3',
    mended: 'nn 1\ninput x: f32[4]\nlayer dense 3',
  },
  NN2029: {
    severity: 'error',
    title: 'a scan whose parts do not fit',
    explanation:
      'A scan goes along the first axis of its sequences, which are of one length; a value without an axis is the same ' +
      'at every position. What it carries is given a next value by the body, of the shape and the type of the first.',
    wrong: 'input x: f32[5, 4]\nscan row over x with h = 0 { h = row + h }\nit = h',
    mended: 'input x: f32[5, 4]\nscan row over x with h = zeros([4]) { h = row + h }\nit = h',
  },
  NN2030: {
    severity: 'error',
    title: 'a use of what cannot be reused',
    explanation:
      '`reuse` applies a layer again that `as` has named above it, or a block that has ended. It puts another value in ' +
      'the place of the input, and its result is the last `it`: a block reads a value from outside, and sets `it`.',
    wrong: 'input x: f32[4]\nlayer dense 4\nreuse dense from it',
    mended: 'input x: f32[4]\nlayer dense 4 as twice\nreuse twice from it',
  },
  NN2031: {
    severity: 'error',
    title: 'another shape than that for which the parameters were made',
    explanation:
      'What is reused has the parameters of its first use, and their shapes follow from what that was given. A value ' +
      'of another shape would need others.',
    wrong: 'input x: f32[4]\nlayer dense 8 as h\nreuse h from h',
    mended: 'input x: f32[4]\nlayer dense 4 as h\nreuse h from h',
  },
} as const satisfies Record<string, Entry>;
