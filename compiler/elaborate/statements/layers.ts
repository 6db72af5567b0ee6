/** Applies layers: a def of the sort, a kind that was passed as an argument, or a function of one value. */
import { giveAs } from '../evaluate/bind.ts';
import { join } from '../../ir/paths.ts';
import type { Argument, Command } from '../../../grammar/ast.ts';
import { describe, error, exampleShape, number } from '../../language/datum.ts';
import type { Datum, Fn, Kind, Made } from '../../language/datum.ts';
import type { Entry } from '../../language/entry.ts';
import type { Scope } from '../../language/scope.ts';
import { apart, definitions } from '../frame/context.ts';
import type { Applied, Frame, Operand } from '../frame/context.ts';
import { callFn } from '../evaluate/functions.ts';
import { result } from '../evaluate/inline.ts';
import { boundIn, enterUse, kindName, seen } from '../evaluate/use.ts';
import { functionNamed, lookup, readDatum } from '../evaluate/names.ts';
import { layerPath, usePath } from '../frame/paths.ts';
import { noteRead } from '../evaluate/names.ts';
import { say } from '../../diagnostics/say.ts';
import { mistake, report } from '../frame/report.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { meantBy } from '../../language/elsewhere.ts';

/** `layer KIND arguments from values as name`: the result, which the statement makes the current value. */
export function applyLayer(command: Command, frame: Frame): Datum {
  const head = kindOf(command, frame);
  if (head === undefined) return error;
  const [, ...args] = command.args;
  const inputs = inputsOf(command, frame);
  const path = command.as === undefined ? layerPath(frame, head.name) : join(frame.path, command.as.text);
  const made: Made = { source: frame.site.source, span: command.span };
  const again = command.as === undefined ? undefined : frame.scope.own(command.as.text);
  // A name that is given twice is one mistake, not one for each weight below it.
  const twice = again !== undefined && again.exported !== true;
  if (twice || !claimScope(path, made, frame)) {
    frame.run.broken.add(path);
    return applyAt(`${path} again`, head, args, inputs, command, { ...frame, run: { ...frame.run, ...apart() } });
  }
  if (command.as === undefined) return applyAt(path, head, args, inputs, command, frame);
  const [scope, { it }] = [namesBefore(command.as.text, frame), frame.flow];
  const goesOn = frame.goesOn || frame.world.reused.has(command.as.text);
  const output = applyAt(path, head, args, inputs, command, { ...frame, goesOn });
  declareLayer(
    command.as.text,
    {
      noun: 'layer',
      path,
      made,
      given: inputs.map(({ datum }) => datum),
      broken: output.type === 'error',
      again: (others, use, { site, turn, uses }) =>
        applyAt(path, head, args, others, use, { ...frame, scope, flow: { it }, site, turn, uses }),
    },
    frame,
  );
  return output;
}

/** What names mean before what is called so is applied: kept for who reuses it, and where nobody does, for nobody. */
export const namesBefore = (name: string, { scope, body, world }: Frame): Scope =>
  body !== 'top' || world.reused.has(name) ? scope.copy() : scope;

/** From here on the name can be reused. */
export function declareLayer(name: string, applied: Applied, frame: Frame): void {
  const key = usePath(applied.path, frame);
  frame.run.applied.set(key, applied);
  frame.scope.declareLayer(name, key);
}

function applyAt(
  path: string,
  head: Head,
  args: readonly Argument[],
  inputs: readonly Operand[],
  command: Command,
  frame: Frame,
): Datum {
  const made: Made = { source: frame.site.source, span: command.span };
  const size = frame.run.graph.size;
  const output =
    head.by === 'definition'
      ? applyDefinition(head.entry, head.bound, args, inputs, path, command, frame)
      : applyFn(head.fn, args, inputs, path, command, frame);
  if (output.type === 'error') frame.run.broken.add(path);
  if (output.type !== 'tensor') return output;
  if (frame.run.graph.madeSince(output.value, size)) frame.run.graph.name(output.value, path);
  return { ...output, made };
}

type Head =
  | {
      readonly by: 'definition';
      readonly name: string;
      readonly entry: Entry;
      readonly bound: ReadonlyMap<string, Datum>;
    }
  | { readonly by: 'function'; readonly name: string; readonly fn: Fn };

/** What the first argument of a statement names. */
function kindOf(command: Command, frame: Frame): Head | undefined {
  const [first] = command.args;
  const written = first?.value;
  const name = first !== undefined && first.name === undefined && written !== undefined ? kindName(written) : undefined;
  if (written === undefined || name === undefined) {
    report(say.NN2005.kind({ noun: 'layer' }), command.span, frame, { fault: 'definition' });
    return undefined;
  }
  const library = definitions(frame);
  const passed = written.type === 'path' ? lookup(frame, name)?.datum : undefined;
  if (passed?.type === 'error') return undefined;
  if (passed?.type === 'kind' && passed.sort === 'layer') return fromKind(passed);
  if (passed?.type === 'fn') return { by: 'function', name: command.as?.text ?? name, fn: passed };
  const entry = library.find('layer', name);
  if (entry !== undefined) {
    const bound = boundIn(written, entry, frame);
    return bound === undefined ? undefined : { by: 'definition', name, entry, bound };
  }
  const callee = functionNamed(frame, name);
  if (callee !== undefined) {
    const bound = written.type === 'call' ? frame.world.meaning.partial(callee, written, frame, 1) : new Map();
    return { by: 'function', name, fn: { type: 'fn', callee, bound } };
  }
  const near = meantBy(name, 'layer', library, [...library.names('layer'), ...library.functionNames()]);
  const told = say.NN2002.statement({ noun: 'layer', name, near, sorts: library.sortsOf(name) });
  report(told, written.span, frame, { fault: 'definition' });
  return undefined;
}

function fromKind(kind: Kind): Head {
  return { by: 'definition', name: kind.entry.name, entry: kind.entry, bound: kind.bound };
}

/** The values that `from` names, or `it`. */
export function inputsOf(command: Command, frame: Frame): readonly Operand[] {
  if (command.from === undefined) {
    noteRead('it', frame.flow.it, frame);
    return [{ datum: frame.flow.it, span: command.span }];
  }
  return command.from.map((expression) => ({
    datum: frame.world.meaning.evaluate(expression, frame),
    span: expression.span,
  }));
}

/** Each path is used once, and again by what is reused. */
export function claimScope(path: string, made: Made, frame: Frame): boolean {
  const before = frame.run.scopes.get(path);
  if (before !== undefined && frame.uses.length > 0) return true;
  if (before === undefined) {
    frame.run.scopes.set(path, made);
    return true;
  }
  report(say.NN3008.layers({ path }), made.span, frame, {
    also: [{ ...before, text: note.first }],
    fault: 'definition',
  });
  return false;
}

function applyDefinition(
  entry: Entry,
  bound: ReadonlyMap<string, Datum>,
  args: readonly Argument[],
  inputs: readonly Operand[],
  path: string,
  command: Command,
  frame: Frame,
): Datum {
  const [first] = inputs;
  const it = first === undefined ? error : asValue(first, frame);
  const frozen = frame.world.frozen(path);
  const specials = seen({
    training: { type: 'boolean', value: frame.run.mode === 'training' && !frozen },
    in: lastAxis(it, entry),
  });
  const callee = enterUse({
    entry,
    args,
    bound,
    caller: frame,
    span: command.span,
    path,
    word: path,
    specials,
    it,
    inputs,
    inputsApart: true,
  });
  if (callee === undefined || it.type === 'error') return error;
  giveAs(it, 'x', callee);
  return result(entry, callee);
}

/** A layer takes values of the model; a number is one too (`mask=1`). */
export function asValue(operand: Operand, frame: Frame): Datum {
  const datum = readDatum(operand.datum, frame, operand.span);
  if (datum.type === 'tensor' || datum.type === 'number' || datum.type === 'error') return datum;
  return mistake(say.NN2007.layerInput({ given: describe(datum) }), operand.span, frame);
}

function lastAxis(it: Datum, entry: Entry): Datum {
  if (it.type === 'error') return error;
  const shape = it.type === 'tensor' ? exampleShape(it) : [];
  const size = shape.at(-1);
  if (size === 'B') return { type: 'absent', told: say.NN2025.batchAxis({ name: '`it`', shape }) };
  if (size !== undefined) return number(size);
  return {
    type: 'absent',
    told: say.NN2023.axis({ name: entry.name }),
  };
}

function applyFn(
  fn: Fn,
  args: readonly Argument[],
  inputs: readonly Operand[],
  path: string,
  command: Command,
  frame: Frame,
): Datum {
  const values = inputs.map((operand) => ({ ...operand, datum: asValue(operand, frame) }));
  if (values.some((operand) => operand.datum.type === 'error')) return error;
  const inside: Frame = {
    ...frame,
    path,
    word: path,
    site: { ...frame.site, what: command.as?.text ?? frame.site.what },
  };
  return callFn(fn, args, values, inside, command.span);
}
