/** Figures and progress as a person reads them. */
import type { Baseline } from '../metrics/baseline.ts';
import type { EpochReport, StepReport } from '../train/fit.ts';
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

const barWidth = 20;

/** The live line of an epoch under way; `seconds` is the time that is left. */
export function liveLine(report: StepReport, last: Figures, seconds: number | undefined): string {
  const { epoch, epochs, batch, batches, loss, examplesPerSecond } = report;
  const filled = batches === undefined ? 0 : Math.floor((barWidth * batch) / batches);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  const rest = Object.fromEntries(Object.entries(last).filter(([name]) => name !== 'loss'));
  const shown = Number.isFinite(loss) ? { loss, ...rest } : last;
  const left = seconds === undefined ? '' : `  ${durationText(seconds)} left`;
  return `${epochText(epoch, epochs)} ${bar}  ${figuresText(shown)}  ${countText(examplesPerSecond)} examples/s${left}`;
}

export function baselineLine(baseline: Baseline, part: string): string {
  const rows = `${countText(baseline.rows)} ${part} rows`;
  if (baseline.guess.kind === 'class') {
    const share = (100 * baseline.score).toFixed(1);
    return `a constant guess, \`${baseline.guess.label}\`, is right for ${share} % of the ${rows}`;
  }
  return (
    `a constant guess, the mean ${figureText(baseline.guess.mean)}, has a mean square error of ` +
    `${figureText(baseline.score)} on the ${rows}`
  );
}
