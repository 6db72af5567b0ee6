/** Figures and progress as a person reads them. */
import { visibleName } from './visible.ts';
import type { Baseline } from '../metrics/baseline.ts';
import type { EpochReport } from '../train/fit.ts';
import type { Figures } from '../train/trainer.ts';

/** Four digits that count, without an exponent where that is short. */
export function figureText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(3);
  if (size >= 1000) return value.toFixed(1);
  if (size >= 10) return value.toFixed(2);
  return value.toFixed(4);
}

export const figuresText = (figures: Figures): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${figureText(value)}`)
    .join('  ');

/** 12345 → `12,345`. */
export const countText = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');

/** Bytes in the unit that leaves at most three digits before the point: `320 KB`. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'] as const;
  const unit = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** unit).toPrecision(3))} ${units[unit] ?? ''}`;
}

export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const epochText = (epoch: number, epochs: number): string =>
  `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;

/** The line of a finished epoch. */
export function epochLine({ epoch, epochs, figures, examplesPerSecond, best }: EpochReport): string {
  const star = best ? '  best' : '';
  return `${epochText(epoch, epochs)}  ${figuresText(figures)}  ${countText(examplesPerSecond)} examples/s${star}`;
}

const barWidth = 12;

/** What the live line shows. */
export interface Live {
  readonly epoch: number;
  readonly epochs: number;
  /** Of the epoch, 0 to 1. */
  readonly share: number;
  readonly examplesPerSecond: number;
  readonly figures: Figures;
  /** Seconds to the run's end, once they can be told. */
  readonly left: number | undefined;
}

export function liveLine({ epoch, epochs, share, examplesPerSecond, figures, left }: Live): string {
  const filled = Math.min(barWidth, Math.floor(barWidth * share));
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  const time = left === undefined ? '' : `  ${durationText(left)} left`;
  return `${epochText(epoch, epochs)} ${bar}${time}  ${countText(examplesPerSecond)} examples/s  ${figuresText(figures)}`;
}

export function baselineLine(baseline: Baseline, part: string): string {
  const rows = `${countText(baseline.rows)} ${part} rows`;
  if (baseline.guess.kind === 'class') {
    const share = (100 * baseline.score).toFixed(1);
    return `a constant guess, \`${visibleName(baseline.guess.label)}\`, is right for ${share} % of the ${rows}`;
  }
  return (
    `a constant guess, the mean ${figureText(baseline.guess.mean)}, has a mean square error of ` +
    `${figureText(baseline.score)} on the ${rows}`
  );
}
