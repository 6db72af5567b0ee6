/** What is said of each mistake of syntax; the catalogue of diagnostics explains the codes at length. */
import type { Messages } from './sayings.ts';

const otherName = 'choose another name';
const bodyHere = '`{ … }` goes here';

/** `` `a` or `b` ``. */
const either = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(' or ');

export const syntaxMessages = {
  NN1001: {
    empty: () => ({ message: 'the file has no statement', help: 'a model needs an `input`, layers and a `loss`' }),
  },
  NN1002: {
    control: () => ({ message: 'this is not a text file', help: 'a spec is plain text, encoded as UTF-8' }),
  },
  NN1003: {
    utf16: () => ({ message: 'the file is UTF-16', help: 'save it again with the encoding UTF-8' }),
    broken: () => ({ message: 'the file is not UTF-8', help: 'save it again with the encoding UTF-8' }),
  },
  NN1004: {
    length: ({ units }: { units: number }) => ({
      message: `the file is too large: ${(units / 1e6).toFixed(1)} million characters`,
      help: 'a spec describes a model; keep data in files of its own and name them by `data`',
    }),
  },
  NN1005: {
    brackets: ({ most }: { most: number }) => ({
      message: `nested more than ${most} levels deep`,
      help: 'name the inner parts, or use a def',
    }),
    chain: ({ most }: { most: number }) => ({
      message: `more than ${most} \`else\` in one chain`,
      help: 'use a list, or a def for each case',
    }),
  },
  NN1006: {
    operators: ({ most }: { most: number }) => ({
      message: `more than ${most} operators in one expression`,
      help: 'give its parts names: `a = …`',
    }),
  },
  NN1007: {
    characters: ({ shown, instead, isLetter }: { shown: string; instead?: string | undefined; isLetter: boolean }) => ({
      message: `\`${shown}\` is not part of the language`,
      help:
        instead !== undefined
          ? `write \`${instead}\``
          : isLetter
            ? 'a name is made of the letters a–z and A–Z, digits and `_`'
            : undefined,
    }),
  },
  NN1008: {
    before: ({ number }: { number: string }) => ({
      message: 'a number needs a digit before its point',
      help: `write \`0${number}\``,
    }),
    after: ({ number }: { number: string }) => ({
      message: 'a number needs a digit after its point',
      help: `write \`${number}0\``,
    }),
  },
  NN1009: {
    open: () => ({ message: 'this string does not end', help: 'close it with `"` on the same line' }),
  },
  NN1010: {
    quotes: ({ text }: { text: string }) => ({
      message: 'strings stand in double quotes',
      help: `write \`"${text}"\``,
    }),
  },
  NN1011: {
    glued: ({ number, name }: { number: string; name: string }) => ({
      message: `\`${number}${name}\` is neither a number nor a name`,
      help: `put a space between them: \`${number} ${name}\`; a name starts with a letter`,
    }),
  },
  NN1012: {
    bracket: ({ opening, closing }: { opening: string; closing: string | undefined }) => ({
      message: `this \`${opening}\` is never closed`,
      help: `add \`${closing}\` where it ends`,
    }),
  },
  NN1013: {
    bracket: ({ closing }: { closing: string }) => ({ message: `this \`${closing}\` closes nothing` }),
  },
  NN1014: {
    bracket: ({ opening, closing, wanted }: { opening: string; closing: string; wanted: string | undefined }) => ({
      message: `\`${opening}\` is closed by \`${closing}\``,
      help: `write \`${wanted}\` here`,
    }),
  },
  NN1015: {
    brace: () => ({
      message: 'this `{` is never closed',
      help: 'add a `}` after the last statement that belongs to it',
    }),
  },
  NN1016: {
    brace: () => ({
      message: 'this `}` closes nothing',
      help: 'remove it, or write the `{` that it belongs to',
    }),
  },
  NN1017: {
    unknown: ({
      word,
      near,
      elsewhere,
    }: {
      word: string;
      near: readonly string[];
      elsewhere?: string | undefined;
    }) => ({
      message: `no statement starts with \`${word}\``,
      help:
        elsewhere !== undefined
          ? `that is \`${elsewhere}\` here`
          : near.length > 0
            ? `did you mean ${either(near)}?`
            : 'a statement starts with a keyword (`layer`, `loss`, `optim`, …) or with `name = `',
    }),
    sign: ({ sign }: { sign: string }) => ({
      message: `a statement cannot start with \`${sign}\``,
      help: 'a statement starts with a keyword (`layer`, `loss`, …) or with `name = `',
    }),
    call: ({ name }: { name: string }) => ({
      message: `\`${name}(…)\` is no statement`,
      help: `name its result: \`y = ${name}(…)\`, or \`it = …\``,
    }),
  },
  NN1018: {
    reserved: ({ word }: { word: string }) => ({ message: `\`${word}\` is a reserved word`, help: otherName }),
  },
  NN1019: {
    arrow: () => ({
      message: '`<-` updates a state, and cannot stand in an expression',
      help: 'write `x < -1` with a space; `name <- value` is a statement of its own',
    }),
  },
  NN1020: {
    calculation: ({ mended }: { mended: string }) => ({
      message: 'a calculation as an argument needs parentheses',
      help: `write \`${mended}\``,
    }),
  },
  NN1021: {
    comma: ({ closing, before, after }: { closing: string; before: string; after: string }) => ({
      message: `\`,\` or \`${closing}\` is missing before \`${after}\``,
      help: `\`${before}\` and \`${after}\` stand side by side`,
    }),
    condition: ({ form }: { form?: string | undefined }) => ({
      message: 'a condition is missing before the message',
      help: writtenLike(form),
    }),
    part: ({ what, where, form }: { what: string; where: string; form?: string | undefined }) => ({
      message: `${what} is missing ${where}`,
      help: writtenLike(form),
    }),
  },
  NN1022: {
    space: ({ name, bracket, mended }: { name: string; bracket: string; mended: string }) => ({
      message: `there is a space between \`${name}\` and its \`${bracket}\``,
      help: `write \`${mended}\``,
    }),
    word: ({ word, form }: { word: string; form?: string | undefined }) => ({
      message: leftOver(word),
      help: writtenLike(form),
    }),
    layer: ({ word }: { word: string }) => ({
      message: leftOver(word),
      help: 'a layer is a statement: its result gets a name by `layer dense 10 as x`',
    }),
    statement: ({ word }: { word: string }) => ({
      message: leftOver(word),
      help: 'a second statement needs a `;` or a line of its own',
    }),
    equals: ({ word }: { word: string }) => ({
      message: leftOver(word),
      help: '`=` stands between an argument’s name and its value: `lr=0.1`',
    }),
    operator: ({ word, previous }: { word: string; previous: string }) => ({
      message: leftOver(word),
      help: `an operator is missing, or a call: \`${previous}(${word})\``,
    }),
    weight: () => ({ message: 'a weight takes `init=` and nothing else' }),
    elseCondition: () => ({
      message: '`else` takes no condition',
      help: 'write `else { … }` or `else if x { … }`',
    }),
  },
  NN1023: {
    def: () => ({ message: '`def` needs a body', help: '`{ … }` or `= expression` goes here' }),
    statement: ({ word }: { word: string }) => ({ message: `\`${word}\` needs a body`, help: bodyHere }),
  },
  NN1024: {
    nowhere: () => ({
      message: 'this `{` belongs to no statement',
      help: 'a body follows `block NAME`, `repeat 3`, `if x`, a `def` …',
    }),
    def: () => ({ message: 'a def has either `= expression` or a body', help: 'remove the braces' }),
    statement: ({ word }: { word: string }) => ({ message: `\`${word}\` takes no body`, help: 'remove the braces' }),
  },
  NN1025: {
    first: () => ({ message: '`else` without an `if` before it' }),
    again: () => ({ message: 'an `else` after this one', help: 'the last one has no condition' }),
  },
  NN1026: {
    late: () => ({
      message: 'this argument comes too late',
      help: 'write it before the `name=` arguments and before `from`, `on`, `for` and `as`',
    }),
  },
  NN1027: {
    chain: () => ({ message: 'comparisons do not chain', help: 'compare two at a time: `a < b and b < c`' }),
  },
  NN1028: {
    sort: ({ word, near, sorts }: { word: string; near: readonly string[]; sorts: readonly string[] }) => ({
      message: `there is no sort of definition called \`${word}\``,
      help: near.length > 0 ? `did you mean ${either(near)}?` : `a def is one of: ${sorts.join(', ')}`,
    }),
  },
  NN1029: {
    twice: ({ clause }: { clause: string }) => ({
      message: `a second \`${clause}\` in one statement`,
      help: 'one is enough: separate by commas',
    }),
    clause: ({ keyword, clause }: { keyword: string; clause: string }) => ({
      message: `\`${keyword}\` has no clause \`${clause}\``,
      help: clauses.get(clause),
    }),
  },
  NN1030: {
    comment: () => ({ message: 'a comment starts with `#`' }),
    power: () => ({ message: 'a power is written `^`', help: 'write `x^2`' }),
    or: () => ({ message: '`||` is not an operator here', help: 'write `or`' }),
    comparison: () => ({ message: '`=` names an argument or a value', help: 'write `==` to compare' }),
    equals: () => ({
      message: '`=` cannot stand here',
      help: 'write `==` to compare, `name=value` for an argument',
    }),
  },
  NN1031: {
    minus: () => ({
      message: 'this `-` could be meant in two ways',
      help: 'a difference needs parentheses: `(a - 1)`; a negative number is written without a space: `-1`',
    }),
  },
  NN1032: {
    target: () => ({
      message: 'only a whole name can be given a value',
      help: 'values never change; name a new one',
    }),
  },
} as const satisfies Readonly<Record<string, Messages>>;

const writtenLike = (form: string | undefined): string | undefined =>
  form === undefined ? undefined : `it is written like \`${form}\``;

const leftOver = (word: string): string => `\`${word}\` is left over: the statement was complete before it`;

/** What the statements that have a clause do with it. */
const clauses: ReadonlyMap<string, string> = new Map([
  ['from', 'other statements take values as arguments: `loss mse prediction y`'],
  ['on', '`penalty l2 1e-4 on backbone` chooses parameters; an optimizer has `for`'],
  ['for', '`optim sgd for head` chooses parameters; a penalty has `on`'],
  ['as', 'a layer’s result is named by `as`, any other value by `name = …`'],
]);
