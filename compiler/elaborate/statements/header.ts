/** What stands at the head of a spec: the model's name, the version of the language. */
import type { Command } from '../../../grammar/ast.ts';
import { describe } from '../../language/datum.ts';
import type { Frame } from '../frame/context.ts';
import { first } from '../frame/spec.ts';
import type { Spec } from '../frame/spec.ts';
import { plainWord } from './settings.ts';

export function modelStatement(command: Command, spec: Spec, frame: Frame): void {
  if (first(spec, 'model', command.span, frame)) spec.name = modelName(command, frame);
}

function modelName(command: Command, frame: Frame): string | undefined {
  const [only] = command.args;
  if (only?.value.type === 'string' && only.value.value !== '') return only.value.value;
  const word = plainWord(only, frame);
  if (word !== undefined && command.args.length === 1) return word;
  frame.world.reporter.report({
    code: only === undefined ? 'NN2005' : 'NN2007',
    site: frame.site,
    span: command.span,
    message: '`model` takes one name',
    help: 'model digits',
  });
  return undefined;
}

/** `nn 1`: the version of the language. */
export function versionStatement(command: Command, frame: Frame): void {
  const [only] = command.args;
  const datum = only === undefined ? undefined : frame.world.meaning.evaluate(only.value, frame);
  if (datum?.type === 'number' && datum.value === 1) return;
  frame.world.reporter.report({
    code: 'NN2028',
    site: frame.site,
    span: command.span,
    message:
      datum?.type === 'number' && datum.value > 1
        ? `the spec is written in version ${datum.value} of the language, and this compiler knows version 1`
        : `the version of the language is 1, not ${datum === undefined ? 'missing' : describe(datum)}`,
  });
}
