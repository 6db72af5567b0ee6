/** How a spec differs from the one that a saved model came from. */
import type { ModelDefinition } from '../model.ts';

type Source = ModelDefinition['source'];

/** A sentence and the lines that differ, or undefined where nothing does. `run` is the folder of the saved model. */
export async function changeSince(saved: Source | undefined, now: Source, run: string): Promise<string | undefined> {
  if (saved === undefined) return undefined;
  const still = 'its weights, columns and `prep` are of then';
  if (saved.hash !== now.hash) {
    const lines = saved.text === undefined || now.text === undefined ? [] : await changedLines(saved.text, now.text);
    const all = [...lines, ...changedSettings(saved, now)];
    return [`${now.file} has changed since ${run} was trained; ${still}${all.length > 0 ? ':' : ''}`, ...all].join(
      '\n',
    );
  }
  const settings = changedSettings(saved, now);
  if (settings.length === 0) return undefined;
  return [`${now.file} is set otherwise than when ${run} was trained; ${still}:`, ...settings].join('\n');
}

function changedSettings(saved: Source, now: Source): readonly string[] {
  const names = [...new Set([...Object.keys(saved.settings), ...Object.keys(now.settings)])];
  const text = (value: number | undefined): string => (value === undefined ? 'not set' : String(value));
  return names
    .filter((name) => saved.settings[name] !== now.settings[name])
    .map((name) => `  ${name}: ${text(saved.settings[name])} then, ${text(now.settings[name])} now`);
}

/** As many lines as a reader wants to see; the rest are counted. */
const mostLines = 20;

/** Beyond this many edits two texts have little in common, and the search for the shortest difference takes long. */
const mostEdits = 2000;

/** `4 - layer dense 2`, then `4 + layer dense 3`, each with its line in the text that has it. */
async function changedLines(before: string, after: string): Promise<readonly string[]> {
  const { diffLines } = await import('diff');
  const changes = diffLines(before, after, { maxEditLength: mostEdits });
  if (changes === undefined) return ['  nearly every line'];
  const shown: string[] = [];
  let [then, now] = [1, 1];
  for (const { added, removed, value, count } of changes) {
    const sign = added ? '+' : '-';
    const first = added ? now : then;
    if (added || removed)
      shown.push(
        ...value
          .replace(/\n$/, '')
          .split('\n')
          .map((line, i) => `  ${first + i} ${sign} ${line}`),
      );
    if (!added) then += count;
    if (!removed) now += count;
  }
  const rest = shown.length - mostLines;
  return rest > 0 ? [...shown.slice(0, mostLines), `  and ${rest} more`] : shown;
}
