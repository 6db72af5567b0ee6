/** NN3xxx: what makes a spec a model: losses, optimizers, paths, what is frozen. */
import type { Entry } from './entry.ts';

export const model = {
  NN3001: {
    severity: 'error',
    title: 'no input',
    explanation: 'A model reads at least one input.',
    wrong: 'target y: f32[1]',
    mended: 'input x: f32[4]\ntarget y: f32[1]',
  },
  NN3002: {
    severity: 'error',
    title: 'no loss',
    explanation: 'Training makes a loss small. `loss KIND`, or `loss = expression`.',
    wrong: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\noptim sgd',
    mended: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd',
  },
  NN3003: {
    severity: 'error',
    title: 'no optimizer',
    explanation: 'A model with trained parameters says how they are updated.',
    wrong: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse',
    mended: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd',
  },
  NN3004: {
    severity: 'error',
    title: 'a parameter that no loss reaches',
    explanation:
      'The loss does not depend on this parameter, so it would never change. Often a layer’s result is not used, or ' +
      'a `from` names the wrong value.',
    wrong: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 as h\nlayer dense 1 from x\nloss mse\noptim sgd',
    mended: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 as h\nlayer dense 1 from h\nloss mse\noptim sgd',
  },
  NN3005: {
    severity: 'error',
    title: 'two optimizers for one parameter',
    explanation: 'The groups of `optim … for SELECTOR` must not overlap.',
    wrong:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1 as head\nloss mse\noptim sgd for head\noptim adam for head.kernel',
    mended:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1 as head\nloss mse\noptim sgd for head.bias\noptim adam for head.kernel',
  },
  NN3006: {
    severity: 'error',
    title: 'a trained parameter without an optimizer',
    explanation: 'Every `optim` has a `for`, and none of the groups covers this parameter.',
    wrong: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1 as head\nloss mse\noptim sgd for head.bias',
    mended:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1 as head\nloss mse\noptim sgd for head.bias\noptim adam for head.kernel',
  },
  NN3007: {
    severity: 'error',
    title: 'an optimizer for what is frozen',
    explanation: 'A frozen parameter has no gradient, so an `optim … for` cannot name it.',
    wrong:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 as body\nlayer dense 1 as head\nloss mse\nfreeze body\noptim sgd for body\noptim adam for head',
    mended:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 as body\nlayer dense 1 as head\nloss mse\nfreeze body\noptim adam for head',
  },
  NN3008: {
    severity: 'error',
    title: 'two parameters with one path',
    explanation:
      'Paths name parameters in checkpoints and selectors, so each is used once. The paths `t` and `__metadata__` are taken: files of weights keep the number of updates and their own description under them.',
    wrong: 'input x: f32[4]\nlayer dense 4\nlayer dense 4 as dense',
    mended: 'input x: f32[4]\nlayer dense 4\nlayer dense 4 as second',
  },
  NN3009: {
    severity: 'warning',
    title: 'a penalty on what is frozen',
    explanation: 'A frozen parameter does not change, so a penalty on it is left out.',
    wrong:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 as body\nlayer dense 1\nloss mse\noptim sgd\nfreeze body\npenalty l2 1e-4 on body',
    mended:
      'input x: f32[4]\ntarget y: f32[1]\nlayer dense 8 as body\nlayer dense 1 as head\nloss mse\noptim sgd\nfreeze body\npenalty l2 1e-4 on head',
  },
  NN3010: {
    severity: 'error',
    title: 'a statement given twice',
    explanation: 'There is one `train`, one `data`, one `schedule`, one `model` statement in a spec.',
    wrong: 'input x: f32[4]\ntrain epochs=1\ntrain epochs=2',
    mended: 'input x: f32[4]\ntrain epochs=2',
  },
  NN3011: {
    severity: 'error',
    title: 'nothing is trained',
    explanation: 'The model has no parameter, or all are frozen; an optimizer has nothing to do.',
    wrong: 'input x: f32[1]\ntarget y: f32[1]\nloss mse\noptim sgd',
    mended: 'input x: f32[1]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd',
  },
  NN3012: {
    severity: 'error',
    title: 'an optimizer that does not update',
    explanation: 'The body of a `def optim` gives the parameter its new value: `param <- …`.',
    wrong:
      'def optim still(lr = 0.1) { x = lr * grad }\ninput x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim still',
    mended:
      'def optim plain(lr = 0.1) { param <- param - lr * grad }\ninput x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim plain',
  },
  NN3013: {
    severity: 'warning',
    title: 'a spec that is not trained',
    explanation:
      'Without a loss and an optimizer there is nothing to train. The spec is checked, and no file is written for it.',
    wrong: 'input x: f32[4]\nlayer dense 3',
    mended: 'input x: f32[4]\ntarget y: class[3]\nlayer dense 3\nloss xent\noptim adam',
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
  },
  NN3015: {
    severity: 'error',
    title: 'a model that is too large to compile',
    explanation:
      'Each layer is written out in the generated file. Beyond some thousand layers that file would be of no ' +
      'use to anyone; usually a number in a `repeat` or a generated spec has gone wrong.',
    wrong: undefined,
    mended: undefined,
  },
  NN3016: {
    severity: 'error',
    title: 'a prediction that needs its target',
    explanation:
      'Whoever asks a trained model has inputs, and wants to know the rest. What compares with the target is a loss or ' +
      'a metric.',
    wrong: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd\npredict (it - y)',
    mended: 'input x: f32[4]\ntarget y: f32[1]\nlayer dense 1\nloss mse\noptim sgd\npredict it',
  },
} as const satisfies Record<string, Entry>;
