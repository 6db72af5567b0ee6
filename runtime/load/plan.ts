/** Which tensors of a file make which parameters and states, and everything that keeps them from it. */
import { visibleName } from '../logging/visible.ts';
import type { LoadSpec } from '../model.ts';
import { within } from '../tables.ts';
import { sameShape, shapeText } from '../train/tensor.ts';
import type { Loadable } from './loadable.ts';
import { wholeTensor } from './names.ts';
import type { NameTable, Term } from './names.ts';

/** A tensor as the header of its file says it. */
export interface Listed {
  readonly dtype: string;
  readonly shape: readonly number[];
}

export interface LoadPlan {
  /** The sum that makes each, by path. */
  readonly sums: ReadonlyMap<string, readonly Term[]>;
  /** A line for each misfit; there must be none. */
  readonly problems: readonly string[];
}

const FLOATS: readonly string[] = ['F32', 'F16', 'BF16', 'F64'];

/** Whether the path lies in what is loaded; the scope `''` is the whole model. */
export const isLoaded = (path: string, { scopes }: LoadSpec): boolean => scopes.includes('') || within(path, ...scopes);

/** `table`: the model's parameters and states; `file`: what the file holds. */
export function planLoad(
  spec: LoadSpec,
  table: ReadonlyMap<string, Loadable>,
  file: ReadonlyMap<string, Listed>,
  names: NameTable,
): LoadPlan {
  const wanted = [...table].filter(([path]) => isLoaded(path, spec));
  const view = viewOf(spec, file, names);
  const sums = new Map<string, readonly Term[]>();
  const problems: string[] = [];
  const read = new Set<string>();
  const inFile = (name: string): string => `${view.below}${name}`;
  for (const [path, { shape, isOptional }] of wanted) {
    const own = view.nameOf(path);
    const choices = [...names.sums(own), [wholeTensor(own)]];
    const sum = choices.find((terms) => terms.every(({ name }) => file.has(inFile(name))));
    if (sum === undefined) {
      if (!isOptional) problems.push(`missing: ${path} ${shapeText(shape)}${soughtAs(path, choices, inFile)}`);
      continue;
    }
    const terms = sum.map((term) => ({ ...term, name: inFile(term.name) }));
    for (const { name } of terms) read.add(name);
    const wrong = misfit(path, shape, terms, file);
    if (wrong === undefined) sums.set(path, terms);
    else problems.push(wrong);
  }
  for (const [name, { dtype, shape }] of file) {
    if (read.has(name) || !name.startsWith(view.below)) continue;
    const own = name.slice(view.below.length);
    if (!view.isOurs(own) || names.ignores(own)) continue;
    problems.push(`surplus: ${visibleName(name)} ${shapeText(shape)} ${dtype}`);
  }
  return { sums, problems };
}

interface View {
  /** What the names of the file begin with. */
  readonly below: string;
  /** What a parameter is called there, or in the rules of a table. */
  readonly nameOf: (path: string) => string;
  /** Whether a tensor is one of those that must be read: others belong to what is not loaded. */
  readonly isOurs: (name: string) => boolean;
}

/** Files hold a model whole, by its paths, or the part that is loaded, by what follows the selector. */
function viewOf(spec: LoadSpec, file: ReadonlyMap<string, Listed>, names: NameTable): View {
  const [scope = ''] = spec.scopes;
  const prefix = spec.scopes.length === 1 && scope !== '' ? `${scope}.` : '';
  const relative = (path: string): string => (path.startsWith(prefix) ? path.slice(prefix.length) : path);
  if (spec.names !== undefined) {
    const below = names.within === undefined ? '' : `${names.within}.`;
    const isBelow = [...file.keys()].some((name) => name.startsWith(below));
    return { below: isBelow ? below : '', nameOf: relative, isOurs: () => true };
  }
  const isWhole = [...file.keys()].some((name) => isLoaded(name, spec));
  if (isWhole || prefix === '') return { below: '', nameOf: (path) => path, isOurs: (name) => isLoaded(name, spec) };
  return { below: '', nameOf: relative, isOurs: () => true };
}

/** What the file was searched for, where that is another name. */
function soughtAs(path: string, choices: readonly (readonly Term[])[], inFile: (name: string) => string): string {
  const sought = choices.map((terms) => terms.map(({ name }) => `\`${inFile(name)}\``).join(' + '));
  return sought.length === 1 && sought[0] === `\`${path}\`` ? '' : `, which is ${sought.join(' or ')} there`;
}

/** Why the sum does not make a tensor of this shape, if it does not. */
function misfit(
  path: string,
  shape: readonly number[],
  terms: readonly Term[],
  file: ReadonlyMap<string, Listed>,
): string | undefined {
  const written = terms.map((term) => `\`${visibleName(termText(term))}\``).join(' + ');
  let made: readonly number[] | undefined;
  for (const term of terms) {
    const tensor = file.get(term.name);
    if (tensor === undefined) continue;
    if (!FLOATS.includes(tensor.dtype))
      return `${path} is made of numbers; \`${visibleName(term.name)}\` holds ${tensor.dtype}`;
    const own = shapeOfTerm(term, tensor.shape);
    if (own === undefined) {
      const lacks = hasRow(term, tensor.shape) ? `no part ${partText(term)}` : `no row ${term.row}`;
      return `${path} has shape ${shapeText(shape)}; \`${visibleName(term.name)}\` ${shapeText(tensor.shape)} has ${lacks}`;
    }
    const sum = made === undefined ? own : sumShape(made, own);
    if (sum === undefined) return `${path}: the shapes of ${written} do not add up`;
    made = sum;
  }
  if (made !== undefined && sameShape(made, shape)) return undefined;
  return `${path} has shape ${shapeText(shape)}, ${written} has ${shapeText(made ?? [])}`;
}

const termText = (term: Term): string => {
  const { name, row, transposed, part } = term;
  const own = `${name}${row === undefined ? '' : `[${row}]`}${transposed ? ' transposed' : ''}`;
  return part === undefined ? own : `${own} part ${partText(term)}`;
};

const partText = ({ part }: Term): string => (part === undefined ? '' : `${part.number}/${part.of}`);

/** The axes of the file's tensor in the order in which the parameter has them. */
export function axesOf({ transposed }: Pick<Term, 'transposed'>, rank: number): readonly number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return transposed && rank >= 2 ? [...axes.slice(2), 1, 0] : axes;
}

const hasRow = ({ row }: Term, shape: readonly number[]): boolean => row === undefined || row < (shape[0] ?? 0);

/** Undefined where there is no such row, or the last axis does not divide into such parts. */
export function shapeOfTerm(term: Term, shape: readonly number[]): readonly number[] | undefined {
  const whole = wholeShape(term, shape);
  const last = whole?.at(-1) ?? 0;
  const parts = term.part?.of ?? 1;
  if (whole === undefined || parts === 1) return whole;
  return last === 0 || last % parts !== 0 ? undefined : [...whole.slice(0, -1), last / parts];
}

/** The shape of what a part is taken of. */
export function wholeShape(term: Term, shape: readonly number[]): readonly number[] | undefined {
  if (!hasRow(term, shape)) return undefined;
  const rest = term.row === undefined ? shape : shape.slice(1);
  return axesOf(term, rest.length).map((axis) => rest[axis] ?? 0);
}

/** The shape of a sum by NumPy's rules; undefined where there is none. */
export function sumShape(a: readonly number[], b: readonly number[]): readonly number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const sizes = Array.from({ length: rank }, (_, axis) => {
    const [x, y] = [a[a.length - rank + axis] ?? 1, b[b.length - rank + axis] ?? 1];
    return x === y || y === 1 ? x : x === 1 ? y : undefined;
  });
  const known = sizes.filter((size) => size !== undefined);
  return known.length === rank ? known : undefined;
}
