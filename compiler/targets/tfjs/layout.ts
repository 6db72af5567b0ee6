/**
 * The layout of emitted code: groups that stay on one line while they fit. Comments keep to no column, so that a line
 * that grows longer moves no other.
 */

export const WIDTH = 120;

/** A piece of code: plain text, or brackets around items that go on a line each when they do not fit on one. */
export type Doc = string | Group | readonly Doc[];

export interface Group {
  readonly open: string;
  readonly items: readonly Doc[];
  readonly close: string;
  /** Broken even where it would fit: rows of a matrix, entries of a table. */
  readonly forced: boolean;
}

const group = (open: string, items: readonly Doc[], close: string, forced = false): Group => ({
  open,
  items,
  close,
  forced,
});

export const call = (callee: string, args: readonly Doc[]): Group => group(`${callee}(`, args, ')');
export const list = (items: readonly Doc[], forced = false): Group => group('[', items, ']', forced);
export const object = (items: readonly Doc[], forced = false): Doc =>
  items.length === 0 ? '{}' : group('{', items, '}', forced);

/** The text of a document that starts at `column` of a line indented by `indent`, followed by `after` characters. */
export function render(doc: Doc, indent: number, column: number, after = 0): string {
  if (typeof doc === 'string') return doc;
  const line = flat(doc);
  if (!isForced(doc) && column + line.length + after <= WIDTH) return line;
  if ('open' in doc) return broken(doc, indent, column);
  let text = '';
  doc.forEach((part, i) => {
    const rest = doc.slice(i + 1);
    const following = rest.reduce<number>((sum, next) => sum + firstLine(next), after);
    text += render(part, indent, text.includes('\n') ? lastLine(text) : column + text.length, following);
  });
  return text;
}

/** A group over several lines: all but its last item on the first line where that is possible, else a line for each. */
function broken(doc: Group, indent: number, column: number): string {
  const hugged = hug(doc, indent, column);
  if (hugged !== undefined) return hugged;
  const inner = indent + 2;
  const lines = doc.items.map((item) => `${' '.repeat(inner)}${render(item, inner, inner, 1)},`);
  return [doc.open, ...lines, `${' '.repeat(indent)}${doc.close}`].join('\n');
}

/** `k.map(adam, [a, b], {` … `})`: the last argument alone is broken, as prettier does it. */
function hug(doc: Group, indent: number, column: number): string | undefined {
  const last = doc.items.at(-1);
  const before = doc.items.at(-2);
  if (!doc.open.endsWith('(') || last === undefined || typeof last === 'string' || !('open' in last)) return undefined;
  if (last.open.endsWith('(') || (before !== undefined && isGroup(before) && before.open === last.open))
    return undefined;
  if (doc.items.slice(0, -1).some(isForced)) return undefined;
  // Prettier leaves `f(() => …, [a, b])` as it is, and breaks both where it does not fit.
  if (doc.items.length === 2 && last.open === '[' && typeof before === 'string' && ARROW.test(before)) return undefined;
  const head =
    doc.open +
    doc.items
      .slice(0, -1)
      .map((item) => `${flat(item)}, `)
      .join('');
  if (column + head.length + last.open.length > WIDTH) return undefined;
  return head + broken(last, indent, column + head.length) + doc.close;
}

const ARROW = /^\([^()]*\) => /;

const isGroup = (doc: Doc): doc is Group => typeof doc !== 'string' && 'open' in doc;

function isForced(doc: Doc): boolean {
  if (typeof doc === 'string') return false;
  return 'open' in doc ? doc.forced || doc.items.some(isForced) : doc.some(isForced);
}

export function flat(doc: Doc): string {
  if (typeof doc === 'string') return doc;
  if (!('open' in doc)) return doc.map(flat).join('');
  const pad = doc.open.endsWith('{') ? ' ' : '';
  return `${doc.open}${pad}${doc.items.map(flat).join(', ')}${pad}${doc.close}`;
}

/** Characters of a part that must stand on the line on which the part before it ends. */
function firstLine(doc: Doc): number {
  if (typeof doc === 'string') return doc.length;
  return 'open' in doc ? doc.open.length : doc.reduce<number>((sum, part) => sum + firstLine(part), 0);
}

const lastLine = (text: string): number => text.length - text.lastIndexOf('\n') - 1;

/** A statement of a function's body, or an entry of a table: what stands above it, and what is said of it. */
export interface Line {
  readonly heading?: string | undefined;
  readonly code: Doc;
  readonly comment?: string;
  /** What is said behind the comment; alone where there is no room for both. */
  readonly formula?: string | undefined;
  /** Lines within the braces that the code opens, and what closes them. */
  readonly block?: Block;
  /** Code and block that stand in place of these where a line of the code would be too long. */
  readonly narrow?: { readonly code: Doc; readonly block: Block };
}

interface Block {
  readonly lines: readonly Line[];
  readonly close: string;
}

/** Lines at an indent of `indent`. What is said of one stands behind it, or above it where there is no room. */
export function layLines(lines: readonly Line[], indent = 2): string {
  const pad = ' '.repeat(indent);
  return lines
    .flatMap(({ heading = '', comment: plain = '', formula, narrow, ...wide }) => {
      const first = pad + render(wide.code, indent, indent);
      const isTooLong = narrow !== undefined && first.split('\n').some((line) => line.length > WIDTH);
      const head = isTooLong ? pad + render(narrow.code, indent, indent) : first;
      const block = isTooLong ? narrow.block : wide.block;
      const text = block === undefined ? head : [head, layLines(block.lines, indent + 2), pad + block.close].join('\n');
      const room = WIDTH - lastLine(text) - 4;
      const whole = formula === undefined ? plain : `${plain} ${formula}`;
      const comment = formula !== undefined && whole.length > room && formula.length <= room ? formula : whole;
      const behind = comment !== '' && comment.length <= room;
      const above = [heading, behind ? '' : comment].filter((said) => said !== '');
      return [...above.map((said) => `${pad}// ${said}`), behind ? `${text} // ${comment}` : text];
    })
    .join('\n');
}
