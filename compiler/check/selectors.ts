/** Selectors: whole names with `*` (one name) and `**` (any number), matched against paths of scopes and parameters. */
import type { Expression, Selector } from '../../grammar/ast.ts';

/** Whether the pattern is the whole of the names. */
function matches(pattern: readonly string[], names: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return names.length === 0;
  if (first === '**') return names.some((_, i) => matches(rest, names.slice(i))) || matches(rest, []);
  const [name, ...others] = names;
  return name !== undefined && (first === '*' || first === name) && matches(rest, others);
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
