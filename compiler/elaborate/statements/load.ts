/** `load`: initial values that a file has. What is covered is known when all parameters are. */
import type { Command, Expression } from '../../../grammar/ast.ts';
import { nameTables } from '../../../grammar/std/tables.ts';
import { say } from '../../diagnostics/say.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { asSelector } from '../../language/selectors.ts';
import { originOf } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { report } from '../frame/report.ts';
import type { Spec } from '../frame/spec.ts';
import { sourceText } from '../values/misfit.ts';
import { namedArguments } from './settings.ts';

export function loadStatement(command: Command, spec: Spec, frame: Frame): void {
  const named = namedArguments(command, ['names'], 1, frame);
  const [target] = command.args.filter(({ name }) => name === undefined);
  const selector = target === undefined ? undefined : asSelector(target.value);
  if (target === undefined) report(say.NN2005.loaded(), command.span, frame);
  else if (selector === undefined) {
    report(say.NN2007.loaded({ name: sourceText(frame, target.span) }), target.span, frame);
  }
  const file = fileOf(command, frame);
  const written = named.get('names');
  const names = written === undefined ? undefined : tableOf(written, frame);
  if (selector === undefined || file === undefined || names === 'wrong') return;
  spec.loads.push({ selector, file, names, origin: originOf(frame, command.span), frame });
}

function fileOf({ from = [], span }: Command, frame: Frame): string | undefined {
  const [file, more] = from;
  if (file === undefined) report(say.NN2005.loadFile(), span, frame);
  else if (more !== undefined) report(say.NN2006.loadFiles(), more.span, frame);
  else if (file.type === 'string' && file.value !== '') return file.value;
  else report(say.NN2007.loadFile({ name: sourceText(frame, file.span) }), file.span, frame);
  return undefined;
}

/** The rules of a table of the library, or the user's file; `names="my.names"`. */
function tableOf(written: Expression, frame: Frame): string | readonly string[] | 'wrong' {
  if (written.type === 'string' && written.value !== '') return written.value;
  const tables = [...nameTables.keys()];
  if (written.type !== 'path') {
    report(say.NN2007.nameTable({ name: sourceText(frame, written.span), tables }), written.span, frame);
    return 'wrong';
  }
  const name = written.parts.map(({ text }) => text).join('.');
  const text = nameTables.get(name);
  if (text !== undefined) return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  report(say.NN2001.nameTable({ name, near: nearest(name, tables), tables }), written.span, frame);
  return 'wrong';
}
