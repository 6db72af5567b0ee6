/** Optimizers: which one updates which parameter, and its def inlined into one update graph for each. */
import { boolean } from '../../language/datum.ts';
import { Scope } from '../../language/scope.ts';
import { namesWeight } from '../../language/selectors.ts';
import { GRAD_NORM } from '../../ir/model.ts';
import type { Slot, Update } from '../../ir/model.ts';
import type { GraphOutput } from '../../ir/types.ts';
import { originOf } from '../frame/context.ts';
import type { Declared, Frame, Named, Run, Subject } from '../frame/context.ts';
import { GraphBuild } from '../../ir/graph-build.ts';
import { definitionNamed, enterUse } from '../evaluate/use.ts';
import { averageOf } from './average.ts';
import { runOptimizer } from './nested-optimizer.ts';
import { elementwise, operandsAt } from '../values/operation.ts';
import { shared } from '../values/tensors.ts';
import { standsBesidePair } from './pairs.ts';
import { decaysByItself } from './penalties.ts';
import { hostNumber, scheduleFactor } from './schedule.ts';
import { select } from './selection.ts';
import type { Later, Spec } from '../frame/spec.ts';
import { say } from '../../diagnostics/say.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { report } from '../frame/report.ts';

export interface Group {
  readonly later: Later;
  readonly named: Named;
}

/** The optimizer of each trained parameter. Overlaps, gaps and frozen parameters are mistakes. */
export function groupsOf(spec: Spec, trained: readonly Declared[], frame: Frame): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  let rest: Group | undefined;
  let complete = true;
  for (const later of spec.optimizers) {
    const named = definitionNamed('optim', later.command, later.frame);
    if (named === undefined) {
      complete = false;
      if (later.command.for !== undefined) select(later.command.for, later.frame);
      continue;
    }
    const group = { later, named };
    const selector = later.command.for;
    if (selector === undefined) {
      if (rest !== undefined) {
        report(say.NN3005.all(), later.command.span, later.frame, {
          also: [{ source: frame.site.source, span: rest.later.command.span, text: note.first }],
        });
      }
      rest = group;
      continue;
    }
    const covered = select(selector, later.frame);
    // A group of what is frozen in this phase is for another one.
    const isPhase = frame.world.stage.phases.size > 0;
    const frozen = isPhase ? [] : covered.filter((parameter) => parameter.frozen);
    // A matrix that has a pair is frozen without having been named: with others of its layer it may be named here.
    const isStill = standsBesidePair(frame.world);
    const parameters = frozen.filter(({ path }) => !isStill(path)).map(({ path }) => path);
    if (parameters.length > 0) report(say.NN3007.parameters({ parameters }), selector.span, later.frame);
    else if (frozen.length > 0 && frozen.length === covered.length) {
      const matrices = frozen.map(({ path }) => path);
      const beside = matrices.flatMap((path) => frame.world.pairs.get(path)?.path ?? []);
      report(say.NN3007.adapted({ matrices, pairs: beside }), selector.span, later.frame);
    }
    const overlap = covered.find((parameter) => groups.has(parameter.path));
    const other = overlap === undefined ? undefined : groups.get(overlap.path);
    if (overlap !== undefined && other !== undefined) {
      const { span } = other.later.command.for ?? other.later.command;
      report(say.NN3005.one({ parameter: overlap.path }), selector.span, later.frame, {
        also: [{ source: frame.site.source, span, text: note.namedToo }],
      });
    }
    for (const parameter of covered) if (!groups.has(parameter.path)) groups.set(parameter.path, group);
  }
  const bare = trained.filter((parameter) => !groups.has(parameter.path));
  if (rest !== undefined) for (const parameter of bare) groups.set(parameter.path, rest);
  else if (bare.length > 0 && complete && spec.optimizers.length > 0) {
    const last = spec.optimizers.at(-1);
    const parameters = bare.map((each) => each.path);
    if (last !== undefined) report(say.NN3006.parameters({ parameters }), last.command.span, last.frame);
  }
  return groups;
}

/** Whether weight decay reaches the parameter in its group. */
export function decays(parameter: Declared, group: Group): boolean {
  const selector = group.later.command.for;
  return decaysByItself(parameter) || (selector !== undefined && namesWeight(selector, parameter.path));
}

/** The def's body inlined for one parameter; undefined after a mistake. */
export function updateOf(
  parameter: Declared,
  group: Group,
  { schedule, ema }: Pick<Spec, 'schedule' | 'ema'>,
): Update | undefined {
  const { later, named } = group;
  const { entry } = named;
  const { command, frame: outer } = later;
  const origin = originOf(outer, command.span);
  const graph = new GraphBuild({ ...origin, what: entry.name }, 'update');
  const run: Run = { ...outer.run, graph, mode: 'update', occurrences: new Map() };
  const specials = new Scope();
  const { path, shape } = parameter;
  const subject: Subject = { path, shape, slots: new Map(), at: undefined, specials };
  const frame: Frame = { ...outer, run, subject, path, word: '' };
  const param = shared(graph.input('parameter', 'param', { dtype: 'f32', shape }, 'param'));
  specials.declare('param', { datum: param });
  specials.declare('grad', { datum: shared(graph.input('grad', 'grad', { dtype: 'f32', shape }, 'grad')) });
  specials.declare('grad_norm', {
    datum: shared(graph.input('value', GRAD_NORM, { dtype: 'f32', shape: [] }, GRAD_NORM)),
  });
  specials.declare('t', { datum: hostNumber('t', frame) });
  specials.declare('decays', { datum: boolean(decays(parameter, group)) });
  const callee = enterUse({ ...named, caller: frame, span: command.span, path, word: '', specials });
  if (callee === undefined) return undefined;
  const rate = callee.scope.own('lr');
  if (rate !== undefined && schedule !== undefined) {
    const { span } = command;
    const scheduled = elementwise('mul', operandsAt(span, rate.datum, scheduleFactor(schedule, frame)), frame, span);
    if (scheduled.type === 'error') return undefined;
    if (scheduled.type === 'tensor') graph.name(scheduled.value, 'lr');
    callee.scope.declare('lr', { ...rate, datum: scheduled });
  }
  const before = frame.world.reporter.errors;
  runOptimizer(entry, callee);
  const written = specials.lookup('param')?.datum;
  if (written?.type !== 'tensor' || frame.world.reporter.errors > before) return undefined;
  if (written.value === param.value) {
    report(say.NN3012.parameter({ name: entry.name }), command.span, frame);
    return undefined;
  }
  const outputs: GraphOutput[] = [{ role: 'parameter', name: 'param', value: written.value }];
  const slots: Slot[] = [];
  for (const [name, slot] of subject.slots) {
    slots.push({ name, shape: slot.shape, init: slot.init });
    outputs.push({ role: 'slot', name, value: slot.value });
  }
  if (ema !== undefined && ema.decay > 0) {
    const { slot, value } = averageOf(graph, written.value, new Set(subject.slots.keys()), ema);
    slots.push(slot);
    outputs.push({ role: 'slot', name: slot.name, value });
  }
  const whole = graph.finish(outputs);
  if (subject.at !== undefined && whole.inputs.some(({ role, name }) => role === 'grad' && name === 'grad')) {
    report(say.NN2022.gradientBefore({ name: entry.name }), command.span, frame, { fault: 'definition' });
    return undefined;
  }
  const at = subject.at === undefined ? undefined : graph.finish([{ role: 'value', name: 'at', value: subject.at }]);
  return { parameter: path, graph: whole, slots, at, optimizer: entry.name, origin };
}
