/** Watches one figure: which epoch is the best so far, and whether the run should end. */
import type { Figures } from './trainer.ts';
import { UserError } from '../user-error.ts';

export type Best = 'lowest' | 'highest';

export interface Watch {
  readonly monitor: string;
  /** Losses are best at their lowest, metrics at their highest, unless said. */
  readonly best?: Best | undefined;
  /** Epochs without a gain after which the run ends; absent: it goes on to the last. */
  readonly patience?: number | undefined;
}

/** What early stopping remembers; it is saved with a checkpoint. */
export interface WatchState {
  /** The best figure and its epoch, from 1. */
  readonly best?: { readonly epoch: number; readonly value: number } | undefined;
  /** Epochs since then. */
  readonly stale: number;
}

export const directionOf = (watch: Pick<Watch, 'monitor' | 'best'>): Best =>
  watch.best ?? (watch.monitor === 'loss' || watch.monitor === 'val_loss' ? 'lowest' : 'highest');

/** The figure that is watched. Throws NN5010 where there is none of that name. */
export function figureIn(figures: Figures, monitor: string): number {
  const value = figures[monitor];
  if (value !== undefined) return value;
  throw new UserError(
    'NN5010',
    `there is no figure \`${monitor}\` to monitor`,
    `there are ${Object.keys(figures).join(', ')}`,
  );
}

/** The state after an epoch with these figures. What is no finite number is never a gain. */
export function observe(watch: Watch, state: WatchState, epoch: number, figures: Figures): WatchState {
  const value = figureIn(figures, watch.monitor);
  const before = state.best?.value;
  const better = before === undefined || (directionOf(watch) === 'lowest' ? value < before : value > before);
  const gained = better && Number.isFinite(value);
  return gained ? { best: { epoch, value }, stale: 0 } : { best: state.best, stale: state.stale + 1 };
}

export const shouldStop = (watch: Watch, state: WatchState): boolean =>
  watch.patience !== undefined && state.stale >= watch.patience;
