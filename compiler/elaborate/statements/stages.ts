/** `phase` and `step`: parts of the run, and what alternates within them. */
import type { Statement } from '../../../grammar/ast.ts';
import { say } from '../../diagnostics/say.ts';
import { Scope } from '../../language/scope.ts';
import type { Frame } from '../frame/context.ts';
import { report } from '../frame/report.ts';
import { emptySpec } from '../frame/spec.ts';
import type { Spec, TopLevel } from '../frame/spec.ts';
import { namedArguments, settingNumber, wordOf } from './settings.ts';

export type PhaseStatement = Extract<Statement, { readonly type: 'phase' }>;
export type StepStatement = Extract<Statement, { readonly type: 'step' }>;

/** A phase in effect: what it says, which replaces what was said before. */
export function phaseStatement(statement: PhaseStatement, frame: Frame, top: TopLevel): void {
  if (!frame.world.stage.phases.has(statement)) return;
  const { span } = statement;
  const named = namedArguments(
    { keyword: 'phase', args: statement.named },
    ['epochs', 'patience', 'monitor'],
    0,
    frame,
  );
  const whole = (name: 'epochs' | 'patience'): number | undefined => {
    const written = named.get(name);
    return written && settingNumber(written, `\`${name}\``, { whole: true, least: 1 }, frame);
  };
  if (!named.has('epochs')) report(say.NN2005.epochs({ name: statement.name.text }), statement.name.span, frame);
  const watched = named.get('monitor');
  const monitor = watched && { name: wordOf(watched, frame), span: watched.span };
  const spec = partOf(top.spec);
  const [epochs, patience] = [whole('epochs') ?? 1, whole('patience')];
  top.parts.push({ type: 'phase', statement, spec, epochs, patience, monitor, span });
  runInside(statement, spec, frame, top);
}

/** A step whose losses are taken. */
export function stepStatement(statement: StepStatement, frame: Frame, top: TopLevel): void {
  if (!frame.world.stage.steps.has(statement)) return;
  const { span } = statement;
  const named = namedArguments({ keyword: 'step', args: statement.named }, ['times'], 0, frame);
  const written = named.get('times');
  const times = written && settingNumber(written, '`times`', { whole: true, least: 1 }, frame);
  const spec = partOf(top.spec);
  top.parts.push({ type: 'step', statement, spec, times: times ?? 1, phase: top.inside, span });
  runInside(statement, spec, frame, top);
}

/** What a part names is seen inside alone. */
function runInside(statement: PhaseStatement | StepStatement, spec: Spec, frame: Frame, top: TopLevel): void {
  frame.world.meaning.run(statement.body.statements, {
    ...frame,
    flow: { ...frame.flow },
    scope: new Scope(frame.scope),
    top: { ...top, spec, inside: statement },
  });
}

/** What a part says by itself, over the ports of the whole. */
const partOf = ({ ports, targets }: Spec): Spec => ({ ...emptySpec(), ports, targets });

/** Statements of a part replace those of their kind; freezing goes on from what was frozen. */
export function override(spec: Spec, own: Spec): void {
  replace(spec.optimizers, own.optimizers);
  replace(spec.clips, own.clips);
  replace(spec.penalties, own.penalties);
  replace(spec.metrics, own.metrics);
  if (own.lossStatements > 0) replaceLosses(spec, [own]);
  if (own.schedule !== undefined) spec.schedule = own.schedule;
  if (own.once.has('accumulate')) spec.accumulate = own.accumulate;
  if (own.ema !== undefined) spec.ema = own.ema;
  spec.freezes.push(...own.freezes);
}

/** What is minimised is what these say. */
export function replaceLosses(spec: Spec, own: readonly Spec[]): void {
  const losses = own.flatMap((each) => each.losses);
  spec.losses.splice(0, spec.losses.length, ...losses);
  spec.lossStatements = own.reduce((sum, { lossStatements }) => sum + lossStatements, 0);
  spec.lossStatement = own.find(({ lossStatement }) => lossStatement !== undefined)?.lossStatement;
}

function replace<T>(all: T[], own: readonly T[]): void {
  if (own.length > 0) all.splice(0, all.length, ...own);
}
