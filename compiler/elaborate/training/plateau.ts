/** `schedule plateau`: a factor that a figure decides, epoch by epoch. It belongs to the training loop, and not to t. */
import type { Plateau } from '../../ir/model.ts';
import { definitions } from '../frame/context.ts';
import { report } from '../frame/report.ts';
import type { Later } from '../frame/spec.ts';
import { kindName } from '../evaluate/use.ts';
import { bestOf, figuresOf, namedArguments, settingNumber, wordOf } from '../statements/settings.ts';
import type { Watched } from '../statements/settings.ts';
import { say } from '../../diagnostics/say.ts';
import { nearest } from '../../diagnostics/suggest.ts';

/** What the statement and the number of the host are called. */
export const PLATEAU = 'plateau';

/** Whether the statement means this one: a definition of that name goes before it. */
export function isPlateau({ command, frame }: Later): boolean {
  const [kind] = command.args;
  const isCalled = kind?.name === undefined && kindName(kind?.value) === PLATEAU;
  return isCalled && definitions(frame).find('schedule', PLATEAU) === undefined;
}

/**
 * What it watches among the figures of its phase, and what it does then; undefined for other schedules. `warmup` and `min`
 * are those of any schedule.
 */
export function plateauOf(
  schedule: Later | undefined,
  { name: phase, metrics }: Pick<Watched, 'name' | 'metrics'>,
): Plateau | undefined {
  if (schedule === undefined || !isPlateau(schedule)) return undefined;
  const { command, frame } = schedule;
  const own = { keyword: `schedule ${PLATEAU}`, args: command.args.slice(1) };
  const named = namedArguments(own, 'factor patience monitor gain warmup min'.split(' '), 0, frame);
  const number = (name: string, wanted: Parameters<typeof settingNumber>[2]): number | undefined => {
    const written = named.get(name);
    return written && settingNumber(written, `\`${name}\``, wanted, frame);
  };
  const written = named.get('monitor');
  const monitor = written === undefined ? 'val_loss' : wordOf(written, frame);
  const figures = figuresOf(metrics);
  if (written !== undefined && !figures.includes(monitor)) {
    const told = { name: monitor, near: nearest(monitor, figures), figures };
    report(
      phase === undefined ? say.NN2001.figure(told) : say.NN2001.scheduleFigure({ ...told, phase }),
      written.span,
      frame,
    );
  }
  return {
    factor: number('factor', { above: 0, below: 1 }) ?? 0.5,
    patience: number('patience', { whole: true, least: 1 }) ?? 3,
    monitor,
    best: bestOf(monitor, metrics),
    gain: number('gain', { least: 0 }) ?? 1e-4,
  };
}
