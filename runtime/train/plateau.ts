/** `schedule plateau`: a factor of the learning rate that is made smaller each time a figure has stood still. */
import type { PlateauSpec } from '../model.ts';
import { directionOf, figureIn } from './early-stopping.ts';
import type { Figures } from './trainer.ts';

/** What is remembered of the figure in a phase; it is saved with a checkpoint. */
export interface PlateauState {
  readonly factor: number;
  /** The figure that the next ones are to gain on. */
  readonly best?: number;
  /** Epochs since then, or since the factor was last made smaller. */
  readonly stale: number;
}

export const level: PlateauState = { factor: 1, stale: 0 };

/** The state after an epoch with these figures. What is no finite number is never a gain. */
export function afterEpoch(spec: PlateauSpec, state: PlateauState, figures: Figures): PlateauState {
  const value = figureIn(figures, spec.monitor);
  const { factor, best } = state;
  const stale = state.stale + 1;
  if (Number.isFinite(value) && (best === undefined || gainOn(spec, best, value) > spec.gain * Math.abs(best)))
    return { factor, best: value, stale: 0 };
  return stale < spec.patience ? { ...state, stale } : { ...state, factor: factor * spec.factor, stale: 0 };
}

const gainOn = (spec: PlateauSpec, best: number, value: number): number =>
  directionOf(spec) === 'lowest' ? best - value : value - best;
