/** `block NAME { … }`: a scope for paths, whose statements `reuse` runs again with another input. */
import { join } from '../../ir/paths.ts';
import type { Command, Statement } from '../../../grammar/ast.ts';
import { error } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import { Scope } from '../../language/scope.ts';
import type { Frame, OpenBlock, Operand } from '../frame/context.ts';
import { asValue, claimScope, declareLayer, namesBefore } from './layers.ts';
import { say } from '../../diagnostics/say.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { mistake } from '../frame/report.ts';

type Block = Extract<Statement, { readonly type: 'block' }>;

/** A scope for paths, not for values: names made inside are seen after it. */
export function blockStatement(statement: Block, frame: Frame): void {
  const { text, span } = statement.name;
  const { run, world, flow } = frame;
  const path = join(frame.path, text);
  const made = { source: frame.site.source, span };
  claimScope(path, made, frame);
  const [names, { it }, { errors }] = [namesBefore(text, frame), flow, world.reporter];
  const scope = new Scope(frame.scope);
  const open: OpenBlock = { path, since: run.graph.size, input: undefined };
  run.blocks.push(open);
  world.meaning.run(statement.body.statements, {
    ...frame,
    path,
    scope,
    word: path,
    goesOn: frame.goesOn || world.reused.has(text),
  });
  run.blocks.pop();
  scope.exportTo(frame.scope);
  const { input } = open;
  const first: First = { statement, path, names, it, input, frame };
  declareLayer(
    text,
    {
      noun: 'block',
      path,
      made,
      given: input === undefined ? [] : [input],
      broken: world.reporter.errors > errors,
      again: (inputs, command, use) => again(first, inputs, command, use),
    },
    frame,
  );
}

/** A block as it was run for the first time: what names and `it` meant before it. */
interface First {
  readonly statement: Block;
  readonly path: string;
  readonly names: Scope;
  readonly it: Datum;
  readonly input: Tensor | undefined;
  readonly frame: Frame;
}

/** The statements once more, another value in the place of the block's input; what they name is seen inside alone. */
function again(first: First, inputs: readonly Operand[], command: Command, use: Frame): Datum {
  const { statement, path, input, frame } = first;
  const { text } = statement.name;
  const { meaning } = frame.world;
  const [given, other] = inputs;
  if (given === undefined || other !== undefined || input === undefined) {
    const told =
      input === undefined
        ? say.NN2030.noInput({ name: text })
        : say.NN2030.inputs({ name: text, given: inputs.length });
    return mistake(told, other?.span ?? command.span, use, { fault: 'definition' });
  }
  const datum = asValue(given, use);
  if (datum.type === 'error') return error;
  const instead = (old: Datum): Datum => replaced(old, input, datum);
  const it = instead(first.it);
  const flow = { it };
  meaning.run(statement.body.statements, {
    ...frame,
    path,
    word: path,
    scope: new Scope(first.names.copy(instead)),
    flow,
    top: undefined,
    turn: use.turn,
    uses: use.uses,
    site: {
      ...use.site,
      calls: [...use.site.calls, { source: use.site.source, span: command.span, what: text }],
    },
  });
  if (flow.it !== it) return flow.it;
  return mistake(say.NN2030.noResult({ name: text }), command.span, use, {
    also: [{ source: frame.site.source, span: statement.name.span, text: note.block }],
    fault: 'definition',
  });
}

/** The datum with one value in the place of another, wherever it is held. */
function replaced(datum: Datum, old: Tensor, instead: Datum): Datum {
  const all = (bound: ReadonlyMap<string, Datum>): ReadonlyMap<string, Datum> =>
    new Map([...bound].map(([name, part]) => [name, replaced(part, old, instead)]));
  switch (datum.type) {
    case 'tensor':
      return datum.value === old.value ? instead : datum;
    case 'list':
      return { ...datum, items: datum.items.map((item) => replaced(item, old, instead)) };
    case 'fn':
    case 'kind':
      return { ...datum, bound: all(datum.bound) };
    default:
      return datum;
  }
}
