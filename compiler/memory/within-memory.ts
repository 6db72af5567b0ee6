/** Keeps training within the memory that a spec grants it, or says what takes it. */
import { catalog } from '../diagnostics/catalog.ts';
import { note } from '../diagnostics/catalog/notes.ts';
import { say } from '../diagnostics/say.ts';
import type { Told } from '../diagnostics/say.ts';
import type { Diagnostic, Label } from '../diagnostics/types.ts';
import { elements } from '../ir/cost.ts';
import type { Model } from '../ir/model.ts';
import { stepsOf } from '../ir/model.ts';
import type { Program } from '../ir/program.ts';
import { isCall } from '../ir/traits.ts';
import type { Origin } from '../ir/types.ts';
import { budgeted, trainingMemory } from '../targets/recorded/memory.ts';
import type { TrainingMemory } from '../targets/recorded/memory.ts';
import { nothingAgain, operationsOf, recomputations } from './recomputing.ts';
import type { Recomputation } from './recomputing.ts';

/** Whether a spec says anything that is not known before it is compiled. */
export const isAboutMemory = ({ budget, remat }: Model): boolean => budget !== undefined || remat !== undefined;

/** What is hardly more than the least is as good. */
const near = 1.02;

interface Within {
  readonly program: Program;
  readonly found: readonly Diagnostic[];
}

/** A program, and what it holds in the phase in which that is most of a budget. */
interface Tried {
  readonly program: Program;
  readonly memory: TrainingMemory;
}

/**
 * With `remat auto` the program that computes least again and fits into the budget; without a budget the one that holds
 * least. What does not make the arena smaller is not done.
 */
export function withinMemory(programOf: (again: Recomputation) => Program): Within {
  const program = programOf(nothingAgain);
  const { budget, remat } = program.model;
  if (!isAboutMemory(program.model)) return { program, found: [] };
  const plain = triedAs(program);
  const limit = budget?.bytes ?? Infinity;
  const fits = budget !== undefined && budgeted(plain.memory) <= limit;
  if (remat === undefined || fits) return { program, found: overBudget(plain, programOf) };
  const tried = recomputed(programOf, program).filter(({ memory }) => memory.arena < plain.memory.arena);
  const [first] = tried;
  if (first === undefined) {
    const found = [
      told(say.NN3027.none({ bytes: plain.memory.arena }), remat.origin, places(plain, 'arena', remat.origin)),
    ];
    return { program, found: [...overBudget(plain, programOf), ...found] };
  }
  const least = tried.reduce((most, { memory }) => Math.min(most, memory.arena), first.memory.arena);
  const fitting = tried.filter(({ memory }) => budgeted(memory) <= limit);
  const among =
    budget !== undefined && fitting.length > 0 ? fitting : tried.filter(({ memory }) => memory.arena <= near * least);
  const costs = new Map(among.map((each) => [each, operationsOf(each.program)]));
  const chosen = among.reduce((a, b) => ((costs.get(b) ?? 0) < (costs.get(a) ?? 0) ? b : a), among[0] ?? first);
  return { program: chosen.program, found: overBudget(chosen, programOf) };
}

function recomputed(programOf: (again: Recomputation) => Program, { training }: Program): readonly Tried[] {
  const hasRounds = training.some(({ plan }) => plan.nodes.some(isCall));
  return recomputations(hasRounds).map((again) => triedAs(programOf(again)));
}

const triedAs = (program: Program): Tried => ({ program, memory: trainingMemory(program, budgeted) });

function overBudget({ program, memory }: Tried, programOf: (again: Recomputation) => Program): readonly Diagnostic[] {
  const { budget, remat, train } = program.model;
  if (budget === undefined || budgeted(memory) <= budget.bytes) return [];
  const again = remat !== undefined ? [] : recomputed(programOf, program).map((each) => budgeted(each.memory));
  const lasting = memory.weights + memory.slots;
  const facts = {
    limit: budget.bytes,
    needed: budgeted(memory),
    weights: memory.weights,
    slots: memory.slots,
    arena: memory.arena,
    batch: train.batch,
    isLasting: lasting > budget.bytes,
    again: again.some((bytes) => bytes <= budget.bytes),
  };
  return [told(say.NN3026.over(facts), budget.origin, places({ program, memory }, 'all', budget.origin))];
}

/** How many lines are shown, each with at least this share of all. */
const shown = 4;
const worthSaying = 0.02;

/** The lines that take most: for parameters with what the optimizer remembers of them, and for what is computed. */
function places({ program, memory }: Tried, what: 'all' | 'arena', { source }: Origin): readonly Label[] {
  const lines = new Map<string, { readonly origin: Origin; readonly parts: Map<string, number> }>();
  const add = (origin: Origin, part: string, bytes: number): void => {
    const key = `${origin.line} ${origin.statement?.start ?? origin.span.start}`;
    const line = lines.get(key) ?? { origin, parts: new Map<string, number>() };
    lines.set(key, line);
    line.parts.set(part, (line.parts.get(part) ?? 0) + bytes);
  };
  for (const { node, bytes } of memory.alive) add(node.origin, '', bytes);
  if (what === 'all') {
    const updates = stepsOf(program.model).flatMap((step) => step.updates);
    for (const { path, shape, origin } of program.model.parameters) {
      const slots = updates.find(({ parameter }) => parameter === path)?.slots ?? [];
      for (const lasting of [{ shape }, ...slots]) add(origin, path, 4 * elements(lasting.shape, 1));
    }
  }
  const sum = (parts: ReadonlyMap<string, number>): number => [...parts.values()].reduce((a, b) => a + b, 0);
  const all = [...lines.values()].toSorted((a, b) => sum(b.parts) - sum(a.parts));
  const total = all.reduce((bytes, { parts }) => bytes + sum(parts), 0);
  return all
    .filter(({ parts }) => sum(parts) >= worthSaying * total)
    .slice(0, shown)
    .map(({ origin, parts }) => {
      const greatest = [...parts].toSorted(([, a], [, b]) => b - a).map(([path, bytes]) => ({ path, bytes }));
      return { source, span: origin.statement ?? origin.span, text: note.memory(greatest) };
    });
}

function told(
  { code, variant, facts, message, help, label = '' }: Told,
  { source, span }: Origin,
  secondary: readonly Label[],
): Diagnostic {
  const { severity } = catalog[code];
  return { code, variant, facts, severity, message, primary: { source, span, text: label }, secondary, help };
}
