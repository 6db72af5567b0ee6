/** Progress and figures as a person reads them. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { baselineLine, countText, durationText, figureText } from '../../runtime/logging/format.ts';
import { progress } from '../../runtime/logging/progress.ts';
import { terminalOutput } from '../../runtime/node/terminal.ts';

test.each([
  [0, '0.0000'],
  [0.12345678, '0.1235'],
  [-0.5, '-0.5000'],
  [2.30258, '2.3026'],
  [15.91234, '15.91'],
  [2859.69, '2859.7'],
  [1234567, '1.235e+6'],
  [0.00001234, '1.234e-5'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
])('%d reads %s', (value, text) => {
  expect(figureText(value)).toBe(text);
});

test('counts and durations', () => {
  expect([0, 999, 1000, 1234567.8].map(countText)).toEqual(['0', '999', '1,000', '1,234,568']);
  expect([-1, 0.4, 59.6, 61, 3599, 3661].map(durationText)).toEqual([
    '0:00',
    '0:00',
    '1:00',
    '1:01',
    '59:59',
    '1:01:01',
  ]);
});

test('a constant guess', () => {
  const common = { target: 'y', rows: 180 };
  expect(baselineLine({ ...common, guess: { kind: 'class', label: 'cat' }, score: 0.106 }, 'test')).toBe(
    'a constant guess, `cat`, is right for 10.6 % of the 180 test rows',
  );
  expect(baselineLine({ ...common, guess: { kind: 'mean', mean: 152.13 }, score: 5929.88 }, 'validation')).toBe(
    'a constant guess, the mean 152.13, has a mean square error of 5929.9 on the 180 validation rows',
  );
});

const epoch = (number: number, epochs: number) => ({
  epoch: number,
  epochs,
  figures: { loss: 1 / number, val_loss: 2 },
  examplesPerSecond: 12345,
  best: number === 1,
  state: { epoch: number + 1, batch: 0, lossSum: 0, rows: 0, watch: { stale: 0 } },
});
const step = (batch: number) => ({ epoch: 2, epochs: 4, batch, batches: 10, loss: 0.25, examplesPerSecond: 100 });

test('plain lines: the first epoch, the last, and about thirty between', () => {
  const lines: string[] = [];
  const shown = progress({ line: (text) => void lines.push(text) }, () => 0);
  for (let number = 1; number <= 1000; number++) {
    shown.step(step(5));
    shown.epoch(epoch(number, 1000));
  }
  expect(lines[0]).toBe('epoch    1/1000  loss 1.0000  val_loss 2.0000  12,345 examples/s  best');
  expect(lines.at(-1)).toMatch(/^epoch 1000\/1000/);
  expect(lines.length).toBe(32);
});

test('the live line: epoch, bar, time left, speed, figures', () => {
  const live: string[] = [];
  let now = 0;
  const shown = progress({ line: () => undefined, live: (text) => void live.push(text) }, () => now);
  now = 1000;
  shown.epoch(epoch(1, 4));
  now = 1500;
  shown.step(step(5));
  expect(live).toEqual([
    'epoch 1/4 ████████████  0:03 left  12,345 examples/s  loss 1.0000  val_loss 2.0000',
    'epoch 2/4 ██████░░░░░░  0:03 left  100 examples/s  loss 0.2500  val_loss 2.0000',
  ]);
});

test('a stream that is no terminal gets lines, and nothing live', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: false, columns: 80 });
  const output = terminalOutput(stream);
  expect(output.live).toBeUndefined();
  output.line('one');
  output.end();
  expect(String(stream.read())).toBe('one\n');
});
