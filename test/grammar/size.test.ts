/** Long and deep texts end quickly, with a tree or with one clear error. */
import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/parser.ts';
import { print } from '../../grammar/print.ts';

/** In milliseconds of this process's own time: the machine may be busy with others. */
const limit = 2000;
const used = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1000;

/** The least of some turns counts: what other suites have left on this process's heap is cleared away in any of them. */
const turns = 3;

const timed = <Result>(work: () => Result): Result => {
  let least = Infinity;
  for (let turn = 1; ; turn++) {
    const start = used();
    const result = work();
    least = Math.min(least, used() - start);
    if (least < limit || turn === turns) {
      expect(least).toBeLessThan(limit);
      return result;
    }
  }
};

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

describe('20,000 statements', () => {
  it.each([
    ['layers', lines(20_000, (i) => `layer dense 128 relu init=he_normal from x${i} as y${i}`)],
    ['assignments', lines(20_000, (i) => `x${i} = a + b * ${i}`)],
    ['joined by semicolons', lines(20_000, () => 'layer dense 3').replaceAll('\n', '; ')],
    ['with comments', lines(20_000, (i) => `# above\nx${i} = 1  # beside`)],
    ['documented', lines(20_000, () => '## doc\ndef fn f(x) = x')],
  ])('%s parse and are formatted', (_, text) => {
    const { file, problems } = timed(() => parse(text));
    expect(problems).toEqual([]);
    expect(file.statements).toHaveLength(20_000);
    timed(() => print(file, text));
  });

  it.each([
    ['unknown words', lines(20_000, (i) => `layr dense ${i}`)],
    ['open brackets', lines(20_000, () => 'layer dense (3')],
    ['open strings', lines(20_000, () => 'data csv "x')],
    ['unknown characters', lines(20_000, () => 'x = ?')],
  ])('with %s are answered with the first hundred problems', (_, text) => {
    expect(timed(() => parse(text)).problems).toHaveLength(100);
  });
});

describe('10,000 levels', () => {
  const times = 10_000;
  it.each([
    ['NN1005', 'parentheses', `x = ${'('.repeat(times)}1${')'.repeat(times)}`],
    ['NN1005', 'brackets', `x = ${'['.repeat(times)}${']'.repeat(times)}`],
    ['NN1005', 'calls', `x = ${'f('.repeat(times)}${')'.repeat(times)}`],
    ['NN1005', 'blocks', `${'block a { '.repeat(times)}${'}'.repeat(times)}`],
    ['NN1005', 'else if', `if a { x = 1 }${' else if b { x = 1 }'.repeat(times)}`],
    ['NN1006', 'minus signs', `x = ${'-'.repeat(times)}1`],
    ['NN1006', 'not', `x = ${'not '.repeat(times)}a`],
    ['NN1006', 'powers', `x = a${'^a'.repeat(times)}`],
    ['NN1006', 'sums', `x = a${' + a'.repeat(times)}`],
    ['NN1006', 'indices', `x = a${'[0]'.repeat(times)}`],
    ['NN1006', 'ratios', `prep x scale 1${'/1'.repeat(times)}`],
  ])('%s: %s', (code, _, text) => {
    const { problems } = timed(() => parse(text));
    expect(problems.map((problem) => problem.code)).toEqual([code]);
  });

  it('keeps what stands before', () => {
    const { file } = parse(`layer relu\nx = ${'('.repeat(times)}`);
    expect(file.statements).toHaveLength(1);
  });

  it('allows what a model may need', () => {
    const deep = `${'block a { '.repeat(50)}x = ${'('.repeat(49)}1${')'.repeat(49)}${' }'.repeat(50)}`;
    expect(parse(deep).problems).toEqual([]);
    const rows = `data inline [${lines(5000, () => '[0, -1, 0.5],')}]`;
    expect(parse(rows).problems).toEqual([]);
    expect(parse(`x = a${' + b * c'.repeat(100)}`).problems).toEqual([]);
  });
});

describe('a file of 10 MB', () => {
  it.each([
    ['text', 'layer dense 3\n'.repeat(750_000)],
    ['zeros', '\u0000'.repeat(10_000_000)],
    ['blanks', ' '.repeat(10_000_000)],
  ])('of %s is too large', (_, text) => {
    const { file, problems } = timed(() => parse(text));
    expect(problems.map((problem) => problem.code)).toEqual(['NN1004']);
    expect(file.statements).toEqual([]);
  });
});
