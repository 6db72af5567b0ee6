/** Statements that set things: train, clip, accumulate, data, prep. Their words are the language's, not a def's. */
import type { Argument, Command, Expression, Span } from '../../../grammar/ast.ts';
import { asNumber, asNumbers, describe } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import type { TrainSettings } from '../../ir/model.ts';
import type { Frame } from '../frame/context.ts';
import { originOf } from '../frame/context.ts';
import { sourceText } from '../values/misfit.ts';
import { lookup } from '../evaluate/names.ts';
import { first } from '../frame/spec.ts';
import type { Spec } from '../frame/spec.ts';

/** Named arguments of a statement, each of which it must know; positional ones beyond `positional` are too many. */
export function namedArguments(
  command: Command,
  names: readonly string[],
  positional: number,
  frame: Frame,
  /** What to do about an argument that there is not. */
  advice?: (name: string) => string | undefined,
): ReadonlyMap<string, Expression> {
  const found = new Map<string, Expression>();
  const fail = (code: 'NN2003' | 'NN2006', span: Span, message: string, help?: string) => {
    frame.world.reporter.report({ code, site: frame.site, span, message, help });
  };
  const { keyword } = command;
  let count = 0;
  for (const arg of command.args) {
    if (arg.name === undefined) {
      count += 1;
      if (count === positional + 1)
        fail(
          'NN2006',
          arg.span,
          `\`${keyword}\` takes ${positional === 0 ? 'named arguments alone' : `${positional} before its named ones`}`,
          names.length === 0 ? undefined : `${keyword} ${names.map((name) => `${name}=…`).join(' ')}`,
        );
    } else if (!names.includes(arg.name.text)) {
      fail(
        'NN2003',
        arg.name.span,
        `\`${keyword}\` has no argument \`${arg.name.text}\``,
        didYouMean(arg.name.text, names) ??
          advice?.(arg.name.text) ??
          `it takes ${names.map((name) => `\`${name}\``).join(', ')}`,
      );
    } else if (found.has(arg.name.text)) fail('NN2006', arg.span, `\`${arg.name.text}\` is given twice`);
    else found.set(arg.name.text, arg.value);
  }
  return found;
}

/** A number that a setting wants; undefined after a mistake. */
export function settingNumber(expression: Expression, what: string, wanted: Wanted, frame: Frame): number | undefined {
  const datum = frame.world.meaning.evaluate(expression, frame);
  const value = asNumber(datum);
  if (datum.type === 'error') return undefined;
  const fail = (code: 'NN2007' | 'NN2021' | 'NN2025', message: string): undefined => {
    frame.world.reporter.report({ code, site: frame.site, span: expression.span, message });
    return undefined;
  };
  if (datum.type === 'tensor') return fail('NN2025', `${what} must be known when the spec is compiled`);
  if (value === undefined) return fail('NN2007', `${what} is a number, not ${describe(datum)}`);
  const { whole = false, least, above } = wanted;
  const most = wanted.most ?? (whole ? Number.MAX_SAFE_INTEGER : undefined);
  if (whole && !Number.isInteger(value)) return fail('NN2021', `${what} is a whole number, not ${value}`);
  if (least !== undefined && value < least) return fail('NN2007', `${what} is at least ${least}, not ${value}`);
  if (most !== undefined && value > most) return fail('NN2007', `${what} is at most ${most}, not ${value}`);
  if (above !== undefined && value <= above) return fail('NN2007', `${what} is more than ${above}, not ${value}`);
  return value;
}

interface Wanted {
  readonly whole?: boolean;
  readonly least?: number;
  /** Unless given, a whole number is one that a double can hold. */
  readonly most?: number;
  readonly above?: number;
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
    monitorSpan: monitor?.span,
    frame,
  };
}

/** A word that is written as a name or as a string. */
export function wordOf(expression: Expression, frame: Frame): string {
  if (expression.type === 'string') return expression.value;
  return frame.site.source.text.slice(expression.span.start, expression.span.end);
}

/** `monitor=val_loss` names a figure that is reported. */
/** The settings of the run, with where the monitored figure is best: known once all metrics are. */
export function trainSettings({ train, metrics }: Spec): TrainSettings {
  if (train === undefined) return defaultTraining;
  const figure = train.settings.monitor.replace(/^val_/, '');
  const metric = metrics.find(({ name }) => name === figure);
  return { ...train.settings, best: metric?.best ?? train.settings.best };
}

export function checkMonitor(spec: Spec): void {
  const { train } = spec;
  if (train?.monitorSpan === undefined) return;
  const figures = ['loss', ...spec.metrics.map((metric) => metric.name)];
  const known = [...figures.map((figure) => `val_${figure}`), ...figures];
  if (known.includes(train.settings.monitor)) return;
  train.frame.world.reporter.report({
    code: 'NN2001',
    site: train.frame.site,
    span: train.monitorSpan,
    message: `nothing that is reported is called \`${train.settings.monitor}\``,
    help: didYouMean(train.settings.monitor, known) ?? `one of ${known.map((name) => `\`${name}\``).join(', ')}`,
  });
}

export function clipStatement(command: Command, spec: Spec, frame: Frame): void {
  const [kind, limit] = command.args;
  const by = kind?.value.type === 'path' ? kind.value.parts[0]?.text : undefined;
  namedArguments(command, [], 2, frame);
  if (by !== 'norm' && by !== 'value') {
    frame.world.reporter.report({
      code: kind === undefined ? 'NN2005' : 'NN2002',
      site: frame.site,
      span: kind?.span ?? command.span,
      message:
        kind === undefined ? '`clip` needs a kind and a limit' : `clip ${sourceText(frame, kind.span)} is unknown`,
      help: 'clip norm 1.0 scales all gradients together, clip value 0.5 cuts each number',
    });
    return;
  }
  if (limit === undefined) {
    frame.world.reporter.report({
      code: 'NN2005',
      site: frame.site,
      span: command.span,
      message: `clip ${by} needs a limit`,
      help: `clip ${by} 1.0`,
    });
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
    frame.world.reporter.report({
      code: 'NN2005',
      site: frame.site,
      span: command.span,
      message: '`accumulate` needs the number of batches',
      help: 'accumulate 4',
    });
    return;
  }
  spec.accumulate = settingNumber(count.value, 'the number of batches', { whole: true, least: 1 }, frame) ?? 1;
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
  const fail = (message: string): undefined => {
    frame.world.reporter.report({
      code: 'NN2007',
      site: frame.site,
      span: expression.span,
      message,
      help: 'split=0.8/0.1/0.1: the shares for training, validation and test',
    });
    return undefined;
  };
  if (parts === undefined || parts.some(Number.isNaN)) return fail('a split is two or three shares');
  if (parts.length < 2 || parts.length > 3) return fail(`a split has two or three parts, not ${parts.length}`);
  const sum = parts.reduce((total, part) => total + part, 0);
  const [training = 0] = parts;
  if (parts.some((part) => part < 0) || training <= 0) return fail('the shares of a split are above 0');
  return Math.abs(sum - 1) < 1e-9
    ? parts
    : fail(`the shares of a split add up to 1, not to ${Number(sum.toPrecision(6))}`);
}

/** The word that an argument is, where it names no value: `csv`, `standardize`. */
export function plainWord(arg: Argument | undefined, frame: Frame): string | undefined {
  const written = arg?.value;
  if (written?.type !== 'path' || written.parts.length !== 1 || arg?.name !== undefined) return undefined;
  const word = written.parts[0]?.text ?? '';
  return lookup(frame, word)?.datum.type === 'string' ? undefined : word;
}
