/** `nnc build`, `check`, `fmt`, `ir` and `summary`: what they write and print. */
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, nnc, read, spawnNnc, xor } from './nnc.ts';

const hyper = `hyper width = 2 in [2, 3, 4]\n${xor.replace('dense 2', 'dense width')}`;
const wrong = xor.replace('layer dense 2', 'layer dnse 2');

describe('nnc build', () => {
  it('writes the file beside the spec, and leaves no other', async () => {
    const folder = folderWith({ 'xor.nn': xor });
    const { code, out, err } = await nnc(folder, 'build', 'xor.nn');
    expect([code, out, err]).toEqual([0, '', 'wrote xor.nn.ts\n']);
    expect(readdirSync(folder).sort()).toEqual(['xor.nn', 'xor.nn.ts']);
    expect(read(folder, 'xor.nn.ts')).toContain("from 'nnc/runtime'");
  });

  it('writes the same bytes a second time, in another folder and by another path', async () => {
    const folder = folderWith({ 'deep/er/xor.nn': xor, 'xor.nn': xor });
    await nnc(folder, 'build', 'xor.nn');
    const first = read(folder, 'xor.nn.ts');
    utimesSync(join(folder, 'xor.nn.ts'), 1, 1);
    const again = await nnc(folder, 'build', 'xor.nn');
    expect(again.err).toBe('unchanged xor.nn.ts\n');
    expect(statSync(join(folder, 'xor.nn.ts')).mtimeMs).toBe(1000);
    await nnc(folder, 'build', 'deep/er/xor.nn');
    expect(read(folder, 'deep/er/xor.nn.ts')).toBe(first);
    const printed = await nnc(join(folder, 'deep'), 'build', '../xor.nn', '--stdout');
    expect(printed.out).toBe(first);
    expect(first).not.toContain(folder);
  });

  it('takes patterns, and every spec below the folder without any', async () => {
    const folder = folderWith({ 'a.nn': xor, 'specs/b.nn': xor, 'node_modules/c.nn': xor });
    expect((await nnc(folder, 'build', 'specs/*.nn')).err).toBe('wrote specs/b.nn.ts\n');
    expect((await nnc(folder, 'build')).err).toBe('wrote a.nn.ts\nunchanged specs/b.nn.ts\n');
  });

  it('writes into another folder, unless two specs would meet there', async () => {
    const folder = folderWith({ 'a/m.nn': xor, 'b/m.nn': xor });
    expect((await nnc(folder, 'build', 'a/m.nn', '--out-dir', 'gen')).code).toBe(0);
    expect(readdirSync(join(folder, 'gen'))).toEqual(['m.nn.ts']);
    const both = await nnc(folder, 'build', 'a/m.nn', 'b/m.nn', '--out-dir', 'gen2');
    expect(both.code).toBe(2);
    expect(both.err).toContain('NN6013');
    expect(readdirSync(folder).sort()).toEqual(['a', 'b', 'gen']);
  });

  it('writes nothing of a spec with an error, and all the others', async () => {
    const folder = folderWith({ 'good.nn': xor, 'wrong.nn': wrong });
    writeFileSync(join(folder, 'wrong.nn.ts'), 'the last good output');
    const { code, err } = await nnc(folder, 'build');
    expect(code).toBe(1);
    expect(err).toContain('error[NN2002]');
    expect(err).toContain('wrote good.nn.ts');
    expect(read(folder, 'wrong.nn.ts')).toBe('the last good output');
  });

  it('sets hypers', async () => {
    const folder = folderWith({ 'm.nn': hyper });
    const plain = await nnc(folder, 'build', 'm.nn', '--stdout');
    const set = await nnc(folder, 'build', 'm.nn', '--stdout', '--set', 'width=4');
    expect(set.out).not.toBe(plain.out);
    expect(set.out).toMatch(/width\W+4/);
  });

  it('--dry-run says what it would do', async () => {
    const folder = folderWith({ 'xor.nn': xor });
    expect((await nnc(folder, 'build', '--dry-run')).out).toBe('would write xor.nn.ts\n');
    await nnc(folder, 'build');
    expect((await nnc(folder, 'build', '--dry-run')).out).toBe('unchanged xor.nn.ts\n');
    writeFileSync(join(folder, 'xor.nn.ts'), '');
    expect((await nnc(folder, 'build', '--dry-run')).out).toBe('would change xor.nn.ts\n');
    expect(read(folder, 'xor.nn.ts')).toBe('');
  });

  it('--check passes on a fresh file, and shows what is stale, edited or missing', async () => {
    const folder = folderWith({ 'xor.nn': xor });
    const missing = await nnc(folder, 'build', '--check');
    expect([missing.code, missing.out]).toEqual([1, '']);
    expect(missing.err).toBe('xor.nn.ts is missing\n1 file is stale: run nnc build\n');
    await nnc(folder, 'build');
    expect(await nnc(folder, 'build', '--check')).toEqual({ code: 0, out: '', err: '' });

    const fresh = read(folder, 'xor.nn.ts');
    const edited = fresh.replace('epochs: 1000', 'epochs: 10');
    expect(edited).not.toBe(fresh);
    writeFileSync(join(folder, 'xor.nn.ts'), edited);
    const stale = await nnc(folder, 'build', '--check');
    expect(stale.code).toBe(1);
    expect(stale.err).toBe('1 file is stale: run nnc build\n');
    expect(stale.out).toMatch(/^--- xor\.nn\.ts\n\+\+\+ xor\.nn\.ts\tas built\n@@ /);
    expect(stale.out).toMatch(/^-.*epochs: 10\b/m);
    expect(stale.out).toMatch(/^\+.*epochs: 1000\b/m);
    expect(read(folder, 'xor.nn.ts')).toBe(edited);
  });

  it('warns of a data file that is not there, and builds the same bytes as with it', async () => {
    const spec = xor.replace(/data inline.*/, 'data csv "rows.csv" target=y');
    const folder = folderWith({ 'm.nn': spec });
    const without = await nnc(folder, 'build', 'm.nn');
    expect(without.code).toBe(0);
    expect(without.err).toContain('warning[NN4010]');
    const bytes = read(folder, 'm.nn.ts');
    writeFileSync(join(folder, 'rows.csv'), 'a,b,y\n0,0,0\n0,1,1\n');
    expect((await nnc(folder, 'build', 'm.nn')).err).toBe('unchanged m.nn.ts\n');
    expect(read(folder, 'm.nn.ts')).toBe(bytes);
  });

  it('checks the columns of a data file that is there', async () => {
    const spec = xor.replace(/data inline.*/, 'data csv "rows.csv" target=z');
    const folder = folderWith({ 'm.nn': spec, 'rows.csv': 'a,b,y\n0,0,0\n' });
    const { code, err } = await nnc(folder, 'check', 'm.nn');
    expect(code).toBe(1);
    expect(err).toContain('error[NN4005]');
    expect(err).toContain('m.nn:4:');
  });
});

describe('nnc check', () => {
  it('says that nothing is wrong', async () => {
    const folder = folderWith({ 'xor.nn': xor });
    expect(await nnc(folder, 'check')).toEqual({ code: 0, out: '', err: '1 spec, no mistake found\n' });
    expect(readdirSync(folder)).toEqual(['xor.nn']);
  });

  it('says which columns feed what, and which feed nothing', async () => {
    const spec = xor.replace(/data inline.*/, 'data csv "rows.csv" target=y');
    const files = { 'm.nn': spec, 'rows.csv': 'id,name,weight,y\n1,ann,7,0\n2,bob,8,1\n' };
    const one = await nnc(folderWith(files), 'check');
    expect(one).toEqual({
      code: 0,
      out: '',
      err: [
        'columns of rows.csv:',
        '  x         ← id, weight',
        '  y         ← y',
        '  (unused)    name',
        '1 spec, no mistake found',
        '',
      ].join('\n'),
    });
    const two = await nnc(folderWith({ ...files, 'xor.nn': xor }), 'check');
    expect(two.err).toContain('m.nn: columns of rows.csv:\n  x ');
    expect((await nnc(folderWith(files), 'check', '--format', 'json')).err).toBe('');
  });

  it('names a column of a list that is not there', async () => {
    const spec = xor.replace(/data inline.*/, 'data csv "rows.csv" target=y x=[id, weigth]');
    const { code, err } = await nnc(folderWith({ 'm.nn': spec, 'rows.csv': 'id,weight,y\n1,7,0\n' }), 'check');
    expect(code).toBe(1);
    expect(err).toContain('rows.csv has no column `weigth` for `x`');
    expect(err).toContain('did you mean `weight`?');
  });

  it('counts the mistakes of all specs', async () => {
    const folder = folderWith({ 'a.nn': wrong, 'b.nn': wrong });
    const { code, err } = await nnc(folder, 'check');
    expect(code).toBe(1);
    expect(err).toMatch(/a\.nn:3:7[\s\S]*b\.nn:3:7[\s\S]*2 errors\n$/);
  });

  it.each(['json', 'github', 'sarif'])('prints %s on stdout', async (format) => {
    const folder = folderWith({ 'a.nn': wrong });
    const { code, out, err } = await nnc(folder, 'check', '--format', format);
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('NN2002');
    if (format !== 'github') expect(() => void JSON.parse(out)).not.toThrow();
  });

  it('prints an empty list where there is nothing', async () => {
    const folder = folderWith({ 'xor.nn': xor });
    expect((await nnc(folder, 'check', '--format', 'json')).out).toBe('[]\n');
    expect((await nnc(folder, 'check', '--format', 'github')).out).toBe('');
  });

  it('--warn-as-error makes a warning count', async () => {
    const folder = folderWith({ 'm.nn': xor.replace('layer dense 1', 'unused = x; layer dense 1') });
    expect((await nnc(folder, 'check')).code).toBe(0);
    const strict = await nnc(folder, 'check', '--warn-as-error');
    expect(strict.code).toBe(1);
    expect(strict.err).toContain('warning[');
  });
});

describe('nnc fmt', () => {
  const untidy = 'input x:f32[2]\ntarget   y : f32[1]\nlayer dense 1 # the only one\nloss mse;optim sgd   lr=0.1\n';

  it('tidies a file, once', async () => {
    const folder = folderWith({ 'm.nn': untidy });
    expect(await nnc(folder, 'fmt')).toEqual({ code: 0, out: '', err: 'formatted m.nn\n' });
    const tidy = read(folder, 'm.nn');
    expect(tidy).toContain('# the only one');
    expect(tidy).not.toBe(untidy);
    expect(await nnc(folder, 'fmt')).toEqual({ code: 0, out: '', err: '' });
    expect(await nnc(folder, 'fmt', '--check')).toEqual({ code: 0, out: '', err: '' });
    expect(read(folder, 'm.nn')).toBe(tidy);
  });

  it('--check shows what is untidy and writes nothing', async () => {
    const folder = folderWith({ 'm.nn': untidy });
    const { code, out, err } = await nnc(folder, 'fmt', '--check');
    expect(code).toBe(1);
    expect(out).toMatch(/^\+target y: f32\[1\]$/m);
    expect(err).toContain('run nnc fmt');
    expect(read(folder, 'm.nn')).toBe(untidy);
  });

  it('leaves a file with an error of syntax alone', async () => {
    const folder = folderWith({ 'm.nn': 'input x: f32[2\n' });
    const { code, err } = await nnc(folder, 'fmt');
    expect(code).toBe(1);
    expect(err).toContain('m.nn:1:');
    expect(read(folder, 'm.nn')).toBe('input x: f32[2\n');
  });
});

describe('nnc ir', () => {
  it('prints any stage', async () => {
    const folder = folderWith({ 'xor.nn': xor });
    const lowered = await nnc(folder, 'ir', 'xor.nn', '--after', 'elaborate');
    const fused = await nnc(folder, 'ir', 'xor.nn', '--after', 'fuse');
    const last = await nnc(folder, 'ir', 'xor.nn');
    expect([lowered.code, fused.code, last.code]).toEqual([0, 0, 0]);
    expect(lowered.out).toContain('matmul');
    expect(lowered.out).not.toContain('map');
    expect(fused.out).toContain('map');
    expect(fused.out).not.toContain('update:');
    expect(last.out).toContain('update:');
    expect((await nnc(folder, 'ir', 'xor.nn', '--graph', 'evaluation')).out).toContain('output metric');
    const none = await nnc(folder, 'ir', 'xor.nn', '--graph', 'evaluation', '--after', 'apply-optimizer');
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('does not go through apply-optimizer')]);
  });
});

describe('nnc summary', () => {
  it('has a row for each layer and the totals', async () => {
    const folder = folderWith({ 'xor.nn': xor });
    const { code, out, err } = await spawnNnc(folder, ['summary', 'xor.nn']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^\s*3\s+dense\s+\[B, 2\]\s+6\s/m);
    expect(out).toMatch(/^\s*3\s+dense_1\s+\[B, 1\]\s+3\s/m);
    expect(out).toMatch(/^\s+total\s+9\s/m);
    expect(out).toContain('9, of which 9 are trained');
    expect(out).toMatch(
      /^training holds\s+960 B with a batch of 4: 256 B of parameters and states, 0 B of the optimizer's, 512 B of/m,
    );
  });

  it('says what is frozen', async () => {
    const folder = folderWith({ 'xor.nn': `${xor}freeze dense\n` });
    const { out } = await spawnNnc(folder, ['summary', 'xor.nn']);
    expect(out).toMatch(/dense\s.*frozen/);
    expect(out).toContain('9, of which 3 are trained');
  });
});
