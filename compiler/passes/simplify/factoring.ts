/** What products have in common goes out of their sum, and what they have twice goes. */
import type { Shape, Type, Value } from '../../ir/types.ts';
import { repeatedAxes } from '../../ops/rules/broadcast.ts';
import { costOf, factorsAt, factorsOf, inCommon, moderate, nodeWithChanges, withChanges } from './factors.ts';
import type { Change, Factor, Factors, Opens } from './factors.ts';
import type { Rule, Site } from './site.ts';

export const factoring: readonly Rule[] = [
  {
    theorem: '(x / 2) · (2 · y) → x · y, and so for other numbers',
    derivative: true,
    condition: 'nothing else needs the parts; without the numbers they stay in the range of f32',
    ops: ['mul', 'div'],
    apply: withFactors((s, { all }) => {
      const numbers = all.flatMap((factor) => {
        const number = s.number(factor.value);
        return number === undefined || !moderate(number) ? [] : [{ factor, number }];
      });
      for (const over of numbers) {
        const under = numbers.find(({ factor, number }) => factor.below && number === over.number);
        if (over.factor.below || under === undefined) continue;
        return { gone: [over.factor, under.factor] };
      }
      return undefined;
    }),
  },
  {
    theorem: '(a / c) · b → a · (b / c), where b / c is made on the way forward',
    derivative: true,
    condition: 'nothing else needs a / c',
    ops: ['mul', 'div'],
    apply: withFactors((s, { all }) => {
      for (const c of all.filter(({ below }) => below)) {
        for (const b of all.filter(({ below }) => !below)) {
          const quotient = s.number(b.value) === undefined ? s.made('div', b.value, c.value) : undefined;
          if (quotient === undefined || s.producer(quotient)?.section !== 'forward') continue;
          return { gone: [c], instead: [[b.value, quotient]] };
        }
      }
      return undefined;
    }),
  },
  {
    theorem: 'a · x ± a · y → a · (x ± y), and x / a ± y / a → (x ± y) / a',
    derivative: true,
    condition: 'nothing else needs the products',
    ops: ['add', 'sub'],
    apply: (s) => {
      const [a, b] = s.node.inputs;
      if (s.type?.dtype !== 'f32' || a === undefined || b === undefined) return undefined;
      return s.asResult(factored(s, s.node.op, a, b, ownIn(s)) ?? factored(s, s.node.op, a, b, opensIn(s)));
    },
  },
  {
    theorem: '−(c · (a − b)) → c · (b − a), wherever the sign stands',
    derivative: true,
    condition: 'nothing else needs the parts',
    ops: ['neg', 'mul', 'div'],
    apply: withFactors((s, { minus, all }) => {
      if (!minus || all.length < 2) return undefined;
      for (const { value, below } of all) {
        const difference = below || !s.readOnce(value) ? undefined : s.operands(value, 'sub');
        if (difference === undefined) continue;
        const { a, b } = difference;
        return { gone: [], instead: [[value, s.build('sub', [b, a])]], unsigned: true };
      }
      return undefined;
    }),
  },
];

/** A product of the derivative with what is found to be changed in its factors. */
function withFactors(changeOf: (s: Site, factors: Factors) => Change | undefined): Rule['apply'] {
  return (s) => {
    if (s.type?.dtype !== 'f32') return undefined;
    const opens = opensIn(s);
    const change = changeOf(s, factorsAt(s, s.node, opens));
    return change && s.asResult(nodeWithChanges(s, s.node, opens, change));
  };
}

/** a · (x ± y) of a · x and a · y; undefined where they have no factor in common, or it costs more than it saves. */
function factored(s: Site, op: string, a: Value, b: Value, opens: Opens): Value | undefined {
  const [first, second] = [factorsOf(s, a, opens), factorsOf(s, b, opens)];
  const common = inCommon(first.all, second.all);
  const outside = common.filter(({ value }) => s.number(value) !== 1);
  // What was multiplied into something small is multiplied into all of the result then.
  const shape = s.type?.shape ?? [];
  const cost = (gone: readonly Factor[]): number => costOf(s, a, opens, gone, shape) + costOf(s, b, opens, gone, shape);
  if (outside.length === 0 || cost(common) + outside.length > cost([])) return undefined;
  const unsigned = first.minus && second.minus;
  const x = withChanges(s, a, opens, { gone: common, unsigned });
  const y = withChanges(s, b, opens, { gone: common, unsigned });
  if (x === undefined || y === undefined) return undefined;
  const whole = outside.reduce((rest, factor) => applied(s, rest, factor), s.build(op, [x, y]));
  return unsigned ? s.build('neg', [whole]) : whole;
}

const applied = (s: Site, x: Value, { value, below }: Factor): Value =>
  below ? s.build('div', [x, value]) : s.build('mul', [value, x]);

/** Products of the derivative that nothing else needs. */
const ownIn =
  (s: Site): Opens =>
  (value) =>
    s.readOnce(value) && s.producer(value)?.section === 'backward';

/** Those, and products of the derivative that cost next to nothing beside the result. */
function opensIn(s: Site): Opens {
  const shape = s.type?.shape ?? [];
  return (value) => s.producer(value)?.section === 'backward' && (s.readOnce(value) || isSmall(value.type, shape));
}

/** Whether a value is repeated along axes of a shape. */
const isSmall = (type: Type, shape: Shape): boolean => repeatedAxes(type.shape, shape).length > 0;
