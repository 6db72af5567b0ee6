/** `reuse NAME from x`: what stands behind the name is applied once more, with the parameters that it has. */
import { wordIn } from '../frame/context.ts';
import { isBelow } from '../../ir/paths.ts';
import type { Command, Identifier, Statement } from '../../../grammar/ast.ts';
import { error } from '../../language/datum.ts';
import type { Datum, Made } from '../../language/datum.ts';
import { counted, usePath } from '../frame/paths.ts';
import type { Applied, Frame, Use } from '../frame/context.ts';
import { inputsOf } from './layers.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { report } from '../frame/report.ts';
import type { Where } from '../../language/report.ts';

/** The result, which the statement makes the current value. */
export function reuse(command: Command, frame: Frame): Datum {
  const inputs = inputsOf(command, frame);
  const name = nameOf(command, frame);
  const applied = name === undefined ? undefined : appliedAs(name, frame);
  if (name === undefined || applied === undefined) return error;
  if (applied.broken || inputs.some(({ datum }) => datum.type === 'error')) return error;
  const made: Made = { source: frame.site.source, span: command.span };
  const use: Use = {
    applied,
    path: applied.path,
    number: counted(frame.run, `use ${usePath(applied.path, frame)}`) + 1,
    inputs: inputs.map(({ datum }) => datum),
    made,
    turn: frame.turn,
  };
  const { size } = frame.run.graph;
  const output = applied.again(inputs, command, { ...frame, uses: [...frame.uses, use] });
  if (output.type !== 'tensor') return output;
  if (command.as !== undefined && frame.run.graph.madeSince(output.value, size)) {
    const { text } = command.as;
    frame.run.graph.name(output.value, wordIn(frame, text));
  }
  return { ...output, made };
}

function nameOf({ args, span }: Command, frame: Frame): Identifier | undefined {
  const [first, ...rest] = args;
  const path = first?.name === undefined && first?.value.type === 'path' ? first.value.parts : [];
  if (path.length === 1 && rest.length === 0) return path[0];
  report(say.NN2005.reuse(), (rest[0] ?? first)?.span ?? span, frame, { fault: 'definition' });
  return undefined;
}

function appliedAs({ text, span }: Identifier, frame: Frame): Applied | undefined {
  const { run, scope, world } = frame;
  const open =
    frame.body === 'top'
      ? run.blocks.find(({ path }) => isInside(frame.path, path) && path.split('.').at(-1) === text)
      : undefined;
  const key = scope.layer(text);
  const applied = key === undefined ? undefined : run.applied.get(key);
  if (applied !== undefined && open === undefined) return applied;
  const fail = (told: Told, also: Where['also'] = []): undefined => {
    report(told, span, frame, { also, fault: 'definition' });
    return undefined;
  };
  if (open !== undefined) return fail(say.NN2030.inside({ name: text }));
  const found = scope.lookup(text);
  if (found?.datum.type === 'error') return undefined;
  const later = frame.body === 'top' ? world.laterLayers.get(text) : undefined;
  if (later !== undefined) return fail(say.NN2030.early({ name: text }), [{ ...later, text: note.appliedFirst(text) }]);
  const near = nearest(text, scope.layers());
  return fail(found === undefined ? say.NN2030.unknown({ name: text, near }) : say.NN2030.value({ name: text, near }));
}

const isInside = (path: string, scope: string): boolean => path === scope || isBelow(scope, path);

/** Names of layers and blocks that these statements make, each with its first place. */
export function layersIn(statements: readonly Statement[], source: Made['source']): ReadonlyMap<string, Made> {
  const names = new Map<string, Made>();
  const visit = (statement: Statement): void => {
    const name = statement.type === 'block' ? statement.name : namedLayer(statement);
    if (name !== undefined && !names.has(name.text)) names.set(name.text, { source, span: statement.span });
    if (statement.type === 'block') statement.body.statements.forEach(visit);
    if (statement.type === 'if') {
      statement.then.statements.forEach(visit);
      statement.else?.statements.forEach(visit);
    }
  };
  statements.forEach(visit);
  return names;
}

/** Names that these statements reuse, wherever they stand. */
export function reusedIn(statements: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (statement: Statement): void => {
    if (statement.type === 'command') {
      const value = statement.keyword === 'reuse' ? statement.args[0]?.value : undefined;
      const name = value?.type === 'path' ? value.parts[0]?.text : undefined;
      if (name !== undefined) names.add(name);
    } else if (statement.type === 'if') {
      statement.then.statements.forEach(visit);
      statement.else?.statements.forEach(visit);
    } else if (statement.type === 'def') {
      if (statement.body.type === 'body') statement.body.statements.forEach(visit);
    } else if ('body' in statement) statement.body.statements.forEach(visit);
  };
  statements.forEach(visit);
  return names;
}

const namedLayer = (statement: Statement): Identifier | undefined =>
  statement.type === 'command' && statement.keyword === 'layer' ? statement.as : undefined;
