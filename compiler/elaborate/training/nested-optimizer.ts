/** An optimizer inside another: it updates the same parameter, its states join, its rate is not scheduled again. */
import type { Command } from '../../../grammar/ast.ts';
import { error } from '../../language/datum.ts';
import type { Entry } from '../../language/entry.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import { bindArguments } from '../evaluate/bind.ts';
import { definitions } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { enter, result } from '../evaluate/inline.ts';
import { kindName } from '../statements/layers.ts';
import { lookup } from '../evaluate/names.ts';
import { shared } from '../values/tensors.ts';
import { storedValue } from '../statements/weights.ts';

export function nestedOptimizer(command: Command, frame: Frame): void {
  const [first, ...args] = command.args;
  const name = first === undefined ? undefined : kindName(first.value);
  const passed = name === undefined ? undefined : lookup(frame, name)?.datum;
  if (passed?.type === 'error') return;
  const kind = passed?.type === 'kind' && passed.sort === 'optim' ? passed : undefined;
  const entry = kind?.entry ?? (name === undefined ? undefined : definitions(frame).find('optim', name));
  if (entry === undefined) {
    frame.world.reporter.report({
      code: 'NN2002',
      site: frame.site,
      span: first?.span ?? command.span,
      message: `there is no optimizer \`${name ?? ''}\``,
      help: didYouMean(name ?? '', definitions(frame).names('optim')),
      fault: 'definition',
    });
    return;
  }
  const callee = enter(entry, frame, command.span, {
    path: frame.path,
    word: '',
    specials: frame.specials,
    it: { type: 'absent', why: '`it` has no value in an optimizer', help: 'the gradient is `grad`' },
  });
  if (callee === undefined) return;
  const fine = bindArguments(
    { entry, args, caller: frame, span: command.span, inputs: [], bound: kind?.bound ?? new Map(), inputsApart: false },
    callee,
  );
  if (fine) runOptimizer(entry, callee);
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
