/** Objects within objects, as the paths of what lies in them say; rounds of a repeat are the elements of arrays. */
import type { Origin } from '../../ir/types.ts';
import type { Doc } from './layout.ts';
import { flat, list, object, render } from './layout.ts';
import { property } from './names.ts';
import type { Headings } from './quotes.ts';

/** The leaves of one scope, and the scopes within it. */
export type Branch<Leaf> = ReadonlyMap<string, Leaf | Branch<Leaf>>;

/** The leaves under their keys. No key of one is where another one lies. */
export function nested<Leaf extends object>(
  leaves: readonly Leaf[],
  keysOf: (leaf: Leaf) => readonly string[],
): Branch<Leaf> {
  const byKey = new Map<string, Leaf | Leaf[]>();
  const deep = new Map<Leaf, readonly string[]>();
  for (const leaf of leaves) {
    const [key = '', ...below] = keysOf(leaf);
    const known = byKey.get(key);
    if (below.length === 0) byKey.set(key, leaf);
    else if (Array.isArray(known)) known.push(leaf);
    else byKey.set(key, [leaf]);
    deep.set(leaf, below);
  }
  return new Map(
    [...byKey].map(([key, at]) => [key, Array.isArray(at) ? nested(at, (leaf) => deep.get(leaf) ?? []) : at]),
  );
}

export const isBranch = <Leaf extends object>(node: Leaf | Branch<Leaf>): node is Branch<Leaf> => node instanceof Map;

/**
 * A table on one line, or broken where it does not fit or `forced`; what `of` writes of a leaf may be the key that it
 * lies at.
 */
export function tableDoc<Leaf extends object>(node: Leaf | Branch<Leaf>, of: (leaf: Leaf) => Doc, forced = false): Doc {
  if (!isBranch(node)) return of(node);
  if (!isArray(node)) {
    return object(
      [...node].map(([key, below]): Doc => {
        const doc = tableDoc(below, of);
        return doc === property(key) ? doc : [`${property(key)}: `, doc];
      }),
      forced,
    );
  }
  const elements = [...node.values()].map((element) => ({ element, doc: tableDoc(element, of) }));
  const alike = runs(elements, ({ doc }) => flat(doc));
  const [only] = alike;
  if (alike.length === 1 && only !== undefined && only.count > 1) return rounds(only.count, only.of.doc);
  const items = alike.map(({ of: { doc }, count }) => (count === 1 ? doc : ['...', rounds(count, doc)]));
  // As prettier has it.
  const wide = items.length > 1 && alike.every(({ of: { element }, count }) => count === 1 && isWide(element));
  return list(items, wide);
}

/** What the lines of a table need to know of its leaves. */
export interface Style<Leaf> {
  readonly doc: (leaf: Leaf) => Doc;
  readonly origin: (leaf: Leaf) => Origin;
  readonly headings: Headings;
}

/** The entries of a table, each below the statement that it comes from. */
export function tableLines<Leaf extends object>(
  branch: Branch<Leaf>,
  indent: number,
  style: Style<Leaf>,
): readonly string[] {
  return [...branch].flatMap(([key, node]) => nodeLines(`${property(key)}: `, node, ',', indent, style));
}

function nodeLines<Leaf extends object>(
  open: string,
  node: Leaf | Branch<Leaf>,
  close: string,
  indent: number,
  style: Style<Leaf>,
): readonly string[] {
  const pad = ' '.repeat(indent);
  const [origin, ...others] = originsOf(node, style);
  if (!isBranch(node) || others.length === 0) {
    const heading = origin === undefined ? undefined : style.headings.above(origin);
    const text = pad + render([open, tableDoc(node, style.doc), close], indent, indent);
    return heading === undefined ? [text] : [`${pad}// ${heading}`, text];
  }
  if (!isArray(node)) {
    return [`${pad}${open}{`, ...tableLines(node, indent + 2, style), `${pad}}${close}`];
  }
  const said = (element: Leaf | Branch<Leaf>): string =>
    [flat(tableDoc(element, style.doc)), ...originsOf(element, style).map(statementOf)].join('\n');
  const alike = runs([...node.values()], said);
  const [only] = alike;
  if (alike.length === 1 && only !== undefined && only.count > 1) {
    return nodeLines(`${open}rounds(${only.count}, `, only.of, `)${close}`, indent, style);
  }
  const lines = alike.flatMap(({ of, count }) =>
    count === 1
      ? nodeLines('', of, ',', indent + 2, style)
      : nodeLines(`...rounds(${count}, `, of, '),', indent + 2, style),
  );
  return [`${pad}${open}[`, ...lines, `${pad}]${close}`];
}

const rounds = (count: number, doc: Doc): Doc => [`rounds(${count}, `, doc, ')'];

/** Whether a branch is written as an array: of all rounds, none is left out. */
const isArray = (branch: Branch<unknown>): boolean => [...branch.keys()].every((key, i) => key === String(i));

/** Whether an object has several entries. */
const isWide = (node: object): boolean => node instanceof Map && !isArray(node) && node.size > 1;

/** The longest that a run becomes: it is a tuple to TypeScript, which counts its elements one by one. */
const LONGEST = 500;

/** Equal elements that stand one after the other. */
function runs<T>(elements: readonly T[], said: (element: T) => string): readonly { readonly of: T; count: number }[] {
  const found: { readonly of: T; readonly text: string; count: number }[] = [];
  for (const of of elements) {
    const text = said(of);
    const last = found.at(-1);
    if (last?.text === text && last.count < LONGEST) last.count++;
    else found.push({ of, text, count: 1 });
  }
  return found;
}

/** One origin for each statement that a part of a table comes from. */
function originsOf<Leaf extends object>(
  node: Leaf | Branch<Leaf>,
  { origin }: Pick<Style<Leaf>, 'origin'>,
): readonly Origin[] {
  const found = new Map<string, Origin>();
  const visit = (at: Leaf | Branch<Leaf>): void => {
    if (isBranch(at)) for (const below of at.values()) visit(below);
    else if (!found.has(statementOf(origin(at)))) found.set(statementOf(origin(at)), origin(at));
  };
  visit(node);
  return [...found.values()];
}

const statementOf = ({ statement }: Origin): string => String(statement?.start ?? '');
