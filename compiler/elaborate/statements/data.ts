/** `data` and `prep`: where the examples come from, and what is done to them before they enter the graph. */
import type { Command, Expression, Argument } from '../../../grammar/ast.ts';
import { asNumber, describe } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { DataSettings, Port, PrepSettings } from '../../ir/model.ts';
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

const laterFormats: readonly string[] = ['idx', 'npz', 'jsonl', 'images', 'text'];

/** Runs when all ports are known. */
export function dataStatement({ command, frame }: Later, spec: Spec): void {
  if (!first(spec, 'data', command.span, frame)) return;
  const [head, content] = command.args;
  const format = plainWord(head, frame);
  if (format !== undefined && laterFormats.includes(format)) {
    report(say.NN2017.word({ word: `data ${format}` }), head?.span ?? command.span, frame);
    return;
  }
  if (format !== 'csv' && format !== 'inline') {
    report(noFormat(head, format, frame), head?.span ?? command.span, frame);
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
    report(format === 'csv' ? say.NN2005.file() : say.NN2005.rows(), command.span, frame);
    return;
  }
  spec.data =
    format === 'csv' ? csv(content.value, named, common, spec, frame) : inline(content.value, common, spec, frame);
}

function noFormat(head: Argument | undefined, word: string | undefined, frame: Frame): Told {
  if (head === undefined) return say.NN2005.format();
  const name = sourceText(frame, head.span);
  if (word === undefined) return say.NN2002.unnamedFormat({ name });
  return say.NN2002.format({ name, near: nearest(word, ['csv', 'inline', ...laterFormats]) });
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
    const written = frame.site.source.text.slice(file.span.start, file.span.end);
    const mended = written.replaceAll('"', '') || 'file.csv';
    report(say.NN2007.file({ name: sourceText(frame, file.span), mended }), file.span, frame);
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

const prepKinds = ['scale', 'standardize', 'minmax', 'onehot'] as const;
const laterPreps: readonly string[] = ['resize', 'gray', 'tokens', 'wordpiece', 'chars'];

/** Runs when all ports are known. */
export function prepStatement({ command, frame }: Later, spec: Spec): void {
  const [target, kind, factor] = command.args;
  const name = target?.value.type === 'path' ? target.value.parts.map((part) => part.text).join('.') : undefined;
  const word = plainWord(kind, frame);
  if (target === undefined || kind === undefined || name === undefined) {
    report(say.NN2005.preparation(), command.span, frame);
    return;
  }
  if (word !== undefined && laterPreps.includes(word)) {
    report(say.NN2017.word({ word: `prep … ${word}` }), kind.span, frame);
    return;
  }
  const known = prepKinds.find((each) => each === word);
  const port = spec.ports.find((each) => each.name === name);
  if (port === undefined) {
    const names = spec.ports.map((each) => each.name);
    report(say.NN2001.port({ name, near: nearest(name, names) }), target.span, frame);
  }
  if (known === undefined) {
    const near = nearest(word ?? '', [...prepKinds, ...laterPreps]);
    const told = say.NN2002.preparation({ name: sourceText(frame, kind.span), near, kinds: prepKinds });
    report(told, kind.span, frame);
    return;
  }
  namedArguments(command, [], known === 'scale' ? 3 : 2, frame);
  const by = prepFactor(known, factor?.value, command, frame);
  if (port === undefined || by === 'wrong') return;
  if (port.dtype === 'i32') {
    report(say.NN2014.preparation({ name, kind: known }), target.span, frame, {
      also: [{ source: port.origin.source, span: port.origin.span, text: note.declared }],
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
  report(say.NN2005.factor(), command.span, frame);
  return 'wrong';
}
