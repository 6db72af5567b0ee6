/** The same training by tfjs: by tf.layers, or by the tape. */
import type { Batch, Work } from '../work.ts';

export interface Rival {
  step(batch: number): Promise<void>;
  dispose(): void;
}

export type MakeRival = (work: Work) => Rival;

export const pick = <T>(list: readonly T[], index: number): T => {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('an empty list');
  return item;
};

/** A port's numbers. */
export function port<T extends Float32Array | Int32Array>(
  batch: Batch,
  name: string,
  kind: abstract new (...args: never[]) => T,
): T {
  const numbers = batch[name];
  if (!(numbers instanceof kind)) throw new Error(`${name} is no ${kind.name}`);
  return numbers;
}
