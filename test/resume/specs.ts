/** Small specs for runs that are interrupted: each structure of a run, with what a checkpoint must know of drawn around it. */
import { Random } from '../random/random.ts';

/** What a run is made of. `LEARNING` stands for what surrounds the update, and may be another in each of its places. */
const structures = {
  plain: `input x: f32[5] in -1..1
target y: class[3]
layer dense 6 tanh; MIDDLE; layer dense 3 as head
loss xent
LEARNING
train epochs=3 batch=4 PATIENCE`,
  steps: `input x: f32[5] in -1..1
noise z: f32[2] = normal
block generator { layer dense 4 relu from z; MIDDLE; layer dense 5 tanh as fake }
block critic { layer dense 4 leaky_relu from x; MIDDLE; layer dense 1 as real_score }
reuse critic from fake as fake_score
LEARNING
step d updates critic times=2 { loss bce real_score 1; loss bce fake_score 0; LEARNING }
step g updates generator { loss bce fake_score 1 }
train epochs=3 batch=4 PATIENCE`,
  shared: `input x: f32[5] in -1..1
target y: class[3]
block body { layer dense 6 tanh; MIDDLE }
layer dense 3 as head
LEARNING
step fit updates head { loss xent it y }
step pull updates body { loss xent it y weight=0.5; LEARNING }
step both updates head times=2 { loss = mean(it^2) }
train epochs=3 batch=4 PATIENCE`,
  phases: `input x: f32[5] in -1..1
target y: class[3]
block body { layer dense 6 tanh; MIDDLE }
layer dense 3 as head
loss xent
LEARNING
train batch=4 PATIENCE
phase head_only epochs=2 { freeze body }
phase all epochs=1 { unfreeze body; LEARNING }
phase body_only epochs=2 { freeze head; LEARNING }`,
  adapted: `input x: f32[5] in -1..1
target y: class[3]
layer dense 6 tanh as body; MIDDLE; layer dense 3 as head
loss xent
lora body rank=2 alpha=4
LEARNING
train batch=4 PATIENCE
phase thin epochs=2 { freeze head }
phase all epochs=2 { unfreeze head; LEARNING }`,
  both: `input x: f32[5] in -1..1
target y: class[3]
block body { layer dense 6 tanh; MIDDLE }
layer dense 3 as head
LEARNING
step low updates body { loss xent it y; LEARNING }
step high updates head times=2 { loss xent it y }
train batch=4
phase one epochs=2 { LEARNING }
phase two epochs=2 { LEARNING }`,
  objectives: `input x: f32[5] in -1..1
target y: class[3]
block body { layer dense 6 tanh; MIDDLE }
code = it
layer dense 5 as decoded
layer dense 3 from code as head
LEARNING
metric mse decoded x as restored
train batch=4 PATIENCE
phase alone epochs=2 monitor=val_restored { freeze head; loss mse decoded x; LEARNING }
phase apart epochs=1 {
  unfreeze head
  freeze decoded
  metric accuracy head y
  step low updates body { loss xent head y; LEARNING }
  step high updates head times=2 { loss xent head y weight=0.5 }
}
phase together epochs=2 { loss xent head y; loss = mean(decoded^2); LEARNING }`,
} as const;

export type Structure = keyof typeof structures;

export const names = Object.keys(structures).filter((name): name is Structure => name in structures);

const optimizers = ['sgd lr=0.1', 'momentum lr=0.05', 'adam lr=1e-2', 'nadam lr=1e-2', 'adamw lr=1e-2 decay=0.1'];
const schedules = ['cosine warmup=2', 'linear', 'step at=[2, 5]', 'exponential gamma=0.9', 'onecycle'];
/** So great a gain is none: the rate becomes smaller as often as it may. */
const plateaus = ['plateau patience=1 gain=9', 'plateau factor=0.3 patience=2 gain=9 monitor=loss min=0.1 warmup=2'];
const middles = [
  'layer dropout 0.3',
  'layer batchnorm',
  'layer batchnorm; layer dropout 0.2',
  'layer gaussian_noise 0.1',
];

/** What surrounds an update; at the first place in a spec there is an optimizer and an average. */
function learning(random: Random, isFirst: boolean): string {
  const lines = [
    ...(isFirst || random.chance(0.5) ? [`optim ${random.pick(optimizers)}`] : []),
    ...(random.chance(0.5) ? [`schedule ${random.pick(random.chance(0.5) ? plateaus : schedules)}`] : []),
    ...(random.chance(0.4) ? [`clip ${random.pick(['norm 0.5', 'value 0.1'])}`] : []),
    ...(random.chance(0.5) ? [`accumulate ${random.whole(2, 3)}`] : []),
    ...(isFirst || random.chance(0.5) ? [`ema ${random.pick(isFirst ? ['0.5', '0.9'] : ['0.5', '0.9', '0'])}`] : []),
  ];
  return lines.length > 0 ? lines.join('; ') : 'clip norm 1';
}

/** The spec of a seed: its text is all that the seed decides. */
export function resumable(structure: Structure, seed: number): string {
  const random = new Random(1000 * names.indexOf(structure) + seed);
  let first = true;
  const text = structures[structure]
    .replaceAll('LEARNING', () => {
      const said = learning(random, first);
      first = false;
      return said;
    })
    .replaceAll('MIDDLE', () => random.pick(middles))
    .replaceAll('PATIENCE', () => (random.chance(0.4) ? 'patience=1' : ''));
  return random.chance(0.4) ? `${text}\naugment noise\n` : `${text}\n`;
}
