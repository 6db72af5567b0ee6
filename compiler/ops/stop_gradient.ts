/** The identity, through which no gradient flows. */
import { defineOp } from './define.ts';

export const stop_gradientOp = defineOp({
  name: 'stop_gradient',
  inputs: ['x'],
  /** What `<-` has written: the language says that no gradient flows through it. */
  attrs: { written: { type: 'boolean', default: false, internal: true } },
  doc: 'x, as a constant to the gradient',
  elsewhere: { NumPy: 'none', PyTorch: 'Tensor.detach', Keras: 'ops.stop_gradient' },
  example:
    'input x: f32[4]; target y: f32[1]\nlayer dense 1 as a\nlayer dense 1 from x as b\nloss = mean((a - y)^2) + mean((b - stop_gradient(a))^2)\noptim sgd\n',
  infer: (types) => types,
  evaluate: (inputs) => inputs,
  vjp: 'none',
  lower: { as: 'nothing' },
  elementwise: true,
  moves: true,
  samples: [{ inputs: [{ shape: ['B', 3] }] }, { inputs: [{ shape: [3], dtype: 'i32', range: [0, 5], whole: true }] }],
  kinks: [],
  specials: [{ inputs: [-0], result: -0 }],
});
