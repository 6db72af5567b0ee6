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
  if (parts === 'steps') steps(d);
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

/** Something frozen at first, which then learns by an optimizer of its own. */
function phases(d: Draft): void {
  const { random } = d;
  // Each phase says its own epochs.
  d.lines.splice(0, d.lines.length, ...d.lines.map((line) => line.replace(/^train epochs=\d+ /, 'train ')));
  const [first, second] = random.shuffled(apart(d));
  const frozen = d.lines.some((line) => line.startsWith('freeze '));
  const turn = (path: string | undefined, word: string): string => (path === undefined ? '' : `${word} ${path}; `);
  // Something is to learn in either.
  const other = second === undefined || frozen ? undefined : first;
  const more = (): string =>
    [
      ...(random.chance(0.6) ? [`optim ${optimizer(d)}`] : []),
      ...(random.chance(0.3) ? [`schedule ${schedule(d)}`] : []),
      ...(random.chance(0.2) ? [`clip ${random.pick(['norm', 'value'])} ${random.number(0.05, 1)}`] : []),
      ...(random.chance(0.2) ? [`accumulate ${random.whole(1, 3)}`] : []),
    ].join('; ');
  d.line(`phase ${d.fresh('f')} epochs=${random.whole(1, 2)} { ${turn(other, 'freeze')}${more()} }`);
  const back = other === undefined ? undefined : random.pick([other, undefined]);
  d.line(`phase ${d.fresh('f')} epochs=1 patience=2 { ${turn(back, 'unfreeze')}${more()} }`);
}

/** Two steps with all losses each, of which one updates something and the other the rest, or all. */
function steps(d: Draft): void {
  const { random } = d;
  const all = statements(d.lines);
  const losses = all.filter((line) => /^loss\b/.test(line));
  const kept = all.filter((line) => !/^loss\b/.test(line)).flatMap((statement) => statement.split('\n'));
  d.lines.splice(0, d.lines.length, ...kept);
  const [first] = random.shuffled(apart(d));
  const step = (updates: string): void => {
    const times = random.chance(0.4) ? ` times=${random.whole(1, 2)}` : '';
    d.within(`step ${d.fresh('s')} updates ${updates}${times}`, undefined, () => {
      for (const loss of losses) for (const line of loss.split('\n')) d.line(bare(line));
      if (random.chance(0.6)) d.line(`optim ${optimizer(d)}`);
      if (random.chance(0.2)) d.line(`accumulate ${random.whole(1, 2)}`);
      if (random.chance(0.3)) d.line(`clip ${random.pick(['norm', 'value'])} ${random.number(0.05, 1)}`);
    });
  };
  if (first !== undefined) step(first);
  step('**');
}

/** Paths of layers, weights and blocks that lie apart. */
function apart(d: Draft): readonly string[] {
  const named = [...d.owners.values()].flatMap(({ path }) => path ?? []);
  return [...new Set(named)].filter(
    (path) => !named.some((other) => other !== path && (path.startsWith(`${other}.`) || other.startsWith(`${path}.`))),
  );
}
