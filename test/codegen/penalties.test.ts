/** Penalties in the emitted file: what parameters have that are treated alike stands there once, and is called for each. */
import { describe, expect, it } from 'vitest';
import { emitted } from './compiled.ts';

const spec = (body: string): string =>
  `def penalty even(c) = c * mean(param^2)\ninput x: f32[16, 8]\ntarget y: f32[2]\n${body}\nlayer flatten; layer dense 2 as last\nloss mse\noptim sgd\n`;

const deep = 'layer dense 8 as first; repeat 6 as r { layer transformer_block 2 8 }';

/** The file, however its lines are broken. */
const onOneLine = (body: string): string =>
  emitted(spec(body), 'm.nn')
    .replace(/\s+/g, ' ')
    .replace(/([([{]) /g, '$1')
    .replace(/,? ([)\]}])/g, '$1');

type Case = readonly [what: string, body: string, has: readonly string[], hasNot: readonly string[]];

const cases: readonly Case[] = [
  [
    'of all matrices are told by their axes',
    `${deep}; penalty l2 1e-4`,
    [
      'penalised = covered(parameters, {// penalty l2 1e-4 l2: ({shape}) => shape.length > 1})',
      'k.addAll(leavesAt(p, penalised.l2).map((w) => l2(k, w)))',
      'return withTerms(g, p, penalised.l2, (d_w, w) => k.map(d_param_of_l2, [w, d_w]))',
      'r: d_r_rounds.g',
    ],
    ['d_r_rounds.rounds', 'p.r[0]'],
  ],
  [
    'of a part are told by its path',
    `${deep}; penalty l1 1e-4 on r`,
    ["l1: ({path, shape}) => shape.length > 1 && within(path, 'r')", 'withTerms(g, p, penalised.l1, '],
    ['p.r[0]'],
  ],
  [
    'in two statements have rules of their own, after one another',
    'block t { layer dense 8 as a; layer dense 8 as b }; penalty l2 0.1 on t; penalty l1 0.2 on t.*.bias',
    [
      'penalty_1 = k.addAll(leavesAt(p, penalised.l1)',
      'const g_1 = withTerms(g, p, penalised.l2, ',
      'return withTerms(g_1, p, penalised.l1, ',
    ],
    [],
  ],
  [
    'of one parameter are lines',
    'layer dense 8 as first; penalty l2 0.1 on first',
    ['k.map((param) => rowSum(mul(0.1, square(param))), [p.first.kernel])'],
    ['covered', 'leavesAt', 'withTerms', 'addAll'],
  ],
  [
    'by how many weights there are are as many functions as there are counts',
    'block t { layer dense 8 as a; layer dense 8 as b; layer dense 4 as c }; penalty even 0.1 on t',
    [
      "even: ({path}) => within(path, 't.a.kernel', 't.b.kernel')",
      'k.addAll([...leavesAt(p, penalised.even).map((w) => even(k, w)), even_t_c_kernel])',
      'withTerms(g, p, penalised.even, ',
      '[p.t.c.kernel, d_t_c_kernel_part]',
    ],
    [],
  ],
];

describe('penalties', () => {
  it.each(cases)('%s', (_, body, has, hasNot) => {
    const text = onOneLine(body);
    for (const part of has) expect(text).toContain(part);
    for (const part of hasNot) expect(text).not.toContain(part);
  });

  it('of a net add as many lines as those of one with as many rounds', () => {
    const linesOf = (body: string): number => emitted(spec(body), 'm.nn').split('\n').length;
    const more = (rounds: number): number => {
      const body = deep.replace('6', String(rounds));
      return linesOf(`${body}; penalty l2 1e-4`) - linesOf(body);
    };
    expect(more(6)).toBe(more(3));
    expect(more(6)).toBeLessThan(50);
  });

  it('of steps have a table for each', () => {
    const body =
      'block t { layer dense 8 as a; layer dense 8 as b }; block u { layer dense 8 as c; layer dense 2 as d }; penalty l2 0.1';
    const steps = 'step d updates t { loss mse }\nstep f updates u { loss mse }';
    const text = emitted(`input x: f32[4]\ntarget y: f32[2]\n${body}\noptim sgd\n${steps}\n`, 'm.nn');
    expect(text).toMatch(/penalised_d = covered\(parameters, \{[^;]*within\(path, 't'\)/);
    expect(text).toMatch(/penalised_f = covered\(parameters, \{[^;]*within\(path, 'u'\)/);
  });
});
