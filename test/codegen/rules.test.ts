/** The rules of tables, which say which parameters they are for: true of these, and of no other. */
import { describe, expect, it } from 'vitest';
import { flat } from '../../compiler/targets/tfjs/layout.ts';
import { telling } from '../../compiler/targets/tfjs/slot-rules.ts';
import type { Member } from '../../compiler/targets/tfjs/slot-rules.ts';
import { within } from '../../runtime/tables.ts';
import { Random } from '../random/random.ts';

/** `a.kernel 3 4` is a parameter of that path and shape. */
const parameters = (texts: readonly string[]): readonly Member[] =>
  texts.map((text) => {
    const [path = '', ...shape] = text.split(' ');
    return { path, shape: shape.map(Number) };
  });

const ruleOf = (members: readonly Member[], others: readonly Member[]): string => {
  const { head, test } = telling(members, others);
  return `${head} ${flat(test)}`;
};

const net = [
  'a.kernel 3 4',
  'a.bias 4',
  'b.kernel 4 4',
  'b.bias 4',
  'c.kernel 4 4',
  'c.bias 4',
  'd.kernel 4 1',
  'd.bias 1',
];

describe('a rule', () => {
  it.each([
    [
      'all matrices',
      ['a.kernel 3 4', 'b.kernel 4 4', 'c.kernel 4 4', 'd.kernel 4 1'],
      '({ shape }) => shape.length > 1',
    ],
    ['one layer', ['b.kernel 4 4', 'b.bias 4'], "({ path }) => within(path, 'b')"],
    [
      'all but one matrix',
      ['a.kernel 3 4', 'b.kernel 4 4', 'c.kernel 4 4'],
      "({ path, shape }) => shape.length > 1 && !within(path, 'd')",
    ],
    ['two of four matrices', ['a.kernel 3 4', 'b.kernel 4 4'], "({ path }) => within(path, 'a.kernel', 'b.kernel')"],
    ['all but one layer', net.slice(2), "({ path }) => !within(path, 'a')"],
    ['all but one weight', net.slice(0, -1), "({ path }) => !within(path, 'd.bias')"],
  ])('for %s says so', (_, members, rule) => {
    const own = new Set(members);
    expect(ruleOf(parameters(members), parameters(net.filter((each) => !own.has(each))))).toBe(rule);
  });

  it('for all but a weight that has the name of a scope says so', () => {
    const [weight, ...others] = parameters(['a 2', 'a.b 2', 'c 2']);
    expect(ruleOf(others, weight === undefined ? [] : [weight])).toBe("({ path }) => path !== 'a'");
  });

  it('is true of its own and of no other, whichever they are', () => {
    const random = new Random(5);
    for (let round = 0; round < 400; round++) {
      const paths = new Set(
        Array.from({ length: random.whole(2, 13) }, () =>
          Array.from({ length: random.whole(1, 3) }, () => 'abw'.charAt(random.whole(0, 2))).join('.'),
        ),
      );
      const all = [...paths].map((path) => ({ path, shape: Array.from({ length: random.whole(0, 3) }, () => 2) }));
      const members = all.filter(() => random.chance(0.5));
      if (members.length === 0 || members.length === all.length) continue;
      const rule = ruleOf(
        members,
        all.filter((each) => !members.includes(each)),
      );
      const holds: unknown = new Function('within', `return ${rule}`)(within);
      if (typeof holds !== 'function') throw new Error(rule);
      expect(
        all.filter((each) => holds(each) === true),
        rule,
      ).toEqual(members);
    }
  });
});
