/** Generated files as TypeScript: all specs, small ones that use the whole library, and some whose names are out to collide, in one strict program. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { everything } from '../amounts.ts';
import { smallSpecs } from '../specs/small-specs.ts';
import { emitted, specNames, specText } from './compiled.ts';
import { mistakes } from './type-check.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Words of the emitted file, of TypeScript, and of the runtime, as names of ports, layers, values and hypers. */
const hostile: Readonly<Record<string, string>> = {
  'reserved words': `
input class: f32[4]
target default: class[3]
layer dense 5 relu as await
layer dense 3 as new
loss xent
optim adam
metric accuracy
`,
  'names of the file': `
input k: f32[4]
input p: f32[4]
target n: f32[1]
layer dense 5 tanh from k as forward
layer dense 5 from p as model
numbers = forward + model
layer dense 1 from numbers as create
loss mse
optim momentum
metric mse
`,
  'names of primitives': `
input add: f32[4]
target mul: f32[2]
layer dense 4 relu as relu
sub = relu - add
layer dense 2 from sub as exp
loss mse
penalty l2 1e-3
optim adamw
`,
  'names of JavaScript': `
input constructor: f32[4]
target toString: class[2]
layer dense 3 as __proto__
layer dense 2 as Math
loss xent
optim sgd
predict hasOwnProperty=softmax(it)
`,
  'a batch that is B, losses that are several': `
input B: f32[4]
target loss: f32[1]
target losses: f32[1]
layer dense 3 relu as f
layer dense 1 from f as a
layer dense 1 from f as g
loss mse a loss
loss mae g losses weight=0.5
optim adam
clip norm 1.0
`,
  'gradients of several batches': `
input x: f32[4]
target y: f32[1]
layer dense 3 relu
layer dropout 0.5
layer dense 1
loss mse
optim adam
accumulate 4
clip value 0.5
schedule step at=[10, 20] gamma=0.5
train epochs=2 batch=4
`,
  'frozen layers': `
input x: f32[4]
target y: f32[1]
block backbone { layer dense 3 relu }
layer dense 1 as head
loss mse
optim sgd lr=0.1
freeze backbone
`,
  'rounds that are alike, that differ, of which some are frozen, and one that is alone': `
input x: f32[4]
target y: f32[4]
block tower { repeat 4 { layer dense 4 relu; layer batchnorm } }
layer dense 6
repeat 3 as steps { layer dense 4 }
repeat 2 { layer dense 4 as last }
repeat 1 as once { layer dense 4 }
loss mse
optim adam
freeze tower.repeat.1
`,
  'groups of parameters that are updated otherwise': `
input x: f32[8]
target y: f32[4]
weight scale: [] init=ones
it = x * scale
block tower { repeat 3 { layer dense 6 tanh; weight dense: [6]; it = it * dense } }
layer dense 4 as head
loss mse
optim sgd for head.kernel
optim lookahead for head.bias
optim lion for tower.repeat.0
optim nadam for tower.repeat.2.dense.kernel
optim momentum for tower.repeat.2.dense.bias
optim muon for tower.repeat.1
optim adafactor
clip value 0.5
clip norm 1
accumulate 2
`,
  'weights by the names of scopes beside them': `
input x: f32[4]
target y: f32[1]
block a { weight dense: [4]; it = it * dense; layer dense 4 }
block constructor { weight w: [4]; it = it * w }
weight constructor: [4]
it = it * constructor
weight repeat: [4]
repeat 2 { layer dense 4 }
it = it * repeat
layer dense 1
loss mse
optim adam
accumulate 2
`,
};

/** Every small spec where all is verified, a fixed sample of them otherwise. */
const sample = smallSpecs.filter((_, i) => everything || i % 4 === 0);

describe('generated files', () => {
  const files = new Map([
    ...specNames.map((name) => [`${root}specs/${name}.nn.ts`, emitted(specText(name), `${name}.nn`)] as const),
    ...sample.map(({ name, text }, i) => [`${root}specs/small-${i}.nn.ts`, emitted(text, `${name}.nn`)] as const),
    ...Object.entries(hostile).map(
      ([name, text], i) => [`${root}specs/hostile-${i}.nn.ts`, emitted(text, `${name}.nn`)] as const,
    ),
  ]);

  it('pass the strictest settings of this repository', () => {
    expect(mistakes(files)).toEqual([]);
  }, 60_000);

  it.each(Object.keys(hostile))('have the same bytes again: %s', (name) => {
    const text = hostile[name] ?? '';
    expect(emitted(text, 'a/b.nn')).toBe(emitted(text, 'b.nn'));
  });

  it('are checked for real: a broken one is found', () => {
    const [[path, text] = ['', '']] = files;
    const broken = new Map([[path, text.replace(/^ {2}k\.store\(/m, '  k.release(')]]);
    expect(mistakes(broken)).not.toEqual([]);
  }, 60_000);
});

describe('tables', () => {
  const spec = `
input x: f32[4]
target y: f32[4]
layer dense 4 as first
repeat 3 as tower { layer dense 4; layer batchnorm }
loss mse
optim adam
freeze first
`;
  const allowed = ['p.first.kernel', 'p.tower[2].dense.bias', 'p.tower[0].batchnorm.mean', 'g.tower[1].batchnorm.beta'];
  const mistaken = [
    ['p.first.kernal', "Property 'kernal' does not exist on type"],
    ['p.tower[3]', 'Tuple type'],
    ['p.tower.dense', "Property 'dense' does not exist on type"],
    ['g.first', "Property 'first' does not exist on type"],
    ['g.tower[0].batchnorm.mean', "Property 'mean' does not exist on type"],
  ] as const;

  it('have what is there, and nothing else', () => {
    const user = [
      "import type { Memory, Value } from 'nnc/runtime';",
      "import { backward, parameters } from './tables.nn.ts';",
      'declare const p: Memory<typeof parameters>;',
      'declare const g: ReturnType<typeof backward>;',
      ...allowed.map((value, i) => `export const v${i}: Value = ${value};`),
      ...mistaken.map(([value]) => `void ${value};`),
    ].join('\n');
    const files = new Map([
      [`${root}specs/tables.nn.ts`, emitted(spec, 'tables.nn')],
      [`${root}specs/user.ts`, user],
    ]);
    const said = mistakes(files);
    expect(said).toHaveLength(mistaken.length);
    mistaken.forEach(([, message], i) => expect(said[i]).toContain(message));
  }, 60_000);
});

describe('a program that uses a generated file', () => {
  const spec = `
input x: f32[4]
target y: class[3]
layer dense 3
loss xent
optim adam
predict class=argmax(it) p=softmax(it)
`;
  const allowed = [
    'const data: ArrayLike<number> = predictions.class.data;',
    'const shape: readonly number[] = predictions.p.shape;',
    'const loss: number = await step.loss;',
    'void [data, shape, loss];',
  ];
  const mistaken = [
    ['void predictions.label;', "Property 'label' does not exist on type"],
    ['const wrong: number = step.loss;', "Type 'Promise<number>' is not assignable to type 'number'"],
    ['void step.loss();', 'This expression is not callable'],
    ['void step.loss.toFixed(3);', "Property 'toFixed' does not exist on type 'Promise<number>'"],
    ['void (step.loss < 0.1);', "Operator '<' cannot be applied to types 'Promise<number>' and 'number'"],
  ] as const;

  it('finds predictions by their names, and is stopped where it takes a loss for a number', () => {
    const user = [
      "import { createTrainer } from './used.nn.ts';",
      'const trainer = await createTrainer();',
      'const predictions = await trainer.predict({ x: [1, 2, 3, 4] });',
      'const step = await trainer.trainStep({ x: [1, 2, 3, 4], y: [0] });',
      ...allowed,
      ...mistaken.map(([statement]) => statement),
    ].join('\n');
    const files = new Map([
      [`${root}specs/used.nn.ts`, emitted(spec, 'used.nn')],
      [`${root}specs/user.ts`, user],
    ]);
    const said = mistakes(files);
    expect(said).toHaveLength(mistaken.length);
    mistaken.forEach(([, message], i) => expect(said[i]).toContain(message));
  }, 60_000);
});
