/** What a name means where it stands: a value of the body, what the body sees, a hyper, a weight by its path. */
import { join, scopeOf } from '../../ir/paths.ts';
import type { PathExpression, Span } from '../../../grammar/ast.ts';
import { error, number } from '../../language/datum.ts';
import type { Callee, Datum } from '../../language/datum.ts';
import { languageFunctions } from '../../language/language-functions.ts';
import type { Binding } from '../../language/scope.ts';
import { internalOps } from '../../language/language-functions.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { meantBy } from '../../language/elsewhere.ts';
import { registry } from '../../ops/index.ts';
import { definitions, hypersOf } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { report, mistake } from '../frame/report.ts';
import { weightAt } from '../values/matrix-product.ts';
import { say } from '../../diagnostics/say.ts';
import { note } from '../../diagnostics/catalog/notes.ts';

/** What a single name is bound to; undefined if it is no value here. */
export function lookup(frame: Frame, name: string): Binding | undefined {
  if (name === 'it') return { datum: frame.flow.it };
  const found = frame.scope.lookup(name) ?? frame.specials?.lookup(name);
  if (found !== undefined) return found;
  const hyper = hypersOf(frame)?.lookup(name);
  if (hyper !== undefined) return hyper;
  return name === 'pi' ? { datum: number(Math.PI) } : undefined;
}

/** Names that can be read here, for the nearest ones. */
export function visibleNames(frame: Frame): readonly string[] {
  return [...frame.scope.names(), ...(frame.specials?.names() ?? []), ...(hypersOf(frame)?.names() ?? []), 'it', 'pi'];
}

export function evaluatePath(path: PathExpression, frame: Frame): Datum {
  const [first, ...rest] = path.parts;
  if (first === undefined) return error;
  if (rest.length > 0) return valueByPath(path, frame);
  const found = lookup(frame, first.text);
  if (found !== undefined) {
    noteRead(first.text, found.datum, frame);
    return readDatum(found.datum, frame, path.span);
  }
  const callee = functionNamed(frame, first.text);
  if (callee !== undefined) return { type: 'fn', callee, bound: new Map() };
  reportUnknown(first.text, path.span, frame);
  return error;
}

/** The first value from outside that a block reads is its input; a weight is none, unless it is the current value. */
export function noteRead(name: string, datum: Datum, { run, body }: Frame): void {
  if (datum.type !== 'tensor' || body !== 'top') return;
  for (const block of run.blocks) {
    if (block.input !== undefined) continue;
    // The rounds of a repeat read it by other names.
    const read = run.graph.itself(datum.value, block.since);
    const isWeight = name !== 'it' && run.weightOf.has(read);
    if (!isWeight && !run.graph.madeSince(read, block.since)) block.input = { ...datum, value: read };
  }
}

/** The datum, unless it has no value here. */
export function readDatum(datum: Datum, frame: Frame, span: Span): Datum {
  if (datum.type !== 'absent') return datum;
  report(datum.told, span, frame);
  return error;
}

/** `tok.table`: looked up from the innermost scope outwards. `h.all`: every value that a scan carried. */
function valueByPath(path: PathExpression, frame: Frame): Datum {
  const written = path.parts.map((part) => part.text).join('.');
  const all = path.parts.length === 2 && path.parts[1]?.text === 'all' ? path.parts[0]?.text : undefined;
  const carried = all === undefined ? undefined : frame.scope.lookup(all)?.all;
  if (carried !== undefined) return carried;
  for (let scope = frame.path; ; scope = scopeOf(scope)) {
    const weight = weightAt(join(scope, written), frame, path.span);
    if (weight !== undefined) {
      frame.run.named.add(join(scope, written));
      return weight;
    }
    if (scope === '') break;
  }
  if (frame.run.broken.size > 0) {
    for (const broken of frame.run.broken) if (join(frame.path, written).startsWith(broken)) return error;
  }
  const first = path.parts[0]?.text ?? '';
  const known = lookup(frame, first);
  if (known?.datum.type === 'error') return error;
  const told =
    all === undefined || known === undefined
      ? say.NN2001.weight({ name: written, near: nearest(written, frame.run.weights.keys()) })
      : frame.scope.lookup(all)?.carried === undefined
        ? say.NN2001.notCarried({ name: all })
        : say.NN2001.stillCarried({ name: all });
  return mistake(told, path.span, frame, { fault: 'definition' });
}

export function reportUnknown(name: string, span: Span, frame: Frame): void {
  const { later } = frame.world;
  const made = frame.site.calls.length === 0 ? later.get(name) : undefined;
  if (made !== undefined) {
    report(say.NN2008.value({ name }), span, frame, { also: [{ ...made, text: note.made(name) }] });
    return;
  }
  const library = definitions(frame);
  const near = nearest(name, [...visibleNames(frame), ...nearestFunctions(name, frame)]);
  const told = say.NN2001.name({
    name,
    near: near.length > 0 ? near : meantBy(name, 'fn', library, []),
    sorts: library.sortsOf(name),
    values: fewValues(frame),
  });
  report(told, span, frame, { fault: 'definition' });
}

/** As many values as a reader takes in. */
const few = 4;

/** What there is instead, where that is little: an input may have been given another name since. */
function fewValues(frame: Frame): readonly string[] {
  if (frame.site.calls.length > 0) return [];
  const values = frame.scope.names().filter((name) => frame.scope.lookup(name)?.datum.type === 'tensor');
  return values.length > few ? [] : values;
}

function nearestFunctions(name: string, frame: Frame): readonly string[] {
  return nearest(name, callableNames(frame), 1);
}

/** What a name means as a function: a def of the file, then of the library, then the language's own, then an op. */
export function functionNamed(frame: Frame, name: string): Callee | undefined {
  const entry = definitions(frame).find('fn', name);
  if (entry !== undefined) return { by: 'definition', entry };
  if (languageFunctions.has(name)) return { by: 'language', name };
  const op = registry.get(name);
  return op === undefined || internalOps.has(name) ? undefined : { by: 'op', op };
}

export function callableNames(frame: Frame): readonly string[] {
  return definitions(frame)
    .functionNames()
    .filter((name) => !internalOps.has(name));
}
