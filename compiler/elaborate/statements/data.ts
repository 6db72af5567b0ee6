/** `data`: where the examples come from. */
import type { Command, Expression, Argument } from '../../../grammar/ast.ts';
import { asNumber, describe } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { DataSettings, Port } from '../../ir/model.ts';
import { originOf } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { sourceText } from '../values/misfit.ts';
import { largestSeed, namedArguments, plainWord, settingNumber, splitParts, wordOf } from './settings.ts';
import { first } from '../frame/spec.ts';
import type { Later, Spec } from '../frame/spec.ts';
import { say } from '../../diagnostics/say.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { report } from '../frame/report.ts';
import type { Told } from '../../diagnostics/say.ts';

type FileFormat = Exclude<DataSettings['format'], 'inline'>;

/** Formats of files whose columns or fields have names, with what such a file may be called. */
const examples: Readonly<Record<FileFormat, string>> = {
  csv: 'file.csv',
  jsonl: 'rows.jsonl',
  npz: 'arrays.npz',
  idx: 'train',
  images: 'photos',
  text: 'book.txt',
};

const isFileFormat = (word: string | undefined): word is FileFormat =>
  word !== undefined && Object.hasOwn(examples, word);

/** Runs when all ports are known. */
export function dataStatement({ command, frame }: Later, spec: Spec): void {
  if (!first(spec, 'data', command.span, frame)) return;
  const [head, content] = command.args;
  const format = plainWord(head, frame);
  const fileFormat = isFileFormat(format) ? format : undefined;
  if (fileFormat === undefined && format !== 'inline') {
    report(noFormat(head, format, frame), head?.span ?? command.span, frame);
    return;
  }
  const ports = spec.ports.map((port) => port.name);
  const own = ports.includes('target') ? [] : ['target'];
  const ways = heedings.filter((way) => !ports.includes(way) && (way !== 'by' || fileFormat !== undefined));
  const rows = ['split', 'seed', ...ways];
  // Of a text nothing is permuted, and its fields have one use each.
  const known = fileFormat === 'text' ? ['split'] : fileFormat === undefined ? rows : [...rows, ...ports, ...own];
  const named = namedArguments(command, known, 2, frame, (name) => renamed(name, command, spec, frame));
  const split = named.get('split');
  const seed = named.get('seed');
  const common = {
    split: split === undefined ? undefined : splitParts(split, frame),
    seed:
      seed === undefined
        ? 1
        : (settingNumber(seed, '`seed`', { whole: true, least: 0, most: largestSeed }, frame) ?? 1),
    heeds: heeded(ways, named, spec, frame),
    origin: originOf(frame, command.span),
  };
  if (content === undefined || content.name !== undefined) {
    const told =
      fileFormat === undefined
        ? say.NN2005.rows()
        : say.NN2005.file({
            format: fileFormat,
            example: examples[fileFormat],
            findsTarget: ['idx', 'images', 'text'].includes(fileFormat),
          });
    report(told, command.span, frame);
    return;
  }
  spec.data =
    fileFormat === undefined
      ? inline(content.value, common, spec, frame)
      : file(fileFormat, content.value, named, common, spec, frame);
}

function noFormat(head: Argument | undefined, word: string | undefined, frame: Frame): Told {
  if (head === undefined) return say.NN2005.format();
  const name = sourceText(frame, head.span);
  if (word === undefined) return say.NN2002.unnamedFormat({ name });
  return say.NN2002.format({ name, near: nearest(word, [...Object.keys(examples), 'inline']) });
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

/** What a split may heed. */
const heedings = ['by', 'stratify', 'order'] as const;

/** One of them, where there is a split, and for `stratify` a class of each example. */
function heeded(
  ways: readonly (typeof heedings)[number][],
  named: ReadonlyMap<string, Expression>,
  spec: Spec,
  frame: Frame,
): DataSettings['heeds'] {
  const written = ways.flatMap((way) => {
    const value = named.get(way);
    return value === undefined ? [] : [{ way, value }];
  });
  const asked = written.filter(({ way, value }) => way === 'by' || isTrue(value, way, frame));
  const [first, second] = asked;
  if (first === undefined) return undefined;
  const { way, value } = first;
  const fail = (told: Told, at: Expression): undefined => {
    report(told, at.span, frame);
    return undefined;
  };
  if (second !== undefined) return fail(say.NN4015.both({ first: way, second: second.way }), second.value);
  if (!named.has('split')) return fail(say.NN4015.noSplit({ way }), value);
  const seed = named.get('seed');
  if (way === 'order') return seed === undefined ? way : fail(say.NN4015.seed(), seed);
  if (way === 'by') return { by: wordOf(value, frame) };
  const targets = spec.ports.filter(({ role }) => role === 'target');
  const [target] = targets;
  const isClass = target?.classes !== undefined && target.shape.length === 0 && targets.length === 1;
  return isClass ? way : fail(say.NN4015.classes(), value);
}

function isTrue(written: Expression, way: string, frame: Frame): boolean {
  const datum = frame.world.meaning.evaluate(written, frame);
  const known = asNumber(datum);
  if (known === undefined && datum.type !== 'error')
    report(say.NN4015.flag({ way, name: sourceText(frame, written.span) }), written.span, frame);
  return known !== undefined && known !== 0;
}

type Common = Pick<DataSettings, 'split' | 'seed' | 'heeds' | 'origin'>;

function file(
  format: FileFormat,
  file: Expression,
  named: ReadonlyMap<string, Expression>,
  common: Common,
  spec: Spec,
  frame: Frame,
): DataSettings | undefined {
  if (file.type !== 'string' || file.value === '') {
    const written = frame.site.source.text.slice(file.span.start, file.span.end);
    const mended = written.replaceAll('"', '') || examples[format];
    report(say.NN2007.file({ name: sourceText(frame, file.span), format, mended }), file.span, frame);
    return undefined;
  }
  const columns = new Map<string, readonly string[]>();
  for (const [name, written] of named) {
    if (name === 'split' || name === 'seed' || (heedings.some((way) => way === name) && !isPort(name, spec))) continue;
    const port =
      name === 'target' && !spec.ports.some((each) => each.name === 'target') ? onlyTarget(written, spec, frame) : name;
    if (port !== undefined) columns.set(port, columnNames(written, frame));
  }
  return { format, file: file.value, rows: undefined, columns: Object.fromEntries(columns), ...common };
}

const isPort = (name: string, { ports }: Spec): boolean => ports.some((port) => port.name === name);

function onlyTarget(written: Expression, spec: Spec, frame: Frame): string | undefined {
  const targets = spec.ports.filter((port) => port.role === 'target');
  const [only] = targets;
  if (only !== undefined && targets.length === 1) return only.name;
  const names = targets.map((port) => port.name);
  report(names.length === 0 ? say.NN2003.noTarget() : say.NN2003.targets({ names }), written.span, frame);
  return undefined;
}

/** `pixels=pixel_*`, `label="the label"`, `x=[a, b]`. */
function columnNames(written: Expression, frame: Frame): readonly string[] {
  if (written.type !== 'list') return [wordOf(written, frame)];
  return written.items.flatMap((item) => (item.type === 'splat' ? [] : [wordOf(item, frame)]));
}

function inline(written: Expression, common: Common, spec: Spec, frame: Frame): DataSettings | undefined {
  const datum = frame.world.meaning.evaluate(written, frame);
  if (datum.type === 'error') return undefined;
  if (datum.type !== 'list' || datum.items.length === 0 || datum.items.some((item) => item.type !== 'list')) {
    const given = datum.type === 'list' ? 'this list' : describe(datum);
    report(say.NN2007.inlineRows({ given }), written.span, frame);
    return undefined;
  }
  const width = spec.ports.reduce((sum, port) => sum + elements(port), 0);
  const rows: (readonly number[])[] = [];
  for (const [at, item] of datum.items.entries()) {
    const numbers = flatten(item);
    const span = written.type === 'list' ? (written.items[at]?.span ?? written.span) : written.span;
    if (numbers === undefined) {
      report(say.NN2007.inlineRow(), span, frame);
      return undefined;
    }
    if (numbers.length !== width && spec.ports.length > 0) {
      report(say.NN4011.row({ numbers: numbers.length, width }), span, frame, {
        also: spec.ports.map((port) => ({
          source: port.origin.source,
          span: port.origin.span,
          text: note.numbers(elements(port)),
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

/** Runs when `prep` is known too: of a stream one input takes the characters, and one target those that follow. */
export function checkStream(spec: Spec, frame: Frame): void {
  const { data, ports, prep } = spec;
  if (data?.format !== 'text') return;
  const { span } = data.origin;
  const [input, second] = ports.filter(({ role }) => role === 'input');
  const [target, third] = ports.filter(({ role }) => role === 'target');
  const also = (port: Port) => ({
    also: [{ source: port.origin.source, span: port.origin.span, text: note.declared }],
  });
  const step = prep.find(({ port }) => port === input?.name);
  if (input === undefined) return report(say.NN4014.noStream(), span, frame);
  const surplus = second ?? third;
  if (surplus !== undefined) return report(say.NN4014.streams({ name: surplus.name }), span, frame, also(surplus));
  if (step === undefined) return report(say.NN4014.characters({ name: input.name }), span, frame, also(input));
  if (step.kind !== 'chars' || step.pad !== undefined || step.mask !== undefined)
    return report(say.NN4014.streamStep({ name: input.name }), step.origin.span, frame);
  if (target === undefined) return;
  const isNext = target.classes !== undefined && target.shape.length === 1 && target.shape[0] === input.shape[0];
  if (!isNext || prep.some(({ port }) => port === target.name))
    report(
      say.NN4014.next({ name: target.name, classes: target.classes ?? 78, length: input.shape[0] ?? 1 }),
      span,
      frame,
      also(target),
    );
}
