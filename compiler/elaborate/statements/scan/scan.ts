/** `scan x over xs with h = e { … }`: a recurrence over the first axis of an example. */
import { error } from '../../../language/datum.ts';
import type { Datum } from '../../../language/datum.ts';
import { loweringOf } from '../../../ir/traits.ts';
import type { Node } from '../../../ir/types.ts';
import { loopAttrs } from '../../../ops/rules/loop.ts';
import { originOf, wordIn } from '../../frame/context.ts';
import type { Frame } from '../../frame/context.ts';
import { restoreRun, savedRun } from '../../frame/saved-run.ts';
import { like, swapLead } from '../../values/tensors.ts';
import { breakNames } from '../control.ts';
import { fail, openingOf } from './opening.ts';
import type { First, Opening, Scan } from './opening.ts';
import { carriedOn, changedFirst, takeTurn } from './turn.ts';
import { say } from '../../../diagnostics/say.ts';

/** Afterwards each name that is carried is its last value, and `name.all` every one, by position. */
export function scanStatement(statement: Scan, frame: Frame): void {
  const opening = openingOf(statement, frame);
  const carried = opening === undefined ? undefined : settle(statement, opening, frame);
  if (carried === undefined) {
    frame.run.broken.add(frame.path);
    breakNames([statement], frame);
    return;
  }
  const made = { source: frame.site.source, span: statement.span };
  for (const { name, last, all } of carried) frame.scope.declare(name, { datum: last, all, made });
}

/** A carried value when the scan is over. */
interface Carried {
  readonly name: string;
  readonly last: Datum;
  readonly all: Datum;
}

/**
 * What is carried keeps its type. Which that is shows after a turn: a first value that all examples share may become
 * one of each. Then the turn is taken again. Undefined after a mistake.
 */
function settle(statement: Scan, opening: Opening, frame: Frame): readonly Carried[] | undefined {
  let carried = opening.carried;
  for (;;) {
    const before = savedRun(frame.run);
    const outcome = frame.world.reporter.tentative(
      () => outcomeOf(statement, { ...opening, carried }, frame),
      ({ again }) => again === undefined,
    );
    if (outcome.again === undefined) return outcome.carried;
    restoreRun(frame.run, before);
    carried = outcome.again;
  }
}

interface Outcome {
  /** First values of another type, with which the turn is to be taken again. */
  readonly again?: readonly First[];
  /** Undefined after a mistake. */
  readonly carried?: readonly Carried[] | undefined;
}

function outcomeOf(statement: Scan, opening: Opening, frame: Frame): Outcome {
  const { graph } = frame.run;
  const taken = takeTurn(statement, opening, frame);
  const changed = opening.carried.map((first, i) => changedFirst(first, taken.nexts[i]));
  if (changed.some((first) => first !== undefined))
    return { again: opening.carried.map((first, i) => changed[i] ?? first) };
  const results = opening.carried.map((first, i) => {
    const next = taken.nexts[i];
    return next === undefined ? undefined : carriedOn(first, next, taken.inside);
  });
  const known = results.filter((result) => result !== undefined);
  if (known.length < results.length) {
    graph.closeLoop([], []);
    return {};
  }
  const given = [...taken.inner, ...taken.along.map(({ at }) => at)];
  const { graph: body, outside } = graph.closeLoop(given, [...known, ...known]);
  if (body.nodes.some(isTotal) || outside.some((value) => graph.isAtEnd(value))) {
    fail(say.NN2027.scan(), statement.span, frame);
    return {};
  }
  const words = opening.carried.map(({ name }) => wordIn(frame, name));
  const outputs = graph.applyAll(
    'scan',
    [...taken.firsts, ...taken.along.map(({ sequence }) => sequence), ...outside],
    loopAttrs({ ...opening, carried: known.length, over: taken.along.length }),
    [...words, ...words.map((word) => `${word}_all`)],
    originOf(frame, statement.span),
    [body],
  );
  const made = { source: frame.site.source, span: statement.span };
  return {
    carried: opening.carried.map(({ name, perExample }, i): Carried => {
      const [last, all] = [outputs[i], outputs[known.length + i]];
      if (last === undefined || all === undefined) return { name, last: error, all: error };
      const every = swapLead(like(all, perExample), frame, statement.span);
      graph.name(every, words[i] ?? name);
      return { name, last: { ...like(last, perExample), made }, all: { ...like(every, perExample), made } };
    }),
  };
}

const isTotal = (node: Node): boolean => loweringOf(node)?.as === 'total';
