/** Statements about what training takes of a machine: `budget`, `remat`, `cache`. */
import type { Argument, Command } from '../../../grammar/ast.ts';
import { say } from '../../diagnostics/say.ts';
import { originOf } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { report } from '../frame/report.ts';
import { first } from '../frame/spec.ts';
import type { Spec } from '../frame/spec.ts';
import { sourceText } from '../values/misfit.ts';
import { namedArguments } from './settings.ts';

/** By what a size is written in. */
const units: Readonly<Record<string, number>> = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9 };

/** `budget memory="64MB"`. */
export function budgetStatement(command: Command, spec: Spec, frame: Frame): void {
  if (!first(spec, 'budget', command.span, frame)) return;
  const memory = namedArguments(command, ['memory'], 0, frame).get('memory');
  if (memory === undefined) {
    if (command.args.length === 0) report(say.NN2005.budget(), command.span, frame);
    return;
  }
  const written = memory.type === 'string' ? memory.value : undefined;
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([kKMG]?B)$/.exec(written?.trim() ?? '') ?? [];
  const bytes = Number(number) * (units[unit] ?? NaN);
  if (bytes > 0) spec.budget = { bytes, origin: originOf(frame, command.span) };
  else report(say.NN2007.memory({ given: sourceText(frame, memory.span) }), memory.span, frame);
}

/** `remat auto`. */
export function rematStatement(command: Command, spec: Spec, frame: Frame): void {
  if (!first(spec, 'remat', command.span, frame)) return;
  if (isTheWord('auto', command, frame)) spec.remat = { origin: originOf(frame, command.span) };
}

/** `cache features`. */
export function cacheStatement(command: Command, spec: Spec, frame: Frame): void {
  if (!first(spec, 'cache', command.span, frame)) return;
  if (isTheWord('features', command, frame)) spec.cache = { origin: originOf(frame, command.span) };
}

/** Whether a statement is given this one word; tells what is wrong if not. */
function isTheWord(word: string, command: Command, frame: Frame): boolean {
  namedArguments(command, [], 1, frame);
  const [argument] = command.args;
  const given = argument === undefined || argument.name !== undefined ? undefined : wordOf(argument);
  if (given === word) return true;
  const { keyword } = command;
  if (argument === undefined) report(say.NN2005.setting({ keyword, word }), command.span, frame);
  else if (argument.name === undefined) {
    const name = sourceText(frame, argument.span);
    report(say.NN2002.setting({ keyword, name, word }), argument.span, frame);
  }
  return false;
}

const wordOf = ({ value }: Argument): string | undefined =>
  value.type === 'path' && value.parts.length === 1 ? value.parts[0]?.text : undefined;
