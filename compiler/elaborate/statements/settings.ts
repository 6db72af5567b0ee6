/** Statements that set things: train, clip, accumulate, ema. Their words are the language's, not a definition's. */
import type { Argument, Command, Expression } from '../../../grammar/ast.ts';
import { asNumber, asNumbers, describe } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { TrainSettings } from '../../ir/model.ts';
import type { Frame } from '../frame/context.ts';
import { originOf } from '../frame/context.ts';
import { sourceText } from '../values/misfit.ts';
import { lookup } from '../evaluate/names.ts';
import { first } from '../frame/spec.ts';
import type { Monitor, Spec } from '../frame/spec.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { report } from '../frame/report.ts';

/** Named arguments of a statement, each of which it must know; positional ones beyond `positional` are too many. */
export function namedArguments(
  command: { readonly keyword: string; readonly args: readonly Argument[] },
  names: readonly string[],
  positional: number,
  frame: Frame,
  /** What to do about an argument that there is not. */
  advice?: (name: string) => string | undefined,
): ReadonlyMap<string, Expression> {
  const found = new Map<string, Expression>();
  const { keyword } = command;
  let count = 0;
  for (const arg of command.args) {
    if (arg.name === undefined) {
      count += 1;
      if (count === positional + 1) report(say.NN2006.settings({ keyword, most: positional, names }), arg.span, frame);
    } else if (!names.includes(arg.name.text)) {
      const { text, span } = arg.name;
      const near = nearest(text, names);
      const mended = near.length === 0 ? advice?.(text) : undefined;
      const told =
        mended === undefined
          ? say.NN2003.setting({ keyword, name: text, near, names })
          : say.NN2003.columns({ keyword, name: text, mended });
      report(told, span, frame);
    } else if (found.has(arg.name.text)) report(say.NN2006.twice({ name: arg.name.text }), arg.span, frame);
    else found.set(arg.name.text, arg.value);
  }
  return found;
}

/** A number that a setting wants; undefined after a mistake. */
export function settingNumber(expression: Expression, what: string, wanted: Wanted, frame: Frame): number | undefined {
  const datum = frame.world.meaning.evaluate(expression, frame);
  const value = asNumber(datum);
  if (datum.type === 'error') return undefined;
  const fail = (told: Told): undefined => {
    report(told, expression.span, frame);
    return undefined;
  };
  if (datum.type === 'tensor') return fail(say.NN2025.setting({ what }));
  if (value === undefined) return fail(say.NN2007.number({ what, given: describe(datum) }));
  const { whole = false, least, above, below } = wanted;
  const most = wanted.most ?? (whole ? Number.MAX_SAFE_INTEGER : undefined);
  if (whole && !Number.isInteger(value)) return fail(say.NN2021.setting({ what, value }));
  if (least !== undefined && value < least) return fail(say.NN2007.least({ what, least, value }));
  if (most !== undefined && value > most) return fail(say.NN2007.most({ what, most, value }));
  if (above !== undefined && value <= above) return fail(say.NN2007.above({ what, above, value }));
  if (below !== undefined && value >= below) return fail(say.NN2007.below({ what, below, value }));
  return value;
}

interface Wanted {
  readonly whole?: boolean;
  readonly least?: number;
  /** Unless given, a whole number is one that a double can hold. */
  readonly most?: number;
  readonly above?: number;
  readonly below?: number;
}

/** Seeds are numbers of 32 bits. */
export const largestSeed = 2 ** 32 - 1;

const defaultTraining: TrainSettings = {
  epochs: 10,
  batch: 32,
  seed: 1,
  patience: undefined,
  monitor: 'val_loss',
  best: 'lowest',
};

export function trainStatement(command: Command, spec: Spec, frame: Frame): void {
  if (!first(spec, 'train', command.span, frame)) return;
  const named = namedArguments(command, ['epochs', 'batch', 'seed', 'patience', 'monitor'], 0, frame);
  const whole = (name: string, least: number, most?: number): number | undefined => {
    const written = named.get(name);
    return written === undefined
      ? undefined
      : settingNumber(written, `\`${name}\``, { whole: true, least, ...(most === undefined ? {} : { most }) }, frame);
  };
  const monitor = named.get('monitor');
  spec.train = {
    settings: {
      epochs: whole('epochs', 1) ?? defaultTraining.epochs,
      batch: whole('batch', 1) ?? defaultTraining.batch,
      seed: whole('seed', 0, largestSeed) ?? defaultTraining.seed,
      patience: whole('patience', 1),
      monitor: monitor === undefined ? defaultTraining.monitor : wordOf(monitor, frame),
      best: defaultTraining.best,
    },
    monitor: monitor && { name: wordOf(monitor, frame), span: monitor.span },
    epochsSpan: named.get('epochs')?.span,
  };
}

/** A word that is written as a name or as a string. */
export function wordOf(expression: Expression, frame: Frame): string {
  if (expression.type === 'string') return expression.value;
  return frame.site.source.text.slice(expression.span.start, expression.span.end);
}

/** The settings of the run, with the figure that a phase of these metrics watches, and where that is best. */
export function trainSettings({ train }: Spec, metrics: Spec['metrics'], own?: Monitor): TrainSettings {
  const settings = train?.settings ?? defaultTraining;
  const monitor = own?.name ?? settings.monitor;
  return { ...settings, monitor, best: bestOf(monitor, metrics) };
}

/** Where a figure is best: losses at their lowest. */
export function bestOf(monitor: string, metrics: Spec['metrics']): TrainSettings['best'] {
  const figure = monitor.replace(/^val_/, '');
  return metrics.find(({ name }) => name === figure)?.best ?? defaultTraining.best;
}

/** What a phase watches, and what it reports; without a name it is the run. */
export interface Watched {
  readonly name: string | undefined;
  readonly monitor: Monitor | undefined;
  readonly patience: number | undefined;
  readonly metrics: Spec['metrics'];
}

/** `monitor=val_loss` names a figure that is reported: somewhere, and by every phase whose patience watches it. */
export function checkMonitors({ train }: Spec, phases: readonly Watched[], frame: Frame): void {
  const written = train?.monitor;
  const all = figuresOf(phases.flatMap(({ metrics }) => metrics));
  if (written !== undefined && !all.includes(written.name)) {
    const { name, span } = written;
    report(say.NN2001.figure({ name, near: nearest(name, all), figures: all }), span, frame);
    return;
  }
  for (const { name: phase, monitor, patience, metrics } of phases) {
    const watched = monitor ?? written;
    const figures = figuresOf(metrics);
    const isWatched = monitor !== undefined || (patience ?? train?.settings.patience) !== undefined;
    if (phase === undefined || watched === undefined || !isWatched || figures.includes(watched.name)) continue;
    const { name, span } = watched;
    report(say.NN2001.phaseFigure({ name, phase, near: nearest(name, figures), figures }), span, frame);
  }
}

/** What a run reports whose phase has these metrics. */
export function figuresOf(metrics: Spec['metrics']): readonly string[] {
  const figures = [...new Set(['loss', ...metrics.map(({ name }) => name)])];
  return [...figures.map((figure) => `val_${figure}`), ...figures];
}

export function clipStatement(command: Command, spec: Spec, frame: Frame): void {
  const [kind, limit] = command.args;
  const by = kind?.value.type === 'path' ? kind.value.parts[0]?.text : undefined;
  namedArguments(command, [], 2, frame);
  if (by !== 'norm' && by !== 'value') {
    const told = kind === undefined ? say.NN2005.clip() : say.NN2002.clip({ name: sourceText(frame, kind.span) });
    report(told, kind?.span ?? command.span, frame);
    return;
  }
  if (limit === undefined) {
    report(say.NN2005.limit({ by }), command.span, frame);
    return;
  }
  const value = settingNumber(limit.value, 'the limit', { above: 0 }, frame);
  if (value !== undefined) spec.clips.push({ by, limit: value, origin: originOf(frame, command.span) });
}

export function accumulateStatement(command: Command, spec: Spec, frame: Frame): void {
  if (!first(spec, 'accumulate', command.span, frame)) return;
  namedArguments(command, [], 1, frame);
  const [count] = command.args;
  if (count === undefined) {
    report(say.NN2005.batches(), command.span, frame);
    return;
  }
  spec.accumulate = settingNumber(count.value, 'the number of batches', { whole: true, least: 1 }, frame) ?? 1;
}

/** `ema 0.999`; `ema 0` is no average, where a phase or a step wants none. */
export function emaStatement(command: Command, spec: Spec, frame: Frame): void {
  if (!first(spec, 'ema', command.span, frame)) return;
  namedArguments(command, [], 1, frame);
  const [written] = command.args;
  if (written === undefined) {
    report(say.NN2005.decay(), command.span, frame);
    return;
  }
  const decay = settingNumber(written.value, 'the decay of `ema`', { least: 0, below: 1 }, frame) ?? 0;
  spec.ema = { decay, origin: originOf(frame, command.span) };
}

/** The parts of `0.8/0.1/0.1`, or of a list. */
export function splitParts(expression: Expression, frame: Frame): readonly number[] | undefined {
  const { evaluate } = frame.world.meaning;
  const data: readonly Datum[] =
    expression.type === 'ratio' ? expression.parts.map((part) => evaluate(part, frame)) : [evaluate(expression, frame)];
  if (data.some((datum) => datum.type === 'error')) return undefined;
  const [only] = data;
  const parts =
    data.length === 1 && only?.type === 'list' ? asNumbers(only) : data.map((datum) => asNumber(datum) ?? Number.NaN);
  const fail = (told: Told): undefined => {
    report(told, expression.span, frame);
    return undefined;
  };
  if (parts === undefined || parts.some(Number.isNaN)) return fail(say.NN2007.split());
  if (parts.length < 2 || parts.length > 3) return fail(say.NN2007.splitParts({ parts: parts.length }));
  const sum = parts.reduce((total, part) => total + part, 0);
  const [training = 0] = parts;
  if (parts.some((part) => part < 0) || training <= 0) return fail(say.NN2007.splitShare());
  return Math.abs(sum - 1) < 1e-9 ? parts : fail(say.NN2007.splitSum({ sum: Number(sum.toPrecision(6)) }));
}

/** The word that an argument is, where it names no value: `csv`, `standardize`. */
export function plainWord(arg: Argument | undefined, frame: Frame): string | undefined {
  const written = arg?.value;
  if (written?.type !== 'path' || written.parts.length !== 1 || arg?.name !== undefined) return undefined;
  const word = written.parts[0]?.text ?? '';
  return lookup(frame, word)?.datum.type === 'string' ? undefined : word;
}
