/** What stands at the head of a spec: the model's name, the version of the language. */
import type { Command } from '../../../grammar/ast.ts';
import { describe } from '../../language/datum.ts';
import type { Frame } from '../frame/context.ts';
import { first } from '../frame/spec.ts';
import type { Spec } from '../frame/spec.ts';
import { plainWord } from './settings.ts';
import { say } from '../../diagnostics/say.ts';
import { report } from '../frame/report.ts';

export function modelStatement(command: Command, spec: Spec, frame: Frame): void {
  if (first(spec, 'model', command.span, frame)) spec.name = modelName(command, frame);
}

function modelName(command: Command, frame: Frame): string | undefined {
  const [only] = command.args;
  if (only?.value.type === 'string' && only.value.value !== '') return only.value.value;
  const word = plainWord(only, frame);
  if (word !== undefined && command.args.length === 1) return word;
  report(only === undefined ? say.NN2005.model() : say.NN2007.model(), command.span, frame);
  return undefined;
}

/** `nn 1`: the version of the language. */
export function versionStatement(command: Command, frame: Frame): void {
  const [only] = command.args;
  const datum = only === undefined ? undefined : frame.world.meaning.evaluate(only.value, frame);
  if (datum?.type === 'number' && datum.value === 1) return;
  const told =
    datum?.type === 'number' && datum.value > 1
      ? say.NN2028.newer({ version: datum.value })
      : say.NN2028.other({ given: datum === undefined ? 'missing' : describe(datum) });
  report(told, command.span, frame);
}
