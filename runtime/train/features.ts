/** Features: what a frozen part makes of each row, which a run computes once (`cache features`). */
import type { K } from '../kernels/k.ts';
import type { ModelDefinition, Values, Weights } from '../model.ts';
import type { Elements } from '../data/batches.ts';
import type { Ports } from './batch.ts';
import type { Trainer } from './trainer.ts';

/** What a batch consists of that has its features already; undefined for a model without. */
export function portsWithFeatures({ cached, inputs, targets }: ModelDefinition): Ports | undefined {
  if (cached === undefined) return undefined;
  const besides = Object.entries(inputs).filter(([name]) => cached.inputs.includes(name));
  return { ...cached.ports, ...Object.fromEntries(besides), ...targets };
}

/** Whether these are rows that have their features already. */
export const hasFeatures = ({ cached }: ModelDefinition, values: object): boolean =>
  cached !== undefined && Object.keys(cached.ports).every((name) => Object.hasOwn(values, name));

/** The batch with its features: they are computed here unless it has them. Noise stays what is drawn when it is asked for. */
export function withFeatures(model: ModelDefinition, k: K, p: Weights, batch: Values): Values {
  if (model.features === undefined || hasFeatures(model, batch)) return batch;
  return extended(batch, model.features(k, p, batch));
}

/** The batch with other values beside its own, or in their place. */
export const extended = (batch: Values, by: Values): Values =>
  Object.create(null, { ...Object.getOwnPropertyDescriptors(batch), ...Object.getOwnPropertyDescriptors(by) });

/** Rows of a data set as a run reads them, and what they consist of. */
export interface Rows {
  readonly elements: Elements;
  readonly ports: Ports;
}

/** The rows with their features, where the model keeps those: they are computed here, once for each row. */
export async function rowsFor(trainer: Trainer, elements: Elements): Promise<Rows> {
  const { model } = trainer;
  const ports = portsWithFeatures(model);
  if (ports === undefined) return { elements, ports: { ...model.inputs, ...model.targets } };
  const inputs = Object.entries(elements).filter(([name]) => Object.hasOwn(model.inputs, name));
  const made = await trainer.features(Object.fromEntries(inputs));
  const features = Object.entries(made).map(([name, { data }]) => [name, data] as const);
  const others = Object.entries(elements).filter(([name]) => Object.hasOwn(ports, name));
  return { elements: Object.fromEntries([...features, ...others]), ports };
}
