/** The renderer: a table of texts, labels and what is printed for them. */
import { describe, expect, it } from 'vitest';
import { diagnosticData, toGithub, toJson, toSarif } from '../../compiler/diagnostics/formats.ts';
import { inOrder, render } from '../../compiler/diagnostics/render.ts';
import type { Diagnostic, Label, Source } from '../../compiler/diagnostics/types.ts';

/** A label on the nth occurrence of a piece of text. */
function on(source: Source, piece: string, text: string, nth = 1): Label {
  let start = -1;
  for (let i = 0; i < nth; i++) start = source.text.indexOf(piece, start + 1);
  return { source, span: { start, end: start + piece.length }, text };
}

function diagnostic(primary: Label, secondary: readonly Label[] = [], help?: string): Diagnostic {
  return { code: 'NN2004', severity: 'error', message: 'it does not fit', primary, secondary, help };
}

const model = (text: string): Source => ({ file: 'model.nn', text });

const skip = model('# a\n# b\n# c\n# d\nskip = x\n\nlayer dense 64 relu as h\n\nit = h + skip\n');

interface Case {
  readonly name: string;
  readonly diagnostic: Diagnostic;
  readonly printed: string;
}

const two = model('input x: f32[4]\nit = x + x\n');
const tabs = model('if a {\n\tlayer\tdense 3\n}\n');
const crlf = model('input x: f32[4]\r\nlayer dnse 3\r\n');
const wide = model('# 数\nit = f("数据") + 数据x\n');
const emoji = model('it = "👩‍👩‍👧é" + bad\n');
const lined = model('it = f(\n  a,\n  b)\nloss mse\n');
const tall = model('it = f(\n  a,\n  b,\n  c,\n  d,\n  e)\n');
const last = model('input x: f32[4]\n');
const bare = model('input x: f32[4]');
const none = model('');
const far = model(`${'\n'.repeat(11)}layer dnse 3`);
const escapes = model('it = \u001b[31mx\u202e\n');
const use: Source = { file: 'specs/use.nn', text: 'input x: f32[5]\nlayer halve\n' };
const std: Source = { file: 'std/layers/halve.nn', text: '## doc\ndef layer halve() {\n  it = it[: in/2]\n}\n' };

const cases: readonly Case[] = [
  {
    name: 'a primary and a secondary label, with help',
    diagnostic: {
      ...diagnostic(
        on(skip, 'h + skip', '`skip` has shape [32] (line 5)'),
        [on(skip, 'layer dense 64 relu as h', 'this value has shape [64]')],
        'project it first: layer dense 64 from skip as skip64',
      ),
      message: 'add cannot broadcast [64] with [32]',
    },
    printed: `error[NN2004]: add cannot broadcast [64] with [32]
  ┌─ model.nn:9:6
7 │   layer dense 64 relu as h
  │   ------------------------ this value has shape [64]
9 │   it = h + skip
  │        ^^^^^^^^ \`skip\` has shape [32] (line 5)
  = help: project it first: layer dense 64 from skip as skip64`,
  },
  {
    name: 'two labels on one line, the left one first',
    diagnostic: diagnostic(on(two, 'x', 'here', 3), [on(two, 'x', 'and there', 2)]),
    printed: `error[NN2004]: it does not fit
  ┌─ model.nn:2:10
2 │   it = x + x
  │        - and there
  │            ^ here`,
  },
  {
    name: 'a label without text, and help of two lines',
    diagnostic: diagnostic(on(two, 'x + x', ''), [], 'first\nsecond'),
    printed: `error[NN2004]: it does not fit
  ┌─ model.nn:2:6
2 │   it = x + x
  │        ^^^^^
  = help: first
          second`,
  },
  {
    name: 'tabs before and inside',
    diagnostic: diagnostic(on(tabs, 'dense', 'what')),
    printed: `error[NN2004]: it does not fit
  ┌─ model.nn:2:8
2 │       layer   dense 3
  │               ^^^^^ what`,
  },
  {
    name: 'line ends of Windows',
    diagnostic: diagnostic(on(crlf, 'dnse', 'unknown')),
    printed: `error[NN2004]: it does not fit
  ┌─ model.nn:2:7
2 │   layer dnse 3
  │         ^^^^ unknown`,
  },
  {
    name: 'wide characters take two columns',
    diagnostic: diagnostic(on(wide, '数据x', 'what')),
    printed: `error[NN2004]: it does not fit
  ┌─ model.nn:2:16
2 │   it = f("数据") + 数据x
  │                    ^^^^^ what`,
  },
  {
    name: 'joined and combining characters take their clusters’ columns',
    diagnostic: diagnostic(on(emoji, 'bad', 'what')),
    printed: `error[NN2004]: it does not fit
  ┌─ model.nn:1:17
1 │   it = "👩‍👩‍👧é" + bad
  │                ^^^ what`,
  },
  {
    name: 'a label over three lines',
    diagnostic: diagnostic(on(lined, 'f(\n  a,\n  b)', 'all of it')),
    printed: `error[NN2004]: it does not fit
  ┌─ model.nn:1:6
1 │   it = f(
  │        ^^
2 │     a,
  │     ^^
3 │     b)
  │     ^^ all of it`,
  },
  {
    name: 'a label over many lines shows the first and the last',
    diagnostic: diagnostic(on(tall, 'f(\n  a,\n  b,\n  c,\n  d,\n  e)', 'all of it')),
    printed: `error[NN2004]: it does not fit
  ┌─ model.nn:1:6
1 │   it = f(
  │        ^^
  ·
6 │     e)
  │     ^^ all of it`,
  },
  {
    name: 'the end of a file behind its last newline',
    diagnostic: diagnostic({ source: last, span: { start: 16, end: 16 }, text: 'here it ends' }),
    printed: `error[NN2004]: it does not fit
  ┌─ model.nn:2:1
1 │   input x: f32[4]
  │                  ^ here it ends`,
  },
  {
    name: 'the end of a file without a last newline',
    diagnostic: diagnostic({ source: bare, span: { start: 15, end: 15 }, text: 'here it ends' }),
    printed: `error[NN2004]: it does not fit
  ┌─ model.nn:1:16
1 │   input x: f32[4]
  │                  ^ here it ends`,
  },
  {
    name: 'an empty file',
    diagnostic: diagnostic({ source: none, span: { start: 0, end: 0 }, text: 'nothing' }),
    printed: `error[NN2004]: it does not fit
  ┌─ model.nn:1:1
1 │
  │   ^ nothing`,
  },
  {
    name: 'line numbers of two digits',
    diagnostic: diagnostic(on(far, 'dnse', 'unknown'), [], 'did you mean `dense`?'),
    printed: `error[NN2004]: it does not fit
   ┌─ model.nn:12:7
12 │   layer dnse 3
   │         ^^^^ unknown
   = help: did you mean \`dense\`?`,
  },
  {
    name: 'escape sequences and marks of direction are shown, not sent',
    diagnostic: diagnostic(on(escapes, 'x', 'what')),
    printed: `error[NN2004]: it does not fit
  ┌─ model.nn:1:11
1 │   it = ␛[31mx�
  │             ^ what`,
  },
  {
    name: 'a label in another file, the user’s own first',
    diagnostic: diagnostic(on(use, 'layer halve', 'used here, with in = 5'), [on(std, 'in/2', '5/2 is not whole')]),
    printed: `error[NN2004]: it does not fit
  ┌─ specs/use.nn:2:1
2 │   layer halve
  │   ^^^^^^^^^^^ used here, with in = 5
  ┌─ std/layers/halve.nn:3:13
3 │     it = it[: in/2]
  │               ---- 5/2 is not whole`,
  },
];

describe('render', () => {
  it.each(cases)('$name', ({ diagnostic, printed }) => {
    expect(render(diagnostic)).toBe(printed);
  });

  it('clips a long line around what is marked', () => {
    const source = model(`it = ${'abc + '.repeat(200)}bad${' + abc'.repeat(200)}`);
    const text = render(diagnostic(on(source, 'bad', 'here')));
    const [, , line = '', marks = ''] = text.split('\n');
    expect(line.length).toBeLessThan(125);
    expect(line.slice(marks.indexOf('^'), marks.indexOf('^') + 3)).toBe('bad');
    expect(line).toMatch(/…/);
  });

  it('clips a marked part that is longer than a line', () => {
    const source = model(`it = ${'x'.repeat(500_000)}`);
    const text = render(diagnostic({ source, span: { start: 5, end: source.text.length }, text: 'long' }));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(130);
  });

  it('shows two far places of one long line on a line each', () => {
    const source = model(`first${' + abc'.repeat(100)} + second`);
    const text = render(diagnostic(on(source, 'second', 'two'), [on(source, 'first', 'one')]));
    expect(text.split('\n').filter((line) => line.startsWith('1 │'))).toHaveLength(2);
  });

  it('colours only when asked', () => {
    const mark = (text: string): string => `<${text}>`;
    const paint = { error: mark, warning: mark, note: mark, frame: mark, strong: mark };
    const shown = diagnostic(on(two, 'x + x', 'here'), [], 'help');
    expect(render(shown, paint).replaceAll(/[<>]/g, '')).toBe(render(shown));
    expect(render(shown, paint)).toContain('<^^^^^> <here>');
  });

  it('orders by file and place', () => {
    const [a, b, c] = [on(two, 'it', ''), on(two, 'x', ''), on(use, 'layer', '')];
    const all = [diagnostic(c), diagnostic(a), diagnostic(b)];
    expect(inOrder(all).map(({ primary }) => primary)).toEqual([c, b, a]);
  });
});

describe('formats', () => {
  const shown = diagnostic(on(wide, '数据x', 'what'), [on(wide, 'it', 'from')], 'a, b: 100%\nnext');

  it('gives JSON with lines, columns and offsets', () => {
    expect(JSON.parse(toJson([shown]))).toEqual([diagnosticData(shown)]);
    expect(diagnosticData(shown)).toEqual({
      code: 'NN2004',
      severity: 'error',
      message: 'it does not fit',
      file: 'model.nn',
      labels: [
        {
          file: 'model.nn',
          start: { line: 2, column: 16, offset: 19 },
          end: { line: 2, column: 19, offset: 22 },
          text: 'what',
          primary: true,
        },
        {
          file: 'model.nn',
          start: { line: 2, column: 1, offset: 4 },
          end: { line: 2, column: 3, offset: 6 },
          text: 'from',
          primary: false,
        },
      ],
      help: 'a, b: 100%\nnext',
      fixes: [],
    });
  });

  it('gives GitHub one line each, escaped', () => {
    expect(toGithub([shown])).toBe(
      '::error file=model.nn,line=2,endLine=2,col=16,endColumn=19,title=NN2004::it does not fit%0Awhat%0Ahelp: a, b: 100%25%0Anext',
    );
  });

  it('gives SARIF 2.1.0', () => {
    const sarif: unknown = JSON.parse(toSarif([shown], '1.2.3'));
    expect(sarif).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'nnc', version: '1.2.3', rules: [{ id: 'NN2004' }] } },
          results: [
            {
              ruleId: 'NN2004',
              ruleIndex: 0,
              level: 'error',
              locations: [{ physicalLocation: { region: { startLine: 2, startColumn: 16 } } }],
            },
          ],
        },
      ],
    });
  });
});
