/** Names of scopes: a layer's `as` name, or its kind with a number from the second on. */
import { join } from './context.ts';
import type { Run } from './context.ts';

/** The path of the next thing of this name in the scope: `dense`, `dense_1`, `dense_2`. Each space counts apart. */
export function numbered(run: Run, scope: string, name: string, space: 'layer' | 'random' | 'loss'): string {
  const key = `${space} ${join(scope, name)}`;
  const before = run.occurrences.get(key) ?? 0;
  run.occurrences.set(key, before + 1);
  return join(scope, before === 0 ? name : `${name}_${before}`);
}

/** The path as one word for readers: `backbone_dense_1`. */
export function wordOf(path: string): string {
  return path.replaceAll('.', '_');
}
