/**
 * `class_weights(label)`: n/(K·n_k) of each class k of a target, over the training rows. They come from the data: a state
 * at `<target>.weights`, which the runtime fills before training and a run saves with its weights.
 */
import type { Span } from '../../../grammar/ast.ts';
import { error, exampleShape } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Graph } from '../../ir/types.ts';
import { GraphBuild } from '../../ir/graph-build.ts';
import { join } from '../../ir/paths.ts';
import { originOf } from '../frame/context.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { mistake } from '../frame/report.ts';
import { say } from '../../diagnostics/say.ts';
import { sourceText } from './misfit.ts';
import { asTensor } from './operation.ts';
import { shared } from './tensors.ts';

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
  const path = join(target, 'weights');
  const shape = [classes];
  if (!frame.run.states.has(path)) {
    const origin = originOf(frame, span);
    const made = { source: frame.site.source, span };
    frame.run.states.set(path, {
      path,
      shape,
      init: ones(shape, frame, span),
      origin,
      frozen: true,
      made,
      balances: target,
    });
  }
  return shared(graph.input('state', path, { dtype: 'f32', shape }, path));
}

/** What there is before the rows have been counted: no class counts more than another. */
function ones(shape: readonly number[], frame: Frame, span: Span): Graph {
  const origin = originOf(frame, span);
  const graph = new GraphBuild(origin, 'forward');
  const one = graph.apply('const', [], { value: 1 }, 'start', origin);
  return graph.finish([
    { role: 'value', name: 'value', value: graph.apply('broadcast', [one], { shape }, 'start', origin) },
  ]);
}
