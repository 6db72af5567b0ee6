/** One mistake looks the same whichever command meets it, and a difference shows what differs. */
import { describe, expect, it } from 'vitest';
import { folderWith, nnc, runModel } from './nnc.ts';

const spec = (target: string): string =>
  `input x: f32[2]\ntarget y: f32[1]\nlayer dense 1; loss mse; optim sgd\ndata csv "q.csv" target=${target}\ntrain epochs=1 batch=2\n`;
const rows = 'a,b,y\n1,2,3\n4,5,6\n';

describe('a data file that does not fit', () => {
  it.each([
    ['a column that is not there', spec('yy'), rows],
    ['a quote that is not closed', spec('y'), 'a,b,y\n1,"2,3\n4,5,6\n'],
  ])('%s is told alike by check and train', async (_, text, csv) => {
    const folder = folderWith({ 'q.nn': text, 'q.csv': csv });
    const [checked, trained] = [await nnc(folder, 'check', 'q.nn'), await nnc(folder, 'train', 'q.nn')];
    expect(trained.err).toContain('q.nn:4:1');
    const frame = /error\[[^]*?(?=\n\n|$)/.exec(checked.err + checked.out)?.[0];
    expect(/error\[[^]*?(?=\n\n|$)/.exec(trained.err)?.[0]).toBe(frame);
    expect([checked.code, trained.code]).toEqual([1, 1]);
  });

  it('is no matter where the rows come from elsewhere', async () => {
    const folder = folderWith({ 'q.nn': spec('y'), 'q.csv': 'a,b,y\n1,"2,3\n', 'other.csv': rows });
    const { code, err } = await runModel(folder, ['train', 'q.nn', '--data', 'csv:other.csv', '--backend', 'cpu']);
    expect([code, err.includes('error[')]).toEqual([0, false]);
  });
});

describe('fmt --check', () => {
  it('says where line ends alone differ, and shows no equal lines', async () => {
    const folder = folderWith({ 'm.nn': 'input x: f32[2]\r\nlayer dense 1\r\n' });
    const { out, code } = await nnc(folder, 'fmt', '--check', 'm.nn');
    expect([code, out]).toEqual([1, 'm.nn: lines end in CR LF, and in LF formatted\n']);
  });

  it('shows the lines that differ in more', async () => {
    const folder = folderWith({ 'm.nn': 'input x: f32[2]\r\nlayer  dense 1\r\n' });
    const { out } = await nnc(folder, 'fmt', '--check', 'm.nn');
    expect(out).toContain('-layer  dense 1\n+layer dense 1\n');
    expect(out).not.toContain('-input');
  });
});
