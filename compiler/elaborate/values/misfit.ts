/** Makes diagnostics of operations whose operands do not fit. */
import type { Span } from '../../../grammar/ast.ts';
import { describe, exampleShape } from '../../language/datum.ts';
import type { Datum, Made, Tensor } from '../../language/datum.ts';
import type { Where } from '../../language/report.ts';
import type { Misfit, Op } from '../../ops/define.ts';
import { hypersOf } from '../frame/context.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import type { Shown } from '../../diagnostics/words.ts';
import { report } from '../frame/report.ts';

export function reportMisfit(
  op: Op,
  misfit: Misfit,
  tensors: readonly Tensor[],
  operands: readonly Operand[],
  frame: Frame,
  span: Span,
): void {
  const shown = tensors.map((tensor, i) => shownAs(tensor, operands[i], frame));
  const fail = (told: Told) =>
    report(told, span, frame, { also: tensors.flatMap((tensor) => madeLabel(tensor, frame)) });
  switch (misfit.misfit) {
    case 'shapes': {
      const [left, right] = [shown[misfit.left], shown[misfit.right]];
      if (left === undefined || right === undefined) return;
      fail(
        op.elementwise
          ? say.NN2004.shapes({ op: op.name, left, right })
          : say.NN2011.join({ op: op.name, left, right, why: misfit.why }),
      );
      return;
    }
    case 'input': {
      const [tensor, operand] = [tensors[misfit.input], shown[misfit.input]];
      if (tensor === undefined || operand === undefined) return;
      if (tensor.value.type.dtype === 'i32')
        reportInteger(op.name, tensor, operands[misfit.input]?.span ?? span, frame);
      else fail(say.NN2011.operand({ op: op.name, operand, why: misfit.why }));
      return;
    }
    case 'attr':
      fail(say.NN2011.setting({ op: op.name, operands: shown, why: misfit.why }));
      return;
  }
}

/** An operand as messages show it. */
export function shownAs(tensor: Tensor, operand: Operand | undefined, frame: Frame): Shown {
  return { name: sourceText(frame, operand?.span), shape: exampleShape(tensor) };
}

/** What is summed over everything evaluated meets the values of each example, which are gone by then. */
export function reportAtEnd(tensors: readonly Tensor[], sum: Span | undefined, frame: Frame, span: Span): void {
  const also = tensors.flatMap((tensor) => madeLabel(tensor, frame));
  report(say.NN2027.each({ name: sourceText(frame, sum) }), span, frame, { also });
}

export function reportInteger(what: string, tensor: Tensor, span: Span, frame: Frame): void {
  const { classes, value } = tensor;
  const declared = frame.run.graph.nodeOf(value) === undefined;
  const told = say.NN2014.value({ what, name: sourceText(frame, span), classes, declared });
  report(told, span, frame, { also: madeLabel(tensor, frame) });
}

/** The place where the operand was made, if it is not the place of the mistake. */
export function madeLabel(tensor: Tensor, frame: Frame): readonly (Made & { readonly text: string })[] {
  const { made, classes } = tensor;
  if (made === undefined) return [];
  // Places inside definitions say nothing to the caller.
  if (made.source !== (frame.site.calls[0]?.source ?? frame.site.source)) return [];
  return [{ ...made, text: classes === undefined ? note.shape(exampleShape(tensor)) : note.classes(classes) }];
}

/** What the user wrote, for a sentence: `` `skip` ``; long expressions are only pointed at. */
export function sourceText(frame: Frame, span: Span | undefined): string {
  if (span === undefined) return 'it';
  const text = frame.site.source.text.slice(span.start, span.end);
  return text.length === 0 || text.length > 40 || text.includes('\n') ? 'this' : `\`${text}\``;
}

/** A hyper that is no fit for one place is none for the others: it is told once, beside its statement. */
export function ofHyper(frame: Frame, span: Span): Partial<Pick<Where, 'topic' | 'also'>> {
  const name = frame.site.source.text.slice(span.start, span.end);
  const made = frame.site.calls.length === 0 ? hypersOf(frame)?.own(name)?.made : undefined;
  if (made === undefined) return {};
  return { topic: { hyper: name }, also: [{ ...made, text: note.made(name) }] };
}

export function reportNoValue(datum: Datum, frame: Frame, span: Span): void {
  if (datum.type === 'error') return;
  if (datum.type === 'absent') report(datum.told, span, frame);
  else report(say.NN2007.value({ name: sourceText(frame, span), given: describe(datum) }), span, frame);
}
