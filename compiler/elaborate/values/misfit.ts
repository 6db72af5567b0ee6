/** Makes diagnostics of operations whose operands do not fit. */
import type { Span } from '../../../grammar/ast.ts';
import { describe, exampleShape, formatShape } from '../../language/datum.ts';
import type { Datum, Made, Tensor } from '../../language/datum.ts';
import type { Mistake } from '../../language/report.ts';
import type { Misfit, Op } from '../../ops/define.ts';
import type { Frame, Operand } from '../frame/context.ts';

export function reportMisfit(
  op: Op,
  misfit: Misfit,
  tensors: readonly Tensor[],
  operands: readonly Operand[],
  frame: Frame,
  span: Span,
): void {
  const { reporter } = frame.world;
  const text = (i: number) => sourceText(frame, operands[i]?.span);
  const also = tensors.flatMap((tensor) => madeLabel(tensor, frame));
  switch (misfit.misfit) {
    case 'shapes': {
      const left = tensors[misfit.left];
      const right = tensors[misfit.right];
      if (left === undefined || right === undefined) return;
      const [a, b] = [exampleShape(left), exampleShape(right)];
      reporter.report({
        code: op.elementwise ? 'NN2004' : 'NN2011',
        site: frame.site,
        span,
        message: op.elementwise
          ? `${op.name} cannot broadcast ${formatShape(a)} with ${formatShape(b)}`
          : `${op.name} cannot join ${formatShape(a)} with ${formatShape(b)}: ${misfit.why}`,
        label: `${text(misfit.left)} has shape ${formatShape(a)}, ${text(misfit.right)} has shape ${formatShape(b)}`,
        also,
        help: op.elementwise ? broadcastHelp(a, b, text(misfit.left), text(misfit.right)) : undefined,
      });
      return;
    }
    case 'input': {
      const tensor = tensors[misfit.input];
      if (tensor === undefined) return;
      if (tensor.value.type.dtype === 'i32') {
        reportInteger(op.name, tensor, operands[misfit.input]?.span ?? span, frame);
        return;
      }
      reporter.report({
        code: 'NN2011',
        site: frame.site,
        span,
        message: `${op.name} cannot take ${text(misfit.input)}: ${misfit.why}`,
        label: `${text(misfit.input)} has shape ${formatShape(exampleShape(tensor))}`,
        also,
      });
      return;
    }
    case 'attr':
      reporter.report({
        code: 'NN2011',
        site: frame.site,
        span,
        message: `${op.name}: ${misfit.why}`,
        label: tensors.map((tensor, i) => `${text(i)} has shape ${formatShape(exampleShape(tensor))}`).join(', '),
        also,
      });
      return;
  }
}

/** What is summed over everything evaluated meets the values of each example, which are gone by then. */
export function reportAtEnd(tensors: readonly Tensor[], sum: Span | undefined, frame: Frame, span: Span): void {
  frame.world.reporter.report({
    code: 'NN2027',
    site: frame.site,
    span,
    message:
      'what is summed over everything evaluated is known only at the end: it cannot meet the values of each example',
    label: `${sourceText(frame, sum)} is such a sum`,
    also: tensors.flatMap((tensor) => madeLabel(tensor, frame)),
    help: 'sum both sides first: batch_mean(x) - batch_mean(y) instead of batch_mean(x - batch_mean(y)); the mean of (x - batch_mean(x))^2 is batch_variance(x)',
  });
}

export function reportInteger(what: string, tensor: Tensor, span: Span, frame: Frame): void {
  const name = sourceText(frame, span);
  frame.world.reporter.report({
    code: 'NN2014',
    site: frame.site,
    span,
    message: `${what} needs numbers, and ${name} holds integers${tensor.classes === undefined ? '' : ` (class[${tensor.classes}])`}`,
    label: `${name} holds integers`,
    also: madeLabel(tensor, frame),
    help: integerHelp(tensor, name, frame),
  });
}

function integerHelp(tensor: Tensor, name: string, frame: Frame): string | undefined {
  if (tensor.classes !== undefined) {
    return `compare with a number instead (target: f32[1]), or write one_hot(${name.replaceAll('`', '')}, ${tensor.classes})`;
  }
  const declared = frame.run.graph.nodeOf(tensor.value) === undefined;
  return declared ? 'declare the input as f32, or look the integers up in a table: layer embedding' : undefined;
}

/** The place where the operand was made, if it is not the place of the mistake. */
export function madeLabel(tensor: Tensor, frame: Frame): readonly (Made & { readonly text: string })[] {
  const { made } = tensor;
  if (made === undefined) return [];
  // Places inside definitions say nothing to the caller.
  if (made.source !== (frame.site.calls[0]?.source ?? frame.site.source)) return [];
  const what =
    tensor.classes === undefined ? `shape ${formatShape(exampleShape(tensor))}` : `type class[${tensor.classes}]`;
  return [{ ...made, text: `this value has ${what}` }];
}

/** What the user wrote, for a sentence: `` `skip` ``; long expressions are only pointed at. */
export function sourceText(frame: Frame, span: Span | undefined): string {
  if (span === undefined) return 'it';
  const text = frame.site.source.text.slice(span.start, span.end);
  return text.length === 0 || text.length > 40 || text.includes('\n') ? 'this' : `\`${text}\``;
}

/** A hyper that is no fit for one place is none for the others: it is told once, beside its statement. */
export function ofHyper(frame: Frame, span: Span): Partial<Pick<Mistake, 'topic' | 'also'>> {
  const name = frame.site.source.text.slice(span.start, span.end);
  const made = frame.site.calls.length === 0 ? frame.world.hypers.own(name)?.made : undefined;
  if (made === undefined) return {};
  return { topic: `the hyper ${name}`, also: [{ ...made, text: `\`${name}\` is made here` }] };
}

function broadcastHelp(a: readonly number[], b: readonly number[], left: string, right: string): string | undefined {
  const [from, to, name] = a.length < b.length || (a.at(-1) ?? 0) < (b.at(-1) ?? 0) ? [a, b, left] : [b, a, right];
  const width = to.at(-1);
  if (from.length !== to.length || width === undefined) return 'reshape one of them: reshape(x, [1, -1])';
  const differ = from.filter((size, i) => size !== to[i]).length;
  if (differ !== 1 || from.at(-1) === width) return undefined;
  const plain = name.replaceAll('`', '');
  return /^[A-Za-z_]\w*$/.test(plain) && plain !== 'this' && plain !== 'it'
    ? `project it first: layer dense ${width} from ${plain} as ${plain}${width}`
    : `project one of them first: layer dense ${width} from … as …`;
}

export function reportForeign(frame: Frame, span: Span): void {
  frame.world.reporter.report({
    code: 'NN2025',
    site: frame.site,
    span,
    message: `${sourceText(frame, span)} is a value of the model, and an initial value is computed before there is one`,
    help: 'an initial value may use numbers, arguments and shapes',
  });
}

/** What has no value here is told so when it is read. */
export function reportAbsent(datum: Extract<Datum, { type: 'absent' }>, frame: Frame, span: Span): void {
  frame.world.reporter.report({
    code: 'NN2023',
    site: frame.site,
    span,
    message: datum.why,
    label: 'needed here',
    help: datum.help,
  });
}

export function reportNoValue(datum: Datum, frame: Frame, span: Span): void {
  if (datum.type === 'error') return;
  if (datum.type === 'absent') {
    reportAbsent(datum, frame, span);
    return;
  }
  frame.world.reporter.report({
    code: 'NN2007',
    site: frame.site,
    span,
    message: `a value is needed here, and ${sourceText(frame, span)} is ${describe(datum)}`,
  });
}
