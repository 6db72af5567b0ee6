/** `data` and `prep`: where the examples come from, and what is done to them before they enter the graph. */
import type { Command, Expression } from '../../../grammar/ast.ts';
import { asNumber, describe } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import type { DataSettings, Port, PrepSettings } from '../../ir/model.ts';
import { originOf } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { sourceText } from '../values/misfit.ts';
import { reportLater } from '../evaluate/names.ts';
import { largestSeed, namedArguments, plainWord, settingNumber, splitParts, wordOf } from './settings.ts';
import { first } from '../frame/spec.ts';
import type { Later, Spec } from '../frame/spec.ts';

const laterFormats: readonly string[] = ['idx', 'npz', 'jsonl', 'images', 'text'];

/** Runs when all ports are known. */
export function dataStatement({ command, frame }: Later, spec: Spec): void {
  if (!first(spec, 'data', command.span, frame)) return;
  const [head, content] = command.args;
  const format = plainWord(head, frame);
  const { reporter } = frame.world;
  if (format !== undefined && laterFormats.includes(format)) {
    reportLater(frame, head?.span ?? command.span, `\`data ${format}\``);
    return;
  }
  if (format !== 'csv' && format !== 'inline') {
    reporter.report({
      code: head === undefined ? 'NN2005' : 'NN2002',
      site: frame.site,
      span: head?.span ?? command.span,
      message: head === undefined ? '`data` needs a format' : `there is no data format ${sourceText(frame, head.span)}`,
      help:
        format === undefined
          ? 'data csv "file.csv" target=label'
          : (didYouMean(format, ['csv', 'inline', ...laterFormats]) ??
            'data csv "file.csv", or data inline [[0, 1], [1, 0]]'),
    });
    return;
  }
  const ports = spec.ports.map((port) => port.name);
  const own = ports.includes('target') ? [] : ['target'];
  const known = ['split', 'seed', ...(format === 'csv' ? [...ports, ...own] : [])];
  const named = namedArguments(command, known, 2, frame, (name) => renamed(name, command, spec, frame));
  const split = named.get('split');
  const seed = named.get('seed');
  const common = {
    split: split === undefined ? undefined : splitParts(split, frame),
    seed:
      seed === undefined
        ? 1
        : (settingNumber(seed, '`seed`', { whole: true, least: 0, most: largestSeed }, frame) ?? 1),
    origin: originOf(frame, command.span),
  };
  if (content === undefined || content.name !== undefined) {
    reporter.report({
      code: 'NN2005',
      site: frame.site,
      span: command.span,
      message: format === 'csv' ? '`data csv` needs a file' : '`data inline` needs its rows',
      help: format === 'csv' ? 'data csv "file.csv" target=label' : 'data inline [[0, 1], [1, 0]]',
    });
    return;
  }
  spec.data =
    format === 'csv' ? csv(content.value, named, common, spec, frame) : inline(content.value, common, spec, frame);
}

/** Columns under another name than that of the only port without any. */
function renamed(name: string, command: Command, spec: Spec, frame: Frame): string | undefined {
  const given = command.args.find((arg) => arg.name?.text === name);
  const names = new Set(command.args.map((arg) => arg.name?.text));
  const [port, more] = spec.ports.filter(
    (each) => !names.has(each.name) && !(each.role === 'target' && names.has('target')),
  );
  if (given === undefined || port === undefined || more !== undefined) return undefined;
  return `the ${port.role} is called \`${port.name}\`: ${port.name}=${wordOf(given.value, frame)}`;
}

type Common = Pick<DataSettings, 'split' | 'seed' | 'origin'>;

function csv(
  file: Expression,
  named: ReadonlyMap<string, Expression>,
  common: Common,
  spec: Spec,
  frame: Frame,
): DataSettings | undefined {
  if (file.type !== 'string' || file.value === '') {
    frame.world.reporter.report({
      code: 'NN2007',
      site: frame.site,
      span: file.span,
      message: `the file is a string, not ${sourceText(frame, file.span)}`,
      help: `data csv "${frame.site.source.text.slice(file.span.start, file.span.end).replaceAll('"', '') || 'file.csv'}"`,
    });
    return undefined;
  }
  const columns = new Map<string, readonly string[]>();
  for (const [name, written] of named) {
    if (name === 'split' || name === 'seed') continue;
    const port =
      name === 'target' && !spec.ports.some((each) => each.name === 'target') ? onlyTarget(written, spec, frame) : name;
    if (port !== undefined) columns.set(port, columnNames(written, frame));
  }
  return { format: 'csv', file: file.value, rows: undefined, columns: Object.fromEntries(columns), ...common };
}

function onlyTarget(written: Expression, spec: Spec, frame: Frame): string | undefined {
  const targets = spec.ports.filter((port) => port.role === 'target');
  const [only] = targets;
  if (only !== undefined && targets.length === 1) return only.name;
  frame.world.reporter.report({
    code: 'NN2003',
    site: frame.site,
    span: written.span,
    message:
      targets.length === 0
        ? 'the spec has no target'
        : `\`target=\` means the only target, and the spec has ${targets.length}`,
    help:
      targets.length === 0
        ? 'target label: class[10]'
        : `name them: ${targets.map((port) => `${port.name}=…`).join(' ')}`,
  });
  return undefined;
}

/** `pixels=pixel_*`, `label="the label"`, `x=[a, b]`. */
function columnNames(written: Expression, frame: Frame): readonly string[] {
  if (written.type !== 'list') return [wordOf(written, frame)];
  return written.items.flatMap((item) => (item.type === 'splat' ? [] : [wordOf(item, frame)]));
}

function inline(written: Expression, common: Common, spec: Spec, frame: Frame): DataSettings | undefined {
  const { reporter } = frame.world;
  const datum = frame.world.meaning.evaluate(written, frame);
  if (datum.type === 'error') return undefined;
  if (datum.type !== 'list' || datum.items.length === 0 || datum.items.some((item) => item.type !== 'list')) {
    reporter.report({
      code: 'NN2007',
      site: frame.site,
      span: written.span,
      message: `\`data inline\` takes a list of rows, not ${datum.type === 'list' ? 'this list' : describe(datum)}`,
      help: 'data inline [[0, 1], [1, 0]]: each row is the inputs, then the targets',
    });
    return undefined;
  }
  const width = spec.ports.reduce((sum, port) => sum + elements(port), 0);
  const rows: (readonly number[])[] = [];
  for (const [at, item] of datum.items.entries()) {
    const numbers = flatten(item);
    const span = written.type === 'list' ? (written.items[at]?.span ?? written.span) : written.span;
    if (numbers === undefined) {
      reporter.report({
        code: 'NN2007',
        site: frame.site,
        span,
        message: 'a row of `data inline` holds numbers alone',
      });
      return undefined;
    }
    if (numbers.length !== width && spec.ports.length > 0) {
      reporter.report({
        code: 'NN4011',
        site: frame.site,
        span,
        message: `this row has ${numbers.length} numbers, and the inputs and targets together have ${width}`,
        also: spec.ports.map((port) => ({
          source: port.origin.source,
          span: port.origin.span,
          text: `${elements(port)} of them`,
        })),
      });
      return undefined;
    }
    rows.push(numbers);
  }
  return { format: 'inline', file: undefined, rows, columns: {}, ...common };
}

function elements(port: Port): number {
  return port.shape.reduce((product, size) => product * size, 1);
}

function flatten(datum: Datum): readonly number[] | undefined {
  const value = asNumber(datum);
  if (value !== undefined) return [value];
  if (datum.type !== 'list') return undefined;
  const parts = datum.items.map(flatten);
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? known.flat() : undefined;
}

const prepKinds = ['scale', 'standardize', 'minmax', 'onehot'] as const;
const laterPreps: readonly string[] = ['resize', 'gray', 'tokens', 'wordpiece', 'chars'];

/** Runs when all ports are known. */
export function prepStatement({ command, frame }: Later, spec: Spec): void {
  const [target, kind, factor] = command.args;
  const { reporter } = frame.world;
  const name = target?.value.type === 'path' ? target.value.parts.map((part) => part.text).join('.') : undefined;
  const word = plainWord(kind, frame);
  if (target === undefined || kind === undefined || name === undefined) {
    reporter.report({
      code: 'NN2005',
      site: frame.site,
      span: command.span,
      message: '`prep` needs an input or target, and what is done to it',
      help: 'prep pixels scale 1/255',
    });
    return;
  }
  if (word !== undefined && laterPreps.includes(word)) {
    reportLater(frame, kind.span, `\`prep … ${word}\``);
    return;
  }
  const known = prepKinds.find((each) => each === word);
  const port = spec.ports.find((each) => each.name === name);
  if (port === undefined) {
    reporter.report({
      code: 'NN2001',
      site: frame.site,
      span: target.span,
      message: `no input and no target is called \`${name}\``,
      help: didYouMean(
        name,
        spec.ports.map((each) => each.name),
      ),
    });
  }
  if (known === undefined) {
    reporter.report({
      code: 'NN2002',
      site: frame.site,
      span: kind.span,
      message: `there is no preparation ${sourceText(frame, kind.span)}`,
      help: didYouMean(word ?? '', [...prepKinds, ...laterPreps]) ?? `one of ${prepKinds.join(', ')}`,
    });
    return;
  }
  namedArguments(command, [], known === 'scale' ? 3 : 2, frame);
  const by = prepFactor(known, factor?.value, command, frame);
  if (port === undefined || by === 'wrong') return;
  if (port.dtype === 'i32') {
    reporter.report({
      code: 'NN2014',
      site: frame.site,
      span: target.span,
      message: `\`${name}\` holds integers, and ${known} is arithmetic with numbers`,
      also: [{ source: port.origin.source, span: port.origin.span, text: 'declared here' }],
    });
    return;
  }
  spec.prep.push({ port: port.name, kind: known, factor: by, origin: originOf(frame, command.span) });
}

function prepFactor(
  kind: PrepSettings['kind'],
  written: Expression | undefined,
  command: Command,
  frame: Frame,
): number | undefined | 'wrong' {
  if (kind !== 'scale') return undefined;
  if (written !== undefined) return settingNumber(written, 'the factor', {}, frame) ?? 'wrong';
  frame.world.reporter.report({
    code: 'NN2005',
    site: frame.site,
    span: command.span,
    message: '`scale` needs a factor',
    help: 'prep x scale 1/255',
  });
  return 'wrong';
}
