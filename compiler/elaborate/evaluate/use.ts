/** One use of a definition by a statement: found by its sort and name, entered, its arguments bound. */
import type { Argument, Command, Expression, Span } from '../../../grammar/ast.ts';
import type { Datum } from '../../language/datum.ts';
import type { Entry } from '../../language/entry.ts';
import { Scope } from '../../language/scope.ts';
import { definitions } from '../frame/context.ts';
import type { Frame, Named, Operand } from '../frame/context.ts';
import { bindArguments } from './bind.ts';
import { enter } from './inline.ts';
import { lookup } from './names.ts';
import { say } from '../../diagnostics/say.ts';
import { nouns } from '../../diagnostics/words.ts';
import { meantBy } from '../../language/elsewhere.ts';
import { report } from '../frame/report.ts';

type Stated = 'loss' | 'metric' | 'penalty' | 'optim' | 'schedule' | 'augment' | 'reparam';

/** What the first argument of a statement names: a definition of the sort; undefined after a mistake. */
export function definitionNamed(
  sort: Stated,
  command: Command,
  frame: Frame,
  args: readonly Argument[] = command.args,
): Named | undefined {
  const noun = nouns[sort];
  const library = definitions(frame);
  const [first, ...rest] = args;
  const name = first === undefined || first.name !== undefined ? undefined : kindName(first.value);
  if (first === undefined || name === undefined) {
    report(say.NN2005.kind({ noun }), first?.value.span ?? command.span, frame, { fault: 'definition' });
    return undefined;
  }
  const passed = lookup(frame, name)?.datum;
  if (passed?.type === 'error') return undefined;
  if (passed?.type === 'kind' && passed.sort === sort) return { entry: passed.entry, bound: passed.bound, args: rest };
  const entry = library.find(sort, name);
  if (entry !== undefined) {
    const bound = boundIn(first.value, entry, frame);
    return bound === undefined ? undefined : { entry, bound, args: rest };
  }
  const names = [...library.names(sort), ...(sort === 'schedule' ? ['plateau'] : [])];
  const near = meantBy(name, sort, library, names);
  const told = say.NN2002.statement({ noun, name, near, sorts: library.sortsOf(name) });
  report(told, first.value.span, frame, { fault: 'definition' });
  return undefined;
}

/** The arguments that stand in brackets behind a kind; undefined after a mistake. */
export function boundIn(written: Expression, entry: Entry, frame: Frame): ReadonlyMap<string, Datum> | undefined {
  if (written.type !== 'call') return new Map();
  const { meaning, reporter } = frame.world;
  const before = reporter.errors;
  const bound = meaning.partial({ by: 'definition', entry }, written, frame, 0);
  return reporter.errors > before ? undefined : bound;
}

/** The name that a kind is written by: `adam`, `adam(beta1=0.5)`; also `optim.Adam`, which no kind is called. */
export function kindName(expression: Expression | undefined): string | undefined {
  if (expression === undefined) return undefined;
  const path = expression.type === 'call' ? expression.callee : expression;
  return path.type === 'path' ? path.parts.map((part) => part.text).join('.') : undefined;
}

export interface Use {
  readonly entry: Entry;
  readonly args: readonly Argument[];
  readonly bound?: ReadonlyMap<string, Datum>;
  readonly caller: Frame;
  readonly span: Span;
  readonly path: string;
  readonly word: string;
  /** What the body sees besides its parameters. */
  readonly specials: Scope | undefined;
  /** The current value at entry; without one the body has to make it. */
  readonly it?: Datum;
  /** Values for its value parameters: those of a layer (`inputsApart`), or the first arguments of a function. */
  readonly inputs?: readonly Operand[];
  readonly inputsApart?: boolean;
}

/** The frame of the definition's body with everything bound, ready to run; undefined after a mistake. */
export function enterUse(use: Use): Frame | undefined {
  const { entry, args, caller, span, path, word, specials } = use;
  const callee = enter(entry, caller, span, { path, word, specials, it: use.it ?? absentIn(entry) });
  if (callee === undefined) return undefined;
  const { bound = new Map(), inputs = [], inputsApart = false } = use;
  return bindArguments({ entry, args, caller, span, inputs, bound, inputsApart }, callee) ? callee : undefined;
}

export function absentIn({ sort, name }: Entry): Datum {
  return { type: 'absent', told: say.NN2023.definition({ sort, name }) };
}

/** Names and values that a body sees besides its parameters. */
export function seen(values: Readonly<Record<string, Datum>>): Scope {
  const scope = new Scope();
  for (const [name, datum] of Object.entries(values)) scope.declare(name, { datum });
  return scope;
}
