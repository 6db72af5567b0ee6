/** An optimizer inside another: it updates the same parameter, its states join, its rate is not scheduled again. */
import type { Command } from '../../../grammar/ast.ts';
import { error } from '../../language/datum.ts';
import type { Entry } from '../../language/entry.ts';
import type { Frame } from '../frame/context.ts';
import { result } from '../evaluate/inline.ts';
import { definitionNamed, enterUse } from '../evaluate/use.ts';
import { shared } from '../values/tensors.ts';
import { storedValue } from '../statements/weights.ts';

export function nestedOptimizer(command: Command, frame: Frame): void {
  const named = definitionNamed('optim', command, frame);
  if (named === undefined) return;
  const callee = enterUse({
    ...named,
    caller: frame,
    span: command.span,
    path: frame.path,
    word: '',
    specials: frame.specials,
  });
  if (callee !== undefined) runOptimizer(named.entry, callee);
}

/** Runs an optimizer's body. The short form `def optim sgd(lr) = param - lr * grad` gives the new parameter. */
export function runOptimizer(entry: Entry, frame: Frame): void {
  const short = result(entry, frame);
  const { body } = entry.definition;
  const { subject } = frame;
  if (body.type === 'body' || subject === undefined || short.type === 'error') return;
  const value = storedValue(short, subject.shape, 'param', body.span, frame);
  subject.specials.rebind('param', value === undefined ? error : shared(value));
}
