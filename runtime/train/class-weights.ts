/**
 * What each class of a target counts in a loss with `weights=balanced`: n/(K·n_k) over the training rows. A model keeps
 * it in a state at `<target>.weights`, so that it is saved with the weights and nobody counts again.
 */
import type { ModelDefinition, ParameterSpec } from '../model.ts';
import { own } from '../own.ts';
import { specsOf } from '../tables.ts';
import { UserError } from '../user-error.ts';
import { shapeText } from './tensor.ts';
import type { HostTensor } from './tensor.ts';

/** By target, a number for each class. */
export type ClassWeights = Readonly<Record<string, ArrayLike<number>>>;

/** n/(K·n_k) of each class k, and 0 of a class that is nowhere; −1 is no class. */
export function balancedWeights(labels: Iterable<number>, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  let all = 0;
  for (const label of labels) {
    if (label < 0 || label >= classes) continue;
    counts[label] = (counts[label] ?? 0) + 1;
    all += 1;
  }
  return counts.map((count) => (count === 0 ? 0 : all / (classes * count)));
}

/** Targets whose weights of classes a model keeps. */
export const balancedTargets = ({ parameters }: Pick<ModelDefinition, 'parameters'>): readonly string[] =>
  [...specsOf(parameters).values()].flatMap(({ balances }) => balances ?? []);

/** The state that these weights fill. Throws NN5001 where their number is another. */
export function weightsOfClasses({ shape, balances }: ParameterSpec, given: ClassWeights): HostTensor | undefined {
  const weights = balances === undefined ? undefined : own(given, balances);
  if (weights === undefined) return undefined;
  if (weights.length === shape[0]) return { shape, data: Float32Array.from(weights) };
  throw new UserError(
    'NN5001',
    `\`${balances}\` has weights of ${weights.length} classes, but ${shapeText(shape)} are its classes`,
  );
}

/** Throws NN5019 where a model keeps weights of classes, and nobody has counted them. */
export function demandClassWeights(model: ModelDefinition, given: ClassWeights, help: string): void {
  const lacking = balancedTargets(model).filter((target) => own(given, target) === undefined);
  if (lacking.length === 0) return;
  throw new UserError(
    'NN5019',
    `the loss weights the classes of ${lacking.map((name) => `\`${name}\``).join(' and ')} by their rows, which nobody has counted`,
    help,
  );
}
