/** Decides when a run under way is saved: some seconds apart, and so that saving takes a small part of the time. */
import type { ModelDefinition } from '../model.ts';
import type { FitOptions, FitState } from './fit.ts';
import type { Snapshot, Trainer } from './trainer.ts';

export interface Keeper {
  /** Whether anything is saved at all. */
  readonly wanted: boolean;
  /** Whether it is time to save. */
  due(): boolean;
  /** The snapshot is taken now unless it is given. */
  save(state: FitState, snapshot?: Snapshot): Promise<void>;
}

/** Milliseconds between two saves, unless said. */
const usually = 5000;

/** Between two saves there is at least so many times what the last one took. */
const share = 4;

export function keeper<M extends ModelDefinition>(
  trainer: Trainer<M>,
  { onSave, saveEvery = usually }: Pick<FitOptions<M>, 'onSave' | 'saveEvery'>,
): Keeper {
  let saved = performance.now();
  let took = 0;
  return {
    wanted: onSave !== undefined,
    due: () =>
      onSave !== undefined && performance.now() - saved >= (saveEvery > 0 ? Math.max(saveEvery, share * took) : 0),
    async save(state, snapshot) {
      const begun = performance.now();
      await onSave?.(state, snapshot ?? (await trainer.snapshot()));
      saved = performance.now();
      took = saved - begun;
    },
  };
}
