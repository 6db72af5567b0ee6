/** Rounds of a repeat in the emitted file: a function, called once for each of them, forward and back. */
import { describe, expect, it } from 'vitest';
import { emitted } from './compiled.ts';

const spec = (body: string, input = 'input x: f32[4]'): string =>
  `${input}\ntarget y: f32[1]\n${body}\nlayer dense 1 as last\nloss mse\noptim sgd\n`;

/** The body of an emitted function. */
function bodyOf(text: string, name: string): string {
  const [, body = ''] = new RegExp(`function ${name}\\(([\\s\\S]*?)\\n}`).exec(text) ?? [];
  return body;
}

/** However the lines are broken. */
const onOneLine = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/([([]) /g, '$1')
    .replace(/,? ([)\]])/g, '$1');

/** What a spec says, a function of its file, and what stands in that. */
type Case = readonly [what: string, body: string, fn: string, lines: readonly string[]];

const cases: readonly Case[] = [
  [
    'each round goes on from the one before',
    'layer dense 4; repeat 3 { layer dense 4 tanh }',
    'forward',
    ['chain(p.repeat, dense, (q, x_1) => repeat_forward(k, q, x_1))', 'k.matmul(repeat_rounds.it, p.last.kernel'],
  ],
  [
    'the way back runs through the same rounds, and gives all their gradients at once',
    'layer dense 4; repeat 3 { layer dense 4 tanh }',
    'backward',
    [
      'chainBack(p.repeat, kept.repeat_rounds.rounds, d_repeat, (q, made, d_x) =>',
      'repeat_backward(k, q, made, d_x)',
      'repeat: d_repeat_rounds.g,',
    ],
  ],
  [
    'a first round that reads the batch is not asked for the gradient by it',
    'repeat 3 { layer dense 4 tanh }',
    'backward',
    [
      'const [, ...repeat_rest] = p.repeat;',
      'chainBack(repeat_rest, kept.repeat_rounds.rounds.slice(1), d_repeat, ',
      'repeat_backward(k, kept.repeat_rounds.rounds[0], d_repeat_rounds.d_x)',
      'repeat: [d_repeat_0.g, ...d_repeat_rounds.g],',
    ],
  ],
  [
    'use calls one function',
    'layer dense 4; repeat 3 { layer dense 4 tanh }',
    'predict',
    ['p.repeat.reduce<Value>((x_1, q) => repeat(k, q, x_1), dense)'],
  ],
  [
    'random streams are named by the path of the call',
    'layer dense 4; repeat 3 as r { layer dense 4; layer dropout 0.5 }',
    'forward',
    ['(q, x_1, i) => r_forward(k, q, `r.${i}`, x_1)'],
  ],
  [
    'and within the function from there',
    'layer dense 4; repeat 3 as r { layer dense 4; repeat 2 as s { layer dense 4; layer dropout 0.5 } }',
    'r_forward',
    ['chain(p.s, ', 's_forward(k, q, `${at}.s.${i}`, x'],
  ],
  [
    'what rounds read of outside is handed to each',
    'layer dense 4 as h; repeat 3 { layer dense 4; it = it + h }',
    'forward',
    ['chain(p.repeat, h, (q, x_1) => repeat_forward(k, q, x_1, h))'],
  ],
  [
    'a layer remembers by itself',
    'layer dense 4; repeat 3 { layer dense 4; layer batchnorm }',
    'repeat_forward',
    ['k.store(p.batchnorm.mean, ', 'k.store(p.batchnorm.var, '],
  ],
  [
    'a round that differs is one of its own',
    'repeat 3 as r { layer dense 8 relu }',
    'forward',
    ['k.matmul(x, p.r[0].dense.kernel, ', 'chain(r_rest, '],
  ],
  [
    'a frozen round has no way back',
    'layer dense 4 as first; repeat 3 as r { layer dense 4 relu }; freeze first; freeze r.0; freeze r.1',
    'backward',
    ['d_last_kernel', 'r: { 2: '],
  ],
];

describe('rounds', () => {
  it.each(cases)('%s', (_, body, fn, lines) => {
    const text = onOneLine(bodyOf(emitted(spec(body), 'm.nn'), fn));
    for (const line of lines) expect(text).toContain(line);
  });

  it('are one line, however many there are', () => {
    const linesOf = (rounds: number): number =>
      emitted(spec(`layer dense 4; repeat ${rounds} { layer dense 4 tanh }`), 'm.nn')
        .replace(/[\s\S]*?-- forward, backward/, '')
        .replace(/-- update[\s\S]*/, '')
        .split('\n').length;
    expect(linesOf(40)).toBe(linesOf(3));
  });
});
