/** What predictions say of the targets, in the data's own words: classes by their names, numbers in their units. */
import type { FittedPrep } from '../data/prep.ts';
import { argmax, array } from '../host.ts';
import type { ModelDefinition, PortSpec } from '../model.ts';
import { sameShape, sizeOf } from '../train/tensor.ts';
import type { HostTensor } from '../train/tensor.ts';

/** A class by its name, by its number where the data has numbers, or a number. */
export type Word = string | number;

/** What is said of one target in all rows. */
export interface Said {
  readonly target: string;
  /** The prediction that says it. */
  readonly output: string;
  /** Whether the class is that of the greatest score, a class's own number, or whether numbers are what they are. */
  readonly by: 'scores' | 'class' | 'numbers';
  /** The words of one row, one for each position of the target. */
  of(row: number): readonly Word[];
}

/** What the classes of a target are called; `undefined` where it has none. */
export function classNames(
  { targets }: Pick<ModelDefinition, 'targets'>,
  prep: readonly FittedPrep[],
  target: string,
): readonly Word[] | undefined {
  for (const step of prep) {
    if (step.port !== target) continue;
    if (step.kind === 'classes') return step.labels;
    const [categories, ...more] = step.kind === 'onehot' ? step.categories : [];
    if (categories !== undefined && more.length === 0) return categories;
  }
  const count = targets[target]?.classes;
  return count === undefined ? undefined : Array.from({ length: count }, (_, k) => k);
}

/**
 * The targets of which a prediction speaks: the only prediction of a model with one target, or the one with the
 * target's name. Where neither is there, integers in the shape of the only target are its classes.
 */
export function answersOf(
  model: ModelDefinition,
  prep: readonly FittedPrep[],
  outputs: Readonly<Record<string, HostTensor>>,
): Said[] {
  const targets = Object.entries(model.targets);
  const all = Object.entries(outputs);
  return targets.flatMap(([target, port]) => {
    const names = classNames(model, prep, target);
    const alone = targets.length === 1;
    const named = all.find(([name]) => name === target) ?? (alone && all.length === 1 ? all[0] : undefined);
    const whole = alone
      ? all.find(([, { data, shape }]) => data instanceof Int32Array && fits(shape, port.shape))
      : undefined;
    const [output, tensor] = named ?? (names === undefined ? undefined : whole) ?? [];
    if (output === undefined || tensor === undefined) return [];
    const said = names === undefined ? numbers(port, tensor) : classes(port, names, tensor);
    return said === undefined ? [] : [{ target, output, ...said }];
  });
}

const fits = (shape: readonly number[], example: readonly number[]): boolean => sameShape(shape.slice(1), example);

type Reading = Pick<Said, 'by' | 'of'>;

function numbers({ shape }: PortSpec, tensor: HostTensor): Reading | undefined {
  if (!fits(tensor.shape, shape)) return undefined;
  const width = sizeOf(shape);
  return { by: 'numbers', of: (row) => Array.from(tensor.data.subarray(row * width, (row + 1) * width)) };
}

/** Of `class[K]` each position has one class; of a target made by `onehot` the whole example is one. */
function classes(port: PortSpec, names: readonly Word[], tensor: HostTensor): Reading | undefined {
  const positions = port.classes === undefined ? [] : port.shape;
  const width = sizeOf(positions);
  const count = port.classes ?? sizeOf(port.shape);
  const word = (k: number): Word => names[k] ?? k;
  if (fits(tensor.shape, [...positions, count])) {
    const best = argmax(array([sizeOf(tensor.shape) / count, count], tensor.data), -1).data;
    return { by: 'scores', of: (row) => Array.from(best.subarray(row * width, (row + 1) * width), word) };
  }
  if (tensor.data instanceof Int32Array && fits(tensor.shape, positions)) {
    return { by: 'class', of: (row) => Array.from(tensor.data.subarray(row * width, (row + 1) * width), word) };
  }
  return undefined;
}
