/** NN2xxx: statements, and where they stand. */
import type { Entry } from './entry.ts';

export const statements = {
  NN2022: {
    severity: 'error',
    title: 'a statement in the wrong place',
    explanation: 'Some statements belong to the top level, others into certain definitions only.',
    wrong: 'input x: f32[4]\nparam <- param - 1',
    mended: 'def optim down(lr) { param <- param - lr * grad }',
    messages: {
      word: ({ word, place }: { word: string; place: string }) => ({
        message: `\`${word}\` cannot stand in a ${place}`,
        help: 'it belongs to the top level of a spec',
      }),
      state: ({ place }: { place: string }) => ({
        message: `a ${place} has no state of its own here`,
        help: 'states belong to a def layer or a def optim',
      }),
      weight: ({ place }: { place: string }) => ({
        message: `a ${place} has no weight of its own here`,
        help: 'weights belong to a def layer, a block or the top level',
      }),
      writtenInScan: ({ name }: { name: string }) => ({
        message: `\`${name}\` is written in the body of a scan, which runs once for each position`,
        help: 'what changes from one position to the next is carried: scan … with h = …',
      }),
      noState: ({ place }: { place: string }) => ({
        message: `\`<-\` writes a state, and there is none ${place}`,
        help: 'a name for a value is given with `=`',
      }),
      batchOrder: () => ({
        message: 'batch_reverse pairs the examples of a training batch: only an augmentation can use it',
      }),
      gradientBefore: ({ name }: { name: string }) => ({
        message: `${name} updates by a gradient that it has taken before \`at <- …\``,
        help: 'behind `at <- …` the gradient is that at the new point: read `grad` there, for the update',
      }),
      hostScan: () => ({ message: 'an initial value has no scan: it is computed on the host' }),
    },
  },
  NN2028: {
    severity: 'error',
    title: 'a version of the language that is unknown',
    explanation:
      '`nn 1` says in which version of the language a spec is written. A newer compiler knows newer versions.',
    wrong: 'nn 2\ninput x: f32[4]\nlayer dense 3',
    mended: 'nn 1\ninput x: f32[4]\nlayer dense 3',
    messages: {
      newer: ({ version }: { version: number }) => ({
        message: `the spec is written in version ${version} of the language, and this compiler knows version 1`,
      }),
      other: ({ given }: { given: string }) => ({ message: `the version of the language is 1, not ${given}` }),
    },
  },
  NN2032: {
    severity: 'error',
    title: 'a noise that cannot be drawn',
    explanation:
      'A noise is drawn afresh for each example of each step, as `normal` (standard) or `uniform` (0 to 1). What else it is to be is calculated of it: `u = 2 * z - 1`.',
    wrong:
      'input x: f32[4]\ntarget y: f32[1]\nnoise z: f32[4] = gamma\nlayer dense 1 from (x + z)\nloss mse\noptim sgd',
    mended:
      'input x: f32[4]\ntarget y: f32[1]\nnoise z: f32[4] = normal\nlayer dense 1 from (x + z)\nloss mse\noptim sgd',
    messages: {
      none: ({ name }: { name: string }) => ({
        message: `the noise \`${name}\` has no distribution`,
        help: `noise ${name}: f32[16] = normal`,
      }),
      unknown: () => ({ message: 'a noise is drawn as `normal` or `uniform`', help: 'scale it below: u = 2 * z - 1' }),
      whole: () => ({ message: 'a noise has numbers of type f32', help: 'noise z: f32[16] = normal' }),
      range: () => ({ message: 'a noise has no range: its distribution says what it may be' }),
    },
  },
} as const satisfies Record<string, Entry>;
