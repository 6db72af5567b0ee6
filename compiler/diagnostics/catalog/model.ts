/** NN3xxx: what makes a spec a model: losses, optimizers, paths, what is frozen. */
import type { Entry, Names, Shape } from './entry.ts';
import { formatBytes, formatShape, some } from '../words.ts';

const wentWrong = 'look for a number of rounds, or a generated part, that has gone wrong';

export const model = {
  NN3001: {
    severity: 'error',
    title: 'no input',
    explanation: 'A model reads at least one input.',
    wrong: 'target y: f32[1]',
    mended: 'input x: f32[4]\ntarget y: f32[1]',
    messages: {
      none: () => ({ message: 'the spec has no input', help: 'input x: f32[4]' }),
    },
  },
  NN3002: {
    severity: 'error',
    title: 'no loss',
    explanation: 'Training makes a loss small. `loss KIND`, or `loss = expression`.',
    wrong: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\noptim sgd',
    mended: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd',
    messages: {
      none: () => ({
        message: 'there is nothing to make small: the spec has no loss',
        help: 'loss xent, loss mse, or loss = expression',
      }),
      step: ({ name }: { name: string }) => ({
        message: `the step \`${name}\` has no loss`,
        help: 'each step has losses of its own: step d updates discriminator { loss bce real 1 }',
      }),
    },
  },
  NN3003: {
    severity: 'error',
    title: 'no optimizer',
    explanation: 'A model with trained parameters says how they are updated.',
    wrong: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse',
    mended: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd',
    messages: {
      none: () => ({
        message: 'nothing makes the loss small: the spec has no optimizer',
        help: 'optim adam lr=1e-3',
      }),
    },
  },
  NN3004: {
    severity: 'error',
    title: 'a parameter that no loss reaches',
    explanation:
      'The loss does not depend on this parameter, so it would never change. Often a layer’s result is not used, or ' +
      'a `from` names the wrong value.',
    wrong: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 as h\nlayer dense 1 from x\nloss mse\noptim sgd',
    mended: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 as h\nlayer dense 1 from h\nloss mse\noptim sgd',
    messages: {
      parameters: ({ parameters }: { parameters: Names }) => ({
        message: `no loss depends on ${some(parameters)}`,
        label: 'the result is not used on the way to a loss',
        help: 'use it, leave it out, or freeze it',
      }),
      inPhase: ({ phase, parameters, scope }: { phase: string; parameters: Names; scope: string }) => ({
        message: `no loss of the phase \`${phase}\` depends on ${some(parameters)}`,
        label: 'the result is not used on the way to a loss',
        help: `use it, or leave it alone until a later phase: phase ${phase} … { freeze ${scope} }`,
      }),
    },
  },
  NN3005: {
    severity: 'error',
    title: 'two optimizers for one parameter',
    explanation: 'The groups of `optim … for SELECTOR` must not overlap.',
    wrong:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1 as head\nloss mse\noptim sgd for head\noptim adam for head.kernel',
    mended:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1 as head\nloss mse\noptim sgd for head.bias\noptim adam for head.kernel',
    messages: {
      all: () => ({
        message: 'two optimizers for every parameter',
        help: 'give one of them a group: optim … for SELECTOR',
      }),
      one: ({ parameter }: { parameter: string }) => ({ message: `two optimizers name \`${parameter}\`` }),
    },
  },
  NN3006: {
    severity: 'error',
    title: 'a trained parameter without an optimizer',
    explanation: 'Every `optim` has a `for`, and none of the groups covers this parameter.',
    wrong: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1 as head\nloss mse\noptim sgd for head.bias',
    mended:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1 as head\nloss mse\noptim sgd for head.bias\noptim adam for head.kernel',
    messages: {
      parameters: ({ parameters }: { parameters: Names }) => ({
        message: `no optimizer updates ${some(parameters)}`,
        help: 'add an optimizer without `for`, which takes all that is left, or freeze them',
      }),
      steps: ({ parameters }: { parameters: Names }) => ({
        message: `no step updates ${some(parameters)}`,
        help: 'let the selector of a step cover it, or freeze it',
      }),
    },
  },
  NN3007: {
    severity: 'error',
    title: 'an optimizer for what is frozen',
    explanation: 'A frozen parameter has no gradient, so an `optim … for` cannot name it.',
    wrong:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 as body\nlayer dense 1 as head\nloss mse\nfreeze body\noptim sgd for body\noptim adam for head',
    mended:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 as body\nlayer dense 1 as head\nloss mse\nfreeze body\noptim adam for head',
    messages: {
      parameters: ({ parameters }: { parameters: Names }) => ({
        message: `this optimizer names what is frozen: ${some(parameters)}`,
        help: 'leave the group out, or unfreeze it',
      }),
      adapted: ({ matrices, pairs }: { matrices: Names; pairs: Names }) => ({
        message: `\`lora\` freezes all that this optimizer names: ${some(matrices)}`,
        help: `name what is trained beside it: ${some(pairs)}`,
      }),
    },
  },
  NN3008: {
    severity: 'error',
    title: 'two parameters with one path',
    explanation:
      'Paths name parameters in checkpoints and selectors, so each is used once. The paths `t` and `__metadata__` are taken: files of weights keep the number of updates and their own description under them.',
    wrong: 'input x: f32[4]\nlayer dense 4\nlayer dense 4 as dense',
    mended: 'input x: f32[4]\nlayer dense 4\nlayer dense 4 as second',
    messages: {
      layers: ({ path }: { path: string }) => ({
        message: `two layers have the path \`${path}\``,
        help: 'give one of them another name with `as`',
      }),
      weights: ({ path }: { path: string }) => ({
        message: `two weights have the path \`${path}\``,
        help: 'give one of the layers another name with `as`',
      }),
      taken: ({ path, keeps }: { path: string; keeps: string }) => ({
        message: `files of weights keep ${keeps} under \`${path}\``,
        label: 'the path is taken',
        help: 'give the weight another name',
      }),
    },
  },
  NN3009: {
    severity: 'warning',
    title: 'a penalty on what is frozen',
    explanation: 'A frozen parameter does not change, so a penalty on it is left out.',
    wrong:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 as body\nlayer dense 1\nloss mse\noptim sgd\nfreeze body\npenalty l2 1e-4 on body',
    mended:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 as body\nlayer dense 1 as head\nloss mse\noptim sgd\nfreeze body\npenalty l2 1e-4 on head',
    messages: {
      all: ({ parameters }: { parameters: Names }) => ({
        message: `all that this penalty names is frozen, and is left out: ${some(parameters)}`,
      }),
      some: ({ parameters }: { parameters: Names }) => ({
        message: `some that this penalty names is frozen, and is left out: ${some(parameters)}`,
      }),
    },
  },
  NN3010: {
    severity: 'error',
    title: 'a statement given twice',
    explanation: 'There is one `train`, one `data`, one `schedule`, one `model` statement in a spec.',
    wrong: 'input x: f32[4]\ntrain epochs=1\ntrain epochs=2',
    mended: 'input x: f32[4]\ntrain epochs=2',
    messages: {
      keyword: ({ keyword }: { keyword: string }) => ({ message: `\`${keyword}\` is given twice` }),
    },
  },
  NN3011: {
    severity: 'error',
    title: 'nothing is trained',
    explanation: 'The model has no parameter, or all are frozen; an optimizer has nothing to do.',
    wrong: 'input x: f32[1]\ntarget y: f32[1]\nloss mse\noptim sgd',
    mended: 'input x: f32[1]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd',
    messages: {
      noParameters: () => ({
        message: 'the optimizer has nothing to update: the spec has no parameters',
        help: 'layer dense 10',
      }),
      frozen: () => ({
        message: 'the optimizer has nothing to update: every parameter is frozen',
        help: 'layer dense 10',
      }),
    },
  },
  NN3012: {
    severity: 'error',
    title: 'an optimizer that does not update',
    explanation: 'The body of a `def optim` gives the parameter its new value: `param <- …`.',
    wrong:
      'def optim still(lr = 0.1) { x = lr * grad }\ninput x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim still',
    mended:
      'def optim plain(lr = 0.1) { param <- param - lr * grad }\ninput x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim plain',
    messages: {
      parameter: ({ name }: { name: string }) => ({
        message: `${name} never writes the parameter`,
        help: 'in its def: param <- param - lr * grad',
      }),
    },
  },
  NN3013: {
    severity: 'warning',
    title: 'a spec that is not trained',
    explanation:
      'Without a loss and an optimizer there is nothing to train. The spec is checked, and no file is written for it.',
    wrong: 'input x: f32[4]\nlayer dense 3',
    mended: 'input x: f32[4]\ntarget y: class[3]\nlayer dense 3\nloss xent\noptim adam',
    messages: {
      spec: () => ({
        message: 'the spec has neither a loss nor an optimizer: it is checked, and builds nothing',
        help: 'loss xent; optim adam lr=1e-3',
      }),
    },
  },
  NN3014: {
    severity: 'warning',
    title: 'a bias before a batchnorm',
    explanation:
      'The mean over the batch is subtracted next, and with it a bias that was just added: it costs memory and time, ' +
      'and never changes the result. The `beta` of the batchnorm does what it should have done.',
    wrong: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8\nlayer batchnorm\nlayer dense 1\nloss mse\noptim sgd',
    mended:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 bias=false\nlayer batchnorm\nlayer dense 1\nloss mse\noptim sgd',
    messages: {
      bias: ({ path }: { path: string }) => ({
        message: `\`${path}\` has no effect: the mean over the batch that is subtracted next takes it away`,
        help: 'leave it out: bias=false',
      }),
    },
  },
  NN3015: {
    severity: 'error',
    title: 'a model that is too large to compile',
    explanation:
      'Each layer is written out in the generated file. Beyond some thousand layers that file would be of no ' +
      'use to anyone; usually a number in a `repeat` or a generated spec has gone wrong.',
    wrong: undefined,
    mended: undefined,
    messages: {
      values: ({ most }: { most: number }) => ({
        message: `the model has more than ${most} values before this place`,
        help: wentWrong,
      }),
      steps: ({ most }: { most: number }) => ({
        message: `the model takes more than ${most} steps to write out before this place`,
        help: wentWrong,
      }),
      items: ({ most }: { most: number }) => ({ message: `a list has more than ${most} items`, help: wentWrong }),
    },
  },
  NN3016: {
    severity: 'error',
    title: 'a prediction that needs its target',
    explanation:
      'Whoever asks a trained model has inputs, and wants to know the rest. What compares with the target is a loss or ' +
      'a metric.',
    wrong: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd\npredict (it - y)',
    mended: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd\npredict it',
    messages: {
      written: ({ target }: { target: string }) => ({
        message: `a prediction has only the inputs, and this depends on the target \`${target}\``,
        help: 'predict what the inputs alone give; what compares is a metric',
      }),
      last: ({ target }: { target: string }) => ({
        message: `a prediction has only the inputs, and the last value depends on the target \`${target}\``,
        label: 'this is what the model predicts',
        help: 'say what is predicted: predict VALUE',
      }),
    },
  },
  NN3017: {
    severity: 'error',
    title: 'one parameter loaded twice',
    explanation:
      'Two `load` statements cover the same parameter or state, and only one file can give its initial value. Let their selectors name different parts.',
    wrong:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1 as head\nloss mse\noptim sgd\nload head from "a.safetensors"\nload head.kernel from "b.safetensors"',
    mended:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1 as head\nloss mse\noptim sgd\nload head.bias from "a.safetensors"\nload head.kernel from "b.safetensors"',
    messages: {
      twice: ({ path }: { path: string }) => ({ message: `two files give \`${path}\`` }),
    },
  },
  NN3018: {
    severity: 'error',
    title: 'a part of the run that contradicts the whole',
    explanation:
      'Where a spec or a phase has steps, each has losses of its own, and none stands outside them. Where it has phases, each says how many epochs it takes, and `train` does not.',
    wrong:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1 as head\nloss mse\nstep a updates head { loss mse; optim sgd }',
    mended: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1 as head\nstep a updates head { loss mse; optim sgd }',
    messages: {
      lossOutside: () => ({
        message: 'this loss belongs to no step',
        help: 'each step has losses of its own: move it into one',
      }),
      epochs: () => ({
        message: 'each phase says its own `epochs`, and `train` cannot',
        help: 'leave it out here: train batch=32',
      }),
    },
  },
  NN3019: {
    severity: 'error',
    title: 'a matrix that `lora` cannot adapt',
    explanation:
      '`lora` trains a pair of thin matrices a [in, rank] and b [rank, out] beside each matrix W [in, out]. A rank above the smaller side of W would be no thinner than W, and a matrix has one pair: let selectors name different parts.',
    wrong: 'input x: f32[4]\ntarget y: f32[2]\nlayer dense 2 as head\nloss mse\noptim sgd\nlora head rank=3',
    mended: 'input x: f32[4]\ntarget y: f32[2]\nlayer dense 2 as head\nloss mse\noptim sgd\nlora head rank=1',
    messages: {
      rank: ({ rank, path, shape }: { rank: number; path: string; shape: readonly number[] }) => ({
        message: `the rank of \`${path}\` ${formatShape(shape)} is ${Math.min(...shape)} at most, and the pair is to have ${rank}`,
        help: 'LoRA is thin: ranks of 4 to 16 are common',
      }),
      twice: ({ path }: { path: string }) => ({ message: `two \`lora\` statements adapt \`${path}\`` }),
    },
  },
  NN3020: {
    severity: 'error',
    title: 'a gradient that there is not',
    explanation:
      '`grad(y, x)` is the derivative of y, as it was made above, by a value from which it was made. What is summed up over ' +
      'a whole evaluation, and what is known before anything runs, has none.',
    wrong: 'input x: f32[2]; input z: f32[2]\nlayer dense 1 from x as u\nloss = grad(u, z)^2 + u^2; optim sgd',
    mended: 'input x: f32[2]; input z: f32[2]\nlayer dense 1 from (x * z) as u\nloss = grad(u, z)^2 + u^2; optim sgd',
    messages: {
      apart: ({ y, x }: { y: string; x: string }) => ({
        message: `${y} does not depend on ${x}`,
        help: 'the gradient is taken through the lines above: name the very value from which the other was made',
      }),
      host: ({ y, x }: { y: string; x: string }) => ({
        message: `the gradient of ${y} by ${x} is taken of numbers that are known before or after a batch, and none within it`,
      }),
    },
  },
  NN3021: {
    severity: 'error',
    title: 'a weight that `reparam` cannot adapt so',
    explanation:
      'A layer reads in the place of its weight what a `def reparam` makes of it: a value of the same shape, which is the same for every example. The definition sees `it`, the stored weight, and `training`; a weight is adapted once.',
    wrong:
      'def reparam total() { it = sum(it) }\ninput x: f32[4]; target y: f32[1]\nlayer dense 1; loss mse; optim sgd\nreparam total on dense',
    mended:
      'def reparam centred() { it = it - mean(it) }\ninput x: f32[4]; target y: f32[1]\nlayer dense 1; loss mse; optim sgd\nreparam centred on dense',
    messages: {
      twice: ({ path }: { path: string }) => ({
        message: `two \`reparam\` statements adapt \`${path}\``,
        help: 'a `def reparam` of your own may do both',
      }),
      shape: ({ kind, path, shape, wanted }: { kind: string; path: string; shape: Shape; wanted: Shape }) => ({
        message: `\`${kind}\` makes ${formatShape(shape)} of \`${path}\`, which has shape ${formatShape(wanted)}`,
        help: 'the layer reads the result in the place of its weight: it keeps the shape',
      }),
      examples: ({ kind, path }: { kind: string; path: string }) => ({
        message: `\`${kind}\` makes a value of each example of \`${path}\``,
        help: 'a weight is the same for every example',
      }),
      unread: ({ kind, path }: { kind: string; path: string }) => ({
        message: `what \`${kind}\` makes of \`${path}\` does not depend on it`,
        help: 'the stored weight is `it`',
      }),
      value: ({ kind, name }: { kind: string; name: string }) => ({
        message: `\`${kind}\` is given a value of the model for \`${name}\``,
        help: 'what a layer reads in the place of its weight is made of the weight alone: give it numbers, functions or words',
      }),
    },
  },
  NN3026: {
    severity: 'error',
    title: 'training that needs more memory than its budget',
    explanation:
      '`budget memory="64MB"` is a limit on what training holds of a device with a batch of `train batch=…`: weights and ' +
      'states, what the optimizer remembers, and the most that is computed at once (MB = 10⁶ bytes). `nnc summary` shows them.',
    wrong:
      'input x: f32[64]\ntarget y: f32[1]\nlayer dense 512 relu\nlayer dense 1\nloss mse\noptim adam\nbudget memory="100kB"',
    mended:
      'input x: f32[64]\ntarget y: f32[1]\nlayer dense 512 relu\nlayer dense 1\nloss mse\noptim adam\nbudget memory="1MB"',
    messages: {
      over: ({
        limit,
        needed,
        weights,
        slots,
        arena,
        batch,
        isLasting,
        again,
      }: {
        limit: number;
        needed: number;
        weights: number;
        slots: number;
        arena: number;
        batch: number;
        /** Whether weights and slots alone are too much. */
        isLasting: boolean;
        /** Whether it would fit with `remat auto`. */
        again: boolean;
      }) => ({
        message:
          `training needs ${formatBytes(needed)} with a batch of ${batch}: ${formatBytes(weights)} of weights, ` +
          `${formatBytes(slots)} of slots, ${formatBytes(arena)} of values`,
        label: `the budget is ${formatBytes(limit)}`,
        help: again
          ? 'it fits with `remat auto`, which computes values again instead of keeping them'
          : isLasting
            ? 'make the largest weights smaller, or take an optimizer that remembers less (`sgd` keeps nothing)'
            : 'take a smaller batch (`train batch=…`); with `accumulate n` an update still sees n batches of rows',
      }),
    },
  },
  NN3027: {
    severity: 'warning',
    title: 'nothing that is worth computing again',
    explanation:
      '`remat auto` computes values of the way forward again on the way back, instead of keeping them, where training then ' +
      'holds less at its worst moment. Where most of that is gradients and updates, or values that are needed at once, ' +
      'nothing is gained, and nothing is computed twice.',
    wrong: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd\nremat auto',
    mended: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd',
    messages: {
      none: ({ bytes }: { bytes: number }) => ({
        message: `\`remat auto\` gains nothing: what is alive at the worst moment, ${formatBytes(bytes)}, has to be there`,
        help: 'leave it out; a smaller batch (`train batch=…`) makes values smaller',
      }),
    },
  },
  NN3028: {
    severity: 'error',
    title: 'features that cannot be kept',
    explanation:
      '`cache features` computes once what the frozen part at the input makes of each row, and keeps it: training then ' +
      'begins behind it. So it has to be the same in every epoch, and the rows have to be those of the spec.',
    wrong:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 3 tanh as body\nlayer dense 1\nloss mse\noptim sgd\ndata inline [[1, 2, 3, 4, 5]]\ncache features',
    mended:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 3 tanh as body\nlayer dense 1\nloss mse\noptim sgd\nfreeze body\ndata inline [[1, 2, 3, 4, 5]]\ncache features',
    messages: {
      nothing: () => ({
        message: 'nothing is frozen that an input goes into first',
        help: 'freeze the layers that begin with it: freeze backbone',
      }),
      augmented: () => ({
        message: '`augment` makes another row of each row in every epoch, so that its features are others too',
        help: 'leave one of the two out',
      }),
      given: () => ({
        message: 'the rows come from the caller, who alone knows whether they come again',
        help: 'say where they are: data csv "file.csv" target=label',
      }),
      parts: () => ({
        message: 'features are kept for a run of one phase and one step',
        help: 'train in two specs, the second one with `load` of what the first one gives',
      }),
    },
  },
} as const satisfies Record<string, Entry>;
