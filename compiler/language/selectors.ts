/** Selectors: whole names with `*` (one name) and `**` (any number), matched against paths of scopes and parameters. */
import type { Expression, Selector } from '../../grammar/ast.ts';

/** Whether the pattern is the whole of the names, in as many steps as their lengths multiplied, at most. */
function matches(pattern: readonly string[], names: readonly string[]): boolean {
  let [p, n] = [0, 0];
  // Where the latest `**` is, and where what it stands for ends: only that one ever has to give more.
  let [star, end] = [-1, 0];
  while (n < names.length) {
    const part = pattern[p];
    if (part === '**') {
      star = p++;
      end = n;
    } else if (part !== undefined && (part === '*' || part === names[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++end;
    } else return false;
  }
  while (pattern[p] === '**') p++;
  return p === pattern.length;
}

/** Whether the selector is the path or a beginning of it: then everything under it is meant too. */
export function covers(selector: Selector, path: string): boolean {
  const pattern = selector.parts.map((part) => part.text);
  const names = path.split('.');
  return names.some((_, i) => matches(pattern, names.slice(0, i + 1)));
}

/** Whether the selector ends in the weight's own name: `head.bias`, `**.bias`. */
export function namesWeight(selector: Selector, path: string): boolean {
  const last = selector.parts.at(-1)?.text;
  const pattern = selector.parts.map((part) => part.text);
  return last === path.split('.').at(-1) && matches(pattern, path.split('.'));
}

export function selectorText(selector: Selector): string {
  return selector.parts.map((part) => part.text).join('.');
}

/** The selector that an argument is: `freeze backbone`. */
export function asSelector(expression: Expression): Selector | undefined {
  if (expression.type === 'path') return { parts: expression.parts, span: expression.span };
  if (expression.type === 'group') return asSelector(expression.of);
  return undefined;
}

/** Every beginning of the paths, for the nearest names: `backbone`, `backbone.dense`, `backbone.dense.kernel`. */
export function beginnings(paths: Iterable<string>): ReadonlySet<string> {
  const all = new Set<string>();
  for (const path of paths) {
    const names = path.split('.');
    names.forEach((_, i) => all.add(names.slice(0, i + 1).join('.')));
  }
  return all;
}
