/** `name = expression`: names for values. Within one scope a name means one thing; only `it` changes. */
import type { Span, Statement } from '../../../grammar/ast.ts';
import type { Datum } from '../../language/datum.ts';
import { isBelow } from '../../ir/paths.ts';
import type { Value } from '../../ir/types.ts';
import { hypersOf, wordIn } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { say } from '../../diagnostics/say.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { report } from '../frame/report.ts';

/** `name = expression`; `it` is the one name that changes. */
export function assign(statement: Extract<Statement, { readonly type: 'assign' }>, frame: Frame): void {
  const { value, span } = statement;
  const { text, span: nameSpan } = statement.name;
  const size = frame.run.graph.size;
  const datum = frame.world.meaning.evaluate(value, frame);
  const tensor = datum.type === 'tensor' ? { ...datum, made: { source: frame.site.source, span } } : datum;
  if (text === 'it') {
    frame.flow.it = tensor;
    return;
  }
  if (tensor.type === 'tensor' && frame.run.graph.madeSince(tensor.value, size)) {
    frame.run.graph.name(tensor.value, wordIn(frame, text));
  } else if (tensor.type === 'tensor' && frame.body !== 'top') callsIt(tensor.value, text, frame);
  name(text, nameSpan, tensor, frame);
}

/** `x = it`: a body's own word for what it has been given. What it has made keeps the first one. */
function callsIt(value: Value, text: string, frame: Frame): void {
  const { graph } = frame.run;
  const word = graph.wordAt(value, frame.word);
  if (word === undefined || !isBelow(frame.word, word)) graph.giveAs(value, frame.word, text);
}

/** Names a value; a scope names a thing once, and what a scan carries once more. */
export function name(text: string, span: Span, datum: Datum, frame: Frame): void {
  const before =
    frame.scope.own(text) ?? (frame.body === 'top' && frame.path === '' ? hypersOf(frame)?.own(text) : undefined);
  if (before !== undefined && before.exported !== true && before.carried !== true) {
    report(say.NN2009.name({ name: text }), span, frame, {
      also: before.made === undefined ? [] : [{ ...before.made, text: note.first }],
      fault: 'definition',
    });
    return;
  }
  frame.scope.declare(text, { datum, made: { source: frame.site.source, span } });
}
