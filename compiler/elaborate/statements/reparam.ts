/** What `reparam` makes of a weight: evaluated where the weight is declared, once in a step for all that read it. */
import { boolean, exampleShape } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import { say } from '../../diagnostics/say.ts';
import { giveAs } from '../evaluate/bind.ts';
import { result } from '../evaluate/inline.ts';
import { enterUse, seen } from '../evaluate/use.ts';
import { GraphBuild } from '../../ir/graph-build.ts';
import type { Graph, GraphOutput } from '../../ir/types.ts';
import { apart, originOf } from '../frame/context.ts';
import type { Frame, Reparam, Run } from '../frame/context.ts';
import { report } from '../frame/report.ts';
import type { Session } from '../frame/spec.ts';
import { reportInteger } from '../values/misfit.ts';
import { asTensor } from '../values/operation.ts';
import { shared } from '../values/tensors.ts';

/** The weight of this path as layers read it, without a pair; after a mistake as it is stored. */
export function effective(path: string, stored: Tensor, frame: Frame): Tensor {
  const { run, world, uses } = frame;
  const reparam = world.reparams.get(path);
  if (reparam === undefined) return stored;
  const known = uses.length > 0 ? run.effective.get(path) : undefined;
  const made = known ?? evaluated(path, reparam, stored, frame);
  if (made === undefined) {
    run.broken.add(reparam.path);
    return stored;
  }
  run.effective.set(path, made);
  return made;
}

/**
 * What layers read, of each weight that is adapted, as a graph of its own: outputs of the role `value` by path, outside
 * training and without pairs. Undefined where nothing is adapted.
 */
export function effectiveWeights({ frame, spec }: Session): Graph | undefined {
  const [first] = spec.reparams;
  if (first === undefined) return undefined;
  const graph = new GraphBuild(originOf(first.frame, first.command.span), 'forward');
  const run: Run = { ...frame.run, ...apart(), graph, mode: 'evaluation', occurrences: new Map() };
  const outputs = [...frame.world.reparams].flatMap(([path, reparam]): readonly GraphOutput[] => {
    const shape = frame.run.parameters.get(path)?.shape ?? [];
    const stored = shared(graph.input('parameter', path, { dtype: 'f32', shape }, path));
    const made = evaluated(path, reparam, stored, { ...frame, run });
    return made === undefined ? [] : [{ role: 'value', name: path, value: made.value }];
  });
  return graph.finish(outputs);
}

function evaluated(path: string, reparam: Reparam, stored: Tensor, frame: Frame): Tensor | undefined {
  const { by, named } = reparam;
  const { run, world, goesOn } = frame;
  const { span } = by.command;
  // What is made of a weight is no part of a turn, or of a use, in which the weight is read.
  const stage = { ...world.stage, updates: () => world.stage.updates(path) };
  const { hypers } = by.frame.world;
  const caller: Frame = { ...by.frame, run, world: { ...world, hypers, stage }, goesOn };
  const training = run.mode === 'training' && !world.frozen(path);
  const callee = enterUse({
    ...named,
    caller,
    span,
    path: reparam.path,
    word: reparam.path,
    specials: seen({ training: boolean(training) }),
    it: stored,
  });
  if (callee === undefined || !takesNoValue(callee, caller, reparam)) return undefined;
  giveAs(stored, 'w', callee);
  const { size } = run.graph;
  const made = result(named.entry, { ...callee, adapts: stored.value.type.shape.filter((axis) => axis !== 'B') });
  const tensor = made.type === 'error' ? undefined : fits(made, path, reparam, stored, caller);
  if (tensor === undefined) return undefined;
  if (run.graph.madeSince(tensor.value, size)) run.graph.name(tensor.value, reparam.path);
  return { ...tensor, made: stored.made };
}

/** Weights are the same for every example, and there before all values: a definition cannot be given one. */
function takesNoValue(callee: Frame, caller: Frame, { named, by }: Reparam): boolean {
  const given = named.entry.parameters.find(({ name }) => {
    const datum = callee.scope.own(name)?.datum;
    return datum?.type === 'tensor' && !callee.run.graph.owns(datum.value);
  });
  if (given === undefined) return true;
  report(say.NN3021.value({ kind: named.entry.name, name: given.name }), by.command.span, caller);
  return false;
}

/** The result as a weight: numbers in the shape of what is stored, and made of it. */
function fits(made: Datum, path: string, { by, named }: Reparam, stored: Tensor, caller: Frame): Tensor | undefined {
  const wanted = exampleShape(stored);
  const { span } = by.command;
  const kind = named.entry.name;
  const tensor = asTensor(made, caller, span);
  if (tensor === undefined) return undefined;
  if (tensor.value.type.dtype === 'i32') {
    reportInteger('a weight', tensor, span, caller);
    return undefined;
  }
  if (tensor.perExample) {
    report(say.NN3021.examples({ kind, path }), span, caller);
    return undefined;
  }
  const shape = exampleShape(tensor);
  if (shape.length !== wanted.length || shape.some((size, axis) => size !== wanted[axis])) {
    report(say.NN3021.shape({ kind, path, shape, wanted }), span, caller);
    return undefined;
  }
  if (caller.run.graph.reaches([tensor.value], true).has(stored.value)) return tensor;
  report(say.NN3021.unread({ kind, path }), span, caller);
  return undefined;
}
