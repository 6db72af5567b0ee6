/** The loss of a step: the losses with their weights, and in training the penalties; and what it depends on. */
import type { Value } from '../../ir/types.ts';
import type { Declared } from '../frame/context.ts';
import { isBelow, scopeOf } from '../../ir/paths.ts';
import { penaltyOf } from './penalties.ts';
import type { Session } from '../frame/spec.ts';
import { say } from '../../diagnostics/say.ts';

/** Undefined where there is no loss, or mistakes left none. */
export function totalLoss({ spec, frame }: Session): Value | undefined {
  const { run } = frame;
  const terms = spec.losses.map((loss) => loss.weighted);
  if (run.mode === 'training') {
    for (const later of spec.penalties) {
      const penalty = penaltyOf(later);
      if (penalty !== undefined) terms.push(penalty);
    }
  }
  const [first, ...rest] = terms;
  const origin = spec.losses[0]?.origin;
  if (first === undefined || origin === undefined || spec.losses.length < spec.lossStatements) return undefined;
  return rest.reduce((sum, term) => run.graph.apply('add', [sum, term], {}, 'loss', origin), first);
}

/** Trained parameters that no loss depends on: each is a mistake. Penalties do not count. `phase` says the losses. */
export function unreached(
  { spec, frame }: Session,
  trained: readonly Declared[],
  phase: string | undefined,
): readonly Declared[] {
  if (spec.losses.length === 0) return [];
  const reached = frame.run.graph.reaches(
    spec.losses.map((loss) => loss.weighted),
    false,
  );
  const lost = trained.filter((parameter) => {
    const weight = frame.run.weights.get(parameter.path);
    return weight !== undefined && !reached.has(weight.value);
  });
  // One layer is one mistake, whatever it holds.
  const layers = new Map<string, Declared[]>();
  const beside = lost.flatMap(({ path }) => frame.world.reparams.get(path)?.path ?? []);
  for (const parameter of lost) {
    // So is what a reparametrisation of it has of its own.
    if (beside.some((own) => isBelow(own, parameter.path))) continue;
    const { path } = parameter;
    const scope = path.includes('.') ? scopeOf(path) : path;
    layers.set(scope, [...(layers.get(scope) ?? []), parameter]);
  }
  for (const [scope, members] of layers) {
    const [head] = members;
    const made = frame.run.scopes.get(scope) ?? head?.made;
    if (made === undefined || head === undefined) continue;
    const inUserFile = made.source === frame.site.source;
    const place = inUserFile
      ? made
      : { source: frame.site.source, span: outermost(scope, frame.run.scopes) ?? made.span };
    const site = { ...frame.site, source: place.source };
    const parameters = members.map((member) => member.path);
    const told =
      phase === undefined
        ? say.NN3004.parameters({ parameters })
        : say.NN3004.inPhase({ phase, parameters, scope: inUserFile ? scope : (scope.split('.')[0] ?? scope) });
    frame.world.reporter.report(told, { site, span: place.span });
  }
  return lost;
}

/** The user's own statement that holds the scope. */
function outermost(
  scope: string,
  scopes: ReadonlyMap<string, { readonly span: { readonly start: number; readonly end: number } }>,
) {
  const [first = ''] = scope.split('.');
  return scopes.get(first)?.span;
}
