/**
 * A run in parts: phases, of which some layers are frozen in one and learn in another; or steps that take turns, each
 * over the spec's losses, which then stand in the steps alone. Drawn apart from the rest, so that a seed with parts is
 * the same spec otherwise.
 */
import { bare } from './draft.ts';
import type { Draft } from './draft.ts';
import { optimizer, schedule } from './learning.ts';

export type Parts = 'phases' | 'steps' | undefined;

export function drawnParts(d: Draft): Parts {
  return d.random.chance(0.2) ? d.random.pick(['phases', 'steps'] as const) : undefined;
}

/** What stands at the end of a spec with parts. */
export function inParts(d: Draft, parts: Parts): void {
  if (parts === 'phases') phases(d);
  if (parts === 'steps') steps(d, takenLosses(d));
}

/** Whole statements of the top level, with the lines that belong to them. */
function statements(lines: readonly string[]): string[] {
  const found: string[] = [];
  for (const line of lines) {
    if (/^[ }]/.test(line) && found.length > 0) found[found.length - 1] += `\n${line}`;
    else found.push(line);
  }
  return found;
}

/** Something frozen at first, which then learns by an optimizer of its own; or by losses or steps of the phase's own. */
function phases(d: Draft): void {
  const { random } = d;
  // Each phase says its own epochs.
  d.lines.splice(0, d.lines.length, ...d.lines.map((line) => line.replace(/^train epochs=\d+ /, 'train ')));
  const losses = lossesOf(d);
  const [first, second] = random.shuffled(apart(d));
  const frozen = d.lines.some((line) => line.startsWith('freeze '));
  // Something is to learn in either.
  const turned = second === undefined || frozen ? undefined : first;
  const phase = (settings: string, freezing: string | undefined): void => {
    d.within(`phase ${d.fresh('f')} ${settings}`, undefined, () => {
      if (freezing !== undefined) d.line(freezing);
      learning(d, 0.6);
      if (random.chance(0.3))
        d.line(`schedule ${random.chance(0.8) ? schedule(d) : 'plateau factor=0.5 monitor=loss'}`);
      const way = random.whole(0, 5);
      if (way === 0) for (const loss of losses) said(d, loss);
      if (way === 1 && freezing === undefined) steps(d, losses);
    });
  };
  phase(`epochs=${random.whole(1, 2)}`, turned && `freeze ${turned}`);
  phase('epochs=1 patience=2', turned && random.pick([`unfreeze ${turned}`, undefined]));
}

/** Two steps with all losses each, of which one updates something and the other all. */
function steps(d: Draft, losses: readonly string[]): void {
  const { random } = d;
  const [first] = random.shuffled(apart(d));
  for (const updates of first === undefined ? ['**'] : [first, '**']) {
    const times = random.chance(0.4) ? ` times=${random.whole(1, 2)}` : '';
    d.within(`step ${d.fresh('s')} updates ${updates}${times}`, undefined, () => {
      for (const loss of losses) said(d, loss);
      learning(d, 0.6);
    });
  }
}

/** What surrounds an update. */
function learning(d: Draft, share: number): void {
  const { random } = d;
  if (random.chance(share)) d.line(`optim ${optimizer(d)}`);
  if (random.chance(0.2)) d.line(`accumulate ${random.whole(1, 2)}`);
  if (random.chance(0.25)) d.line(`clip ${random.pick(['norm', 'value'])} ${random.number(0.05, 1)}`);
}

const isLoss = (statement: string): boolean => /^loss\b/.test(statement);

const lossesOf = (d: Draft): readonly string[] => statements(d.lines).filter(isLoss);

/** The losses of the top level, which are no more there. */
function takenLosses(d: Draft): readonly string[] {
  const losses = lossesOf(d);
  const kept = statements(d.lines).filter((statement) => !isLoss(statement));
  d.lines.splice(0, d.lines.length, ...kept.flatMap((statement) => statement.split('\n')));
  return losses;
}

function said(d: Draft, statement: string): void {
  for (const line of statement.split('\n')) d.line(bare(line));
}

/** Paths of layers, weights and blocks that lie apart. */
function apart(d: Draft): readonly string[] {
  const named = [...d.owners.values()].flatMap(({ path }) => path ?? []);
  return [...new Set(named)].filter(
    (path) => !named.some((other) => other !== path && (path.startsWith(`${other}.`) || other.startsWith(`${path}.`))),
  );
}
