/** Tables of names: what a parameter of the model is in a file that another program has written. */
import { UserError } from '../user-error.ts';

/** One tensor of the file in a sum. */
export interface Term {
  readonly name: string;
  /** `[0]`: this row of the first axis alone. */
  readonly row: number | undefined;
  /** [out, in, ...size] becomes [...size, in, out]: from PyTorch's kernels to ours. */
  readonly transposed: boolean;
  /** `part 2/3`: the second of three equal parts of what then is the last axis. */
  readonly part: { readonly number: number; readonly of: number } | undefined;
}

/** A tensor as it stands. */
export const wholeTensor = (name: string): Term => ({ name, row: undefined, transposed: false, part: undefined });

export interface NameTable {
  /** Below this name lies everything, in files that have it. */
  readonly within: string | undefined;
  /** The sums that may make a parameter, by its path below the selector, in the order of their rules. */
  readonly sums: (path: string) => readonly (readonly Term[])[];
  /** Tensors that nothing reads. */
  readonly ignores: (name: string) => boolean;
}

/** What a file of equal names has. */
export const equalNames: NameTable = { within: undefined, sums: () => [], ignores: () => false };

interface Rule {
  readonly matches: (path: string) => ReadonlyMap<string, string> | undefined;
  readonly sum: readonly Term[];
}

/** Rules as they are written, one an entry or a line; `file` is their place in messages. Throws NN4013. */
export function nameTable(lines: readonly string[], file: string): NameTable {
  const rules: Rule[] = [];
  const ignored: ((name: string) => boolean)[] = [];
  let within: string | undefined;
  for (const [i, line] of lines.entries()) {
    const text = line.replace(/(^|\s)#.*$/, '').trim();
    if (text === '') continue;
    const wrong = (why: string): UserError =>
      new UserError(
        'NN4013',
        `${file}:${i + 1}: ${why}`,
        'a rule is `path = name`, perhaps `path = name transposed`, `path = name part 2/3` or `path = a + b[0]`; besides there are `ignore name.**` and `within name`',
      );
    const [, word, name] = /^(ignore|within)\s+(\S+)$/.exec(text) ?? [];
    if (word === 'ignore' && name !== undefined) ignored.push(selected(name));
    else if (word === 'within' && name !== undefined) {
      if (within !== undefined) throw wrong('`within` is given twice');
      within = name;
    } else rules.push(ruleOf(text, wrong));
  }
  return {
    within,
    sums: (path) =>
      rules.flatMap(({ matches, sum }) => {
        const found = matches(path);
        return found === undefined ? [] : [sum.map((term) => ({ ...term, name: filled(term.name, found) }))];
      }),
    ignores: (name) => ignored.some((matches) => matches(name)),
  };
}

function ruleOf(text: string, wrong: (why: string) => UserError): Rule {
  const [path = '', sum = '', ...more] = text.split(/\s=\s/);
  if (more.length > 0 || sum.trim() === '' || !/^\S+$/.test(path.trim())) throw wrong(`\`${text}\` is no rule`);
  const pattern = path.trim();
  const places = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const terms = sum.split(/\s\+\s/).map((term): Term => {
    const [, name, row, transposed, number, of] =
      /^([^\s[\]]+)(?:\[(\d+)\])?(\s+transposed)?(?:\s+part\s+(\d+)\/(\d+))?$/.exec(term.trim()) ?? [];
    if (name === undefined) throw wrong(`\`${term.trim()}\` names no tensor`);
    const part = number === undefined ? undefined : { number: Number(number), of: Number(of) };
    if (part !== undefined && (part.number < 1 || part.number > part.of))
      throw wrong(`there is no part ${part.number} of ${part.of}`);
    const [unknown] = [...name.matchAll(/\{(\w+)\}/g)].filter(([, place = '']) => !places.includes(place));
    if (unknown !== undefined) throw wrong(`\`${pattern}\` has no ${unknown[0]}`);
    return { name, row: row === undefined ? undefined : Number(row), transposed: transposed !== undefined, part };
  });
  return { matches: template(pattern, places), sum: terms };
}

/** The text of an expression that matches this text. */
const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Matches a path against `encoder.{i}.dense.kernel`: each `{…}` is one name, and the same one wherever it stands. */
function template(pattern: string, places: readonly string[]) {
  const parts = pattern.split(/\{\w+\}/).map(literal);
  const expression = new RegExp(`^${parts.join('([^.]+)')}$`);
  return (path: string): ReadonlyMap<string, string> | undefined => {
    const found = expression.exec(path);
    if (found === null) return undefined;
    const values = new Map<string, string>();
    for (const [i, place] of places.entries()) {
      const value = found[i + 1] ?? '';
      if ((values.get(place) ?? value) !== value) return undefined;
      values.set(place, value);
    }
    return values;
  };
}

const filled = (name: string, values: ReadonlyMap<string, string>): string =>
  name.replace(/\{(\w+)\}/g, (_, place: string) => values.get(place) ?? '');

/** As a selector: whole names, `*` for one, `**` for any number; what lies below is meant too. */
function selected(selector: string): (name: string) => boolean {
  const any = '(?:[^.]+(?:\\.|$))*';
  const parts = selector.split('.').map((part) => {
    if (part === '**') return any;
    return part === '*' ? '[^.]+(?:\\.|$)' : `${literal(part)}(?:\\.|$)`;
  });
  const expression = new RegExp(`^${parts.join('')}`);
  return (name) => expression.test(name);
}
