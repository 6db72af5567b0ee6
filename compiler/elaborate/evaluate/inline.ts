/** Enters the body of a def, and takes its result. */
import type { Span } from '../../../grammar/ast.ts';
import { error } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Entry } from '../../language/entry.ts';
import { Scope } from '../../language/scope.ts';
import type { Frame } from '../frame/context.ts';
import { isTooLarge } from '../frame/size-limit.ts';
import { say } from '../../diagnostics/say.ts';
import { report } from '../frame/report.ts';

export interface Entrance {
  readonly path: string;
  readonly word: string;
  readonly specials: Scope | undefined;
  readonly it: Datum;
}

/** More definitions within one another than any library needs: it stops what would never end. */
const deepest = 100;

/** A frame inside the def: its scope is empty, its arguments are still to be bound. Undefined if it calls itself. */
export function enter(entry: Entry, frame: Frame, span: Span, entrance: Entrance): Frame | undefined {
  if (frame.stack.includes(entry) || frame.stack.length > deepest) {
    // Most rounds are found in the definitions themselves, and have been told there.
    if (frame.world.reporter.has('NN2016')) return undefined;
    report(say.NN2016.itself({ sort: entry.sort, name: entry.name }), span, frame, { fault: 'definition' });
    return undefined;
  }
  if (isTooLarge(span, frame)) return undefined;
  return {
    ...frame,
    site: {
      source: entry.source,
      calls: [...frame.site.calls, { source: frame.site.source, span, what: entry.name }],
      line: frame.site.line,
      statement: frame.site.statement,
      what: frame.site.calls.length === 0 || entry.sort === 'layer' ? entry.name : frame.site.what,
    },
    scope: new Scope(),
    specials: entrance.specials,
    flow: { it: entrance.it },
    body: entry.sort,
    top: undefined,
    path: entrance.path,
    word: entrance.word,
    stack: [...frame.stack, entry],
  };
}

/** Runs the body with its arguments bound; the result is its last `it`, or the short form's expression. */
export function result(entry: Entry, frame: Frame): Datum {
  const { body } = entry.definition;
  const { meaning } = frame.world;
  // A body may give a parameter's name to what it makes; from there on the name means that.
  const inside = { ...frame, scope: new Scope(frame.scope) };
  if (body.type !== 'body') return meaning.evaluate(body, inside);
  meaning.run(body.statements, inside);
  const { it, halted } = inside.flow;
  if (halted === true) return error;
  if (it.type !== 'absent') return it;
  const returns = entry.sort === 'fn' || entry.sort === 'loss' || entry.sort === 'metric' || entry.sort === 'schedule';
  if (returns || entry.sort === 'penalty' || entry.sort === 'init') {
    const { sort, name, definition } = entry;
    report(say.NN2023.result({ sort, name }), definition.name.span, frame, { fault: 'definition' });
  }
  return error;
}
