/** Progress of a run: one live line on a terminal, plain lines elsewhere. */
import type { EpochReport, StepReport } from '../train/fit.ts';
import type { Figures } from '../train/trainer.ts';
import { epochLine, liveLine } from './format.ts';

/** Where progress goes. */
export interface Output {
  /** A line that stays. */
  line(text: string): void;
  /** The live line's new text; absent where lines cannot be rewritten. */
  readonly live?: ((text: string) => void) | undefined;
}

export interface Progress {
  step(report: StepReport): void;
  epoch(report: EpochReport): void;
}

/** Without a terminal about this many epochs of a run get a line. */
const plainLines = 30;

export function progress(output: Output, now: () => number): Progress {
  const begun = now();
  let firstEpoch: number | undefined;
  let figures: Figures = {};
  const show = (report: StepReport | EpochReport, share: number): void => {
    firstEpoch ??= report.epoch;
    const done = report.epoch - firstEpoch + share;
    const whole = report.epochs - firstEpoch + 1;
    const left = done > 0 ? ((now() - begun) / 1000 / done) * (whole - done) : undefined;
    output.live?.(liveLine({ ...report, share, figures, left }));
  };
  return {
    step(report) {
      if (Number.isFinite(report.loss)) figures = { ...figures, loss: report.loss };
      show(report, report.batches === undefined ? 0 : report.batch / report.batches);
    },
    epoch(report) {
      ({ figures } = report);
      const every = Math.max(1, Math.floor(report.epochs / plainLines));
      const shown = report.epoch === 1 || report.epoch === report.epochs || report.epoch % every === 0;
      if (output.live !== undefined) show(report, 1);
      else if (shown) output.line(epochLine(report));
    },
  };
}
