/** NN1xxx: what the parser finds. What is said of it stands in `grammar/messages.ts`. */
import type { Sort } from '../../../grammar/ast.ts';
import { syntaxMessages } from '../../../grammar/messages.ts';
import type { Entry } from './entry.ts';

/** What a word is that no statement starts with: a definition, or what another framework calls one. */
const ofSort = (name: string, calls: string, sort: Sort): string =>
  `${name === calls ? `\`${name}\` is a ${sort}` : `nnc calls it \`${calls}\``}: ${sort} ${calls} …`;

export const syntax = {
  NN1001: {
    severity: 'error',
    title: 'the file has no statement',
    explanation: 'A spec has at least an input and what is done with it. A file of comments alone is no spec.',
    wrong: '# nothing yet',
    mended: 'input x: f32[4]',
    messages: syntaxMessages.NN1001,
  },
  NN1002: {
    severity: 'error',
    title: 'the file is not text',
    explanation:
      'The file holds zero bytes or other characters that no text has. Perhaps the name of a data file was given instead of a spec.',
    wrong: undefined,
    mended: undefined,
    messages: syntaxMessages.NN1002,
  },
  NN1003: {
    severity: 'error',
    title: 'the file is not UTF-8',
    explanation: 'A spec is a text file in UTF-8. Most editors can save a file anew in this encoding.',
    wrong: undefined,
    mended: undefined,
    messages: syntaxMessages.NN1003,
  },
  NN1004: {
    severity: 'error',
    title: 'the file is too large',
    explanation: 'A spec is a page or two of text. Data belongs into a file of its own that `data` names.',
    wrong: undefined,
    mended: undefined,
    messages: syntaxMessages.NN1004,
  },
  NN1005: {
    severity: 'error',
    title: 'nested too deeply',
    explanation:
      'Parentheses, brackets and braces may stand in one another up to a fixed depth, far beyond what a reader can follow. Name the parts instead.',
    wrong: undefined,
    mended: undefined,
    messages: syntaxMessages.NN1005,
  },
  NN1006: {
    severity: 'error',
    title: 'an expression is too long',
    explanation:
      'One expression has more operators than a reader can follow. Name its parts: each may be a line of its own.',
    wrong: undefined,
    mended: undefined,
    messages: syntaxMessages.NN1006,
  },
  NN1007: {
    severity: 'error',
    title: 'a character that the language does not have',
    explanation:
      'The signs of the language are those of expressions, brackets, and `#` for comments. Quotation marks are "…".',
    wrong: 'input x: f32[4]\nlayer dense 3 $',
    mended: 'input x: f32[4]\nlayer dense 3',
    messages: syntaxMessages.NN1007,
  },
  NN1008: {
    severity: 'error',
    title: 'a number without a digit on one side of its point',
    explanation: 'Numbers have digits on both sides of the point, so that `0..16` and `encoder.0` read as one expects.',
    wrong: 'input x: f32[4]\nlayer dropout .5',
    mended: 'input x: f32[4]\nlayer dropout 0.5',
    messages: syntaxMessages.NN1008,
  },
  NN1009: {
    severity: 'error',
    title: 'a string that does not end',
    explanation: 'A string starts and ends on one line.',
    wrong: 'data csv "rows.csv',
    mended: 'data csv "rows.csv"',
    messages: syntaxMessages.NN1009,
  },
  NN1010: {
    severity: 'error',
    title: 'a string in single quotes',
    explanation: 'Strings are written in double quotes.',
    wrong: "data csv 'rows.csv'",
    mended: 'data csv "rows.csv"',
    messages: syntaxMessages.NN1010,
  },
  NN1011: {
    severity: 'error',
    title: 'a number that runs into a name',
    explanation: 'Between a number and a name stands a space. A size is written `3x3`, without spaces.',
    wrong: 'input x: f32[4]\nlayer dense 3relu',
    mended: 'input x: f32[4]\nlayer dense 3 relu',
    messages: syntaxMessages.NN1011,
  },
  NN1012: {
    severity: 'error',
    title: 'a bracket that is never closed',
    explanation: 'Inside ( ) and [ ] newlines do not count, so everything that follows was read as a part of it.',
    wrong: 'input x: f32[4\nlayer dense 3',
    mended: 'input x: f32[4]\nlayer dense 3',
    messages: syntaxMessages.NN1012,
  },
  NN1013: {
    severity: 'error',
    title: 'a closing bracket without an opening one',
    explanation: 'Nothing was opened that this bracket could close.',
    wrong: 'input x: f32[4]\nit = relu x)',
    mended: 'input x: f32[4]\nit = relu(x)',
    messages: syntaxMessages.NN1013,
  },
  NN1014: {
    severity: 'error',
    title: 'brackets of different kinds',
    explanation: 'A bracket is closed by one of its own kind.',
    wrong: 'input x: f32[4)',
    mended: 'input x: f32[4]',
    messages: syntaxMessages.NN1014,
  },
  NN1015: {
    severity: 'error',
    title: 'a brace that is never closed',
    explanation: 'The body of a block or a def ends with `}`.',
    wrong: 'block body {\n  layer dense 3',
    mended: 'block body {\n  layer dense 3\n}',
    messages: syntaxMessages.NN1015,
  },
  NN1016: {
    severity: 'error',
    title: 'a closing brace without an opening one',
    explanation: 'Nothing was opened that this brace could close.',
    wrong: 'input x: f32[4]\nlayer dense 3\n}',
    mended: 'input x: f32[4]\nlayer dense 3',
    messages: syntaxMessages.NN1016,
  },
  NN1017: {
    severity: 'error',
    title: 'a statement that starts with an unknown word',
    explanation:
      'A statement starts with a keyword (`layer`, `loss`, `optim`, …), or it is an assignment: `name = expression`.',
    wrong: 'input x: f32[4]\nlayr dense 3',
    mended: 'input x: f32[4]\nlayer dense 3',
    messages: {
      ...syntaxMessages.NN1017,
      kind: ({ name, calls, sort }: { name: string; calls: string; sort: Sort }) => ({
        message: `no statement starts with \`${name}\``,
        help: ofSort(name, calls, sort),
      }),
      calledKind: ({ name, calls, sort }: { name: string; calls: string; sort: Sort }) => ({
        message: `\`${name}(…)\` is no statement`,
        help: ofSort(name, calls, sort),
      }),
      /** Of a file in which no statement can be read, the first that cannot is told. */
      noSpec: ({ first }: { first: string }) => ({
        message: first,
        help: 'no line of this file is a statement; a spec names its data: data csv "file.csv" target=column',
      }),
    },
  },
  NN1018: {
    severity: 'error',
    title: 'a reserved word as a name',
    explanation:
      '`from as on for over with updates true false none and or not` have a meaning of their own wherever they stand.',
    wrong: 'input x: f32[4]\nlayer dense 3 as on',
    mended: 'input x: f32[4]\nlayer dense 3 as switched',
    messages: syntaxMessages.NN1018,
  },
  NN1019: {
    severity: 'error',
    title: '`<-` inside an expression',
    explanation:
      '`name <- expression` is a statement that updates a state. In a comparison with a negative number, write a space: `x < -1`.',
    wrong: 'input x: f32[4]\nit = where(x<-1, 0, x)',
    mended: 'input x: f32[4]\nit = where(x < -1, 0, x)',
    messages: syntaxMessages.NN1019,
  },
  NN1020: {
    severity: 'error',
    title: 'a calculation as an argument, without parentheses',
    explanation:
      'The arguments of a statement are separated by spaces, so a calculation among them needs parentheses. A ratio of numbers such as `1/255` is one argument.',
    wrong: 'hyper w = 8\ninput x: f32[4]\nlayer dense w * 2',
    mended: 'hyper w = 8\ninput x: f32[4]\nlayer dense (w * 2)',
    messages: syntaxMessages.NN1020,
  },
  NN1021: {
    severity: 'error',
    title: 'something is missing',
    explanation: 'The statement stops, or goes on, where something else has to stand. The message says what.',
    wrong: 'input x f32[4]',
    mended: 'input x: f32[4]',
    messages: syntaxMessages.NN1021,
  },
  NN1022: {
    severity: 'error',
    title: 'something is left over',
    explanation: 'The statement was complete before this place. A second statement on the line is separated by `;`.',
    wrong: 'input x: f32[4] input y: f32[4]',
    mended: 'input x: f32[4]; input y: f32[4]',
    messages: syntaxMessages.NN1022,
  },
  NN1023: {
    severity: 'error',
    title: 'a statement without its body',
    explanation: 'The statement is followed by its body in braces.',
    wrong: 'input x: f32[4]\nblock body',
    mended: 'input x: f32[4]\nblock body { layer dense 3 }',
    messages: syntaxMessages.NN1023,
  },
  NN1024: {
    severity: 'error',
    title: 'a body where none belongs',
    explanation: 'This statement has no body. Values that belong together are grouped by `block NAME { … }`.',
    wrong: 'input x: f32[4]\nlayer dense 3 { layer relu }',
    mended: 'input x: f32[4]\nlayer dense 3\nlayer relu',
    messages: syntaxMessages.NN1024,
  },
  NN1025: {
    severity: 'error',
    title: '`else` without `if`',
    explanation: '`else` follows the closing brace of an `if`.',
    wrong: 'input x: f32[4]\nelse { layer dense 3 }',
    mended: 'input x: f32[4]\nif true { layer dense 3 } else { layer dense 4 }',
    messages: syntaxMessages.NN1025,
  },
  NN1026: {
    severity: 'error',
    title: 'an argument after the named ones',
    explanation: 'Arguments by position come first, those by name after them.',
    wrong: 'input x: f32[4]\nlayer dense bias=false 3',
    mended: 'input x: f32[4]\nlayer dense 3 bias=false',
    messages: syntaxMessages.NN1026,
  },
  NN1027: {
    severity: 'error',
    title: 'comparisons in a chain',
    explanation: '`a < b < c` would compare a truth value with a number. Join two comparisons with `and`.',
    wrong: 'input x: f32[4]\nit = where(0 < x < 1, x, 0)',
    mended: 'input x: f32[4]\nit = where(0 < x and x < 1, x, 0)',
    messages: syntaxMessages.NN1027,
  },
  NN1028: {
    severity: 'error',
    title: 'an unknown sort of definition',
    explanation:
      '`def` is followed by the sort of thing that is defined: layer, loss, penalty, metric, optim, schedule, init, fn or reparam.',
    wrong: 'def lyer twice() { layer dense 3 }',
    mended: 'def layer twice() { layer dense 3 }',
    messages: syntaxMessages.NN1028,
  },
  NN1029: {
    severity: 'error',
    title: 'a clause that does not belong to its statement',
    explanation:
      '`from` gives a layer other values, `on` says what a penalty reaches, `for` what an optimizer trains, `as` names a result.',
    wrong: 'input x: f32[4]\noptim sgd as slow',
    mended: 'input x: f32[4]\noptim sgd',
    messages: syntaxMessages.NN1029,
  },
  NN1030: {
    severity: 'error',
    title: 'an operator of another language',
    explanation: 'Powers are written `^`, equality `==`, and the logic `and`, `or`, `not`.',
    wrong: 'input x: f32[4]\nit = x ** 2',
    mended: 'input x: f32[4]\nit = x ^ 2',
    messages: syntaxMessages.NN1030,
  },
  NN1031: {
    severity: 'error',
    title: 'a minus sign that could be meant in two ways',
    explanation:
      'Among the arguments of a statement, `a - 1` could be a difference or two arguments. Write `(a - 1)` for the difference, `a -1` for two.',
    wrong: 'input x: f32[4]\nloss mse x - 1',
    mended: 'input x: f32[4]\nloss mse (x - 1)',
    messages: syntaxMessages.NN1031,
  },
  NN1032: {
    severity: 'error',
    title: 'a position of a path that cannot be assigned',
    explanation: 'What stands left of `=` or `<-` is one name.',
    wrong: 'input x: f32[4]\nx.a = 3',
    mended: 'input x: f32[4]\na = 3',
    messages: syntaxMessages.NN1032,
  },
} as const satisfies Record<string, Entry>;
