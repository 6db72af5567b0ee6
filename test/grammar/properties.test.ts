/** Properties of the parser and the formatter, over random specs and over specs with random damage. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/parser.ts';
import { print } from '../../grammar/print.ts';
import { std } from '../../grammar/std/index.ts';
import { everything } from '../amounts.ts';
import { files, read } from './corpus.ts';
import { specText } from './random-specs.ts';
import { showProblem } from './show-problem.ts';
import { withoutPlaces } from './tree.ts';

describe('a spec in any layout', () => {
  it('parses, and what is printed of it parses to the same tree, comments included, and prints the same', () => {
    fc.assert(
      fc.property(specText, (text) => {
        const { file, problems } = parse(text);
        expect(problems.map((problem) => showProblem(text, problem))).toEqual([]);
        const formatted = print(file, text);
        const again = parse(formatted);
        expect(again.problems.map((problem) => showProblem(formatted, problem))).toEqual([]);
        expect(withoutPlaces(again.file.statements)).toEqual(withoutPlaces(file.statements));
        expect(again.file.comments.map(({ text }) => text.trimEnd())).toEqual(
          file.comments.map(({ text }) => text.trimEnd()),
        );
        expect(print(again.file, formatted)).toBe(formatted);
      }),
      { numRuns: everything ? 4_000 : 400, seed: 1 },
    );
  });
});

describe('a damaged spec', () => {
  const specs = [...files('contract').map(read), ...std.values()];
  const pieces = [
    ...'()[]{};=,.:*-<>"#\n\'$é',
    'layer ',
    'else',
    ' <- ',
    '1.',
    '.5',
    '3x',
    ' for ',
    '..',
    '}\n}',
    '\u0000',
  ];

  it('has the same comments when it is formatted, also behind a semicolon that ends nothing', () => {
    const text = '; ## one\n## two\ndef fn f(x) = x\n';
    const { file } = parse(text);
    expect(withoutPlaces(parse(print(file, text)).file.statements)).toEqual(withoutPlaces(file.statements));
    expect(file.statements).toMatchObject([{ documentation: 'one\ntwo' }]);
  });

  it('is answered with problems that lie within it, each statement with its span, and never with a crash', () => {
    const damage = fc.record({
      spec: fc.nat(specs.length - 1),
      cuts: fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom('', '', ...pieces)), {
        minLength: 1,
        maxLength: 4,
      }),
    });
    fc.assert(
      fc.property(damage, ({ spec, cuts }) => {
        let text = specs[spec] ?? '';
        for (const [at, length, insert] of cuts) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + insert + text.slice(place + length);
        }
        const { file, problems } = parse(text);
        for (const { span, message } of problems) {
          expect(message).not.toMatch(/undefined|null|Token|NaN/);
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeLessThanOrEqual(text.length);
          expect(span.start).toBeLessThanOrEqual(span.end);
        }
        for (const { span } of file.statements) expect(span.start).toBeLessThan(span.end);
        if (problems.length > 0) return;
        const formatted = print(file, text);
        expect(withoutPlaces(parse(formatted).file.statements)).toEqual(withoutPlaces(file.statements));
      }),
      { numRuns: everything ? 20_000 : 1500, seed: 2 },
    );
  });
});
