/**
 * `class_weights(label)`: n/(K·n_k) of each class k of a target, over the training rows. They come from the data: a state
 * at `<target>.weights`, which the runtime fills before training and a run saves with its weights.
 */
import type { Span } from '../../../grammar/ast.ts';
import { error, exampleShape } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import { join } from '../../ir/paths.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { mistake } from '../frame/report.ts';
import { say } from '../../diagnostics/say.ts';
import { dataState } from './data-state.ts';
import { sourceText } from './misfit.ts';
import { asTensor } from './operation.ts';

export function classWeights(of: Operand, frame: Frame, span: Span): Datum {
  const tensor = asTensor(of.datum, frame, of.span);
  if (tensor === undefined) return error;
  const { graph } = frame.run;
  const [target] = graph.nodeOf(tensor.value) === undefined ? graph.inputsOf(tensor.value, 'target') : [];
  // What an augmentation makes of a class is a distribution over all of them.
  const mixed = target === undefined ? undefined : frame.world.augmented.get(target);
  const classes = mixed === undefined ? tensor.classes : exampleShape(tensor).at(-1);
  if (target === undefined || typeof classes !== 'number') {
    const told = say.NN2007.classWeights({ name: sourceText(frame, of.span) });
    return mistake(told, of.span, frame, { fault: 'definition' });
  }
  // Before the rows have been counted, no class counts more than another.
  return dataState({ path: join(target, 'weights'), shape: [classes], start: 1, balances: target }, frame, span);
}
