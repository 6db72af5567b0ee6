/** How the command answers to what is written after it: help, exit codes, nearest names. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../compiler/cli/program.ts';
import { InternalError } from '../../compiler/diagnostics/types.ts';
import { folderWith, nnc, xor } from './nnc.ts';

const commands = [
  ...['build', 'check', 'train', 'eval', 'predict', 'step', 'merge', 'summary', 'explain', 'ir', 'fmt', 'doctor'],
];

describe('help', () => {
  it('lists every command', async () => {
    const { code, out, err } = await nnc(folderWith(), '--help');
    expect([code, err]).toEqual([0, '']);
    for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command} .*\\S`, 'm'));
  });

  it.each(commands)('nnc %s --help explains its options, with examples', async (command) => {
    const { code, out, err } = await nnc(folderWith(), command, '--help');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`Usage: nnc ${command}`);
    expect(out).toMatch(new RegExp(`Examples:\\n  nnc ${command} `));
    expect(out).not.toContain('undefined');
  });

  it('nnc alone shows how it is used, as an error', async () => {
    const { code, out, err } = await nnc(folderWith());
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Usage: nnc');
  });

  it('nnc --version is a version', async () => {
    const { code, out } = await nnc(folderWith(), '--version');
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

interface Case {
  readonly name: string;
  readonly argv: readonly string[];
  readonly code: number;
  readonly err: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'an unknown command', argv: ['biuld'], code: 2, err: ['NN6001', '`biuld`', 'did you mean build?'] },
  { name: 'an unknown command with nothing near', argv: ['frobnicate'], code: 2, err: ['NN6001', 'nnc --help'] },
  {
    name: 'an unknown option',
    argv: ['build', 'xor.nn', '--outdir', 'x'],
    code: 2,
    err: ['NN6002', '`--outdir`', 'did you mean --out-dir?'],
  },
  { name: 'an option of a later version', argv: ['build', '--watch'], code: 2, err: ['NN6002', '`--watch`'] },
  { name: 'a missing argument', argv: ['train'], code: 2, err: ['NN6005', 'spec'] },
  { name: 'a surplus argument', argv: ['train', 'xor.nn', 'other.nn'], code: 2, err: ['NN6005'] },
  {
    name: 'an unknown backend',
    argv: ['train', 'xor.nn', '--backend', 'gpu'],
    code: 2,
    err: ['NN6009', 'gpu', 'wasm'],
  },
  {
    name: 'a number that is none',
    argv: ['train', 'xor.nn', '--overfit', 'two'],
    code: 2,
    err: ['NN6009', '--overfit'],
  },
  { name: 'an unknown format', argv: ['check', 'xor.nn', '--format', 'xml'], code: 2, err: ['NN6009', 'xml', 'sarif'] },
  { name: 'a spec that is not there', argv: ['train', 'none.nn'], code: 2, err: ['NN6007', 'none.nn'] },
  { name: 'a folder for a spec', argv: ['build', 'folder'], code: 2, err: ['NN6007', 'folder/*.nn'] },
  { name: 'a pattern that matches nothing', argv: ['build', 'specs/*.nn'], code: 2, err: ['NN6006', 'specs/*.nn'] },
  { name: 'a setting without a value', argv: ['build', 'xor.nn', '--set', 'width'], code: 2, err: ['NN6004', 'width'] },
  {
    name: 'a setting that is no number',
    argv: ['build', 'xor.nn', '--set', 'lr=fast'],
    code: 2,
    err: ['NN6004', 'fast'],
  },
  {
    name: 'a setting given twice',
    argv: ['build', 'hyper.nn', '--set', 'width=2', '--set', 'width=3'],
    code: 2,
    err: ['NN6004', 'twice'],
  },
  {
    name: 'a setting of an unknown hyper',
    argv: ['build', 'hyper.nn', '--set', 'widht=64'],
    code: 2,
    err: ['NN6003', 'hyper.nn has no hyper widht', 'did you mean `width`?'],
  },
  {
    name: 'a setting with nothing near',
    argv: ['build', 'hyper.nn', '--set', 'frobnicate=64'],
    code: 2,
    err: ['NN6003', 'its hypers are width'],
  },
  {
    name: 'a setting where there is no hyper',
    argv: ['build', 'xor.nn', '--set', 'width=64'],
    code: 2,
    err: ['NN6003', 'it has none'],
  },
  {
    name: 'a setting outside its range',
    argv: ['build', 'hyper.nn', '--set', 'width=5', '--stdout'],
    code: 1,
    err: ['hyper.nn:1:', '5'],
  },
  { name: 'nothing of that name', argv: ['explain', 'dnse'], code: 2, err: ['NN6010', 'did you mean `dense`'] },
  { name: 'no such code', argv: ['explain', 'NN2O04'], code: 2, err: ['NN6010', 'NN2004'] },
  { name: 'a sort that does not have the name', argv: ['explain', 'loss', 'dense'], code: 2, err: ['NN6010', 'layer'] },
  { name: 'too many words', argv: ['explain', 'layer', 'dense', 'relu'], code: 2, err: ['NN6005', 'after its sort'] },
  {
    name: 'two specs to print',
    argv: ['build', 'xor.nn', 'hyper.nn', '--stdout'],
    code: 2,
    err: ['NN6009', 'prints one spec, and 2 are named'],
  },
  {
    name: 'a seed that is too large',
    argv: ['train', 'xor.nn', '--seed', '4294967296'],
    code: 2,
    err: ['NN6009', 'It must be a whole number from 0 to 4294967295.'],
  },
  {
    name: 'no batch to overfit',
    argv: ['train', 'xor.nn', '--overfit', '0'],
    code: 2,
    err: ['NN6009', 'It must be a whole number, 1 or more.'],
  },
  {
    name: 'rows of no known format',
    argv: ['train', 'xor.nn', '--data', 'rows.txt'],
    code: 2,
    err: [
      'NN6009',
      'Write its format in front, for example csv:data/rows.csv, jsonl:data/rows.jsonl, npz:data/arrays.npz or idx:data/train.',
    ],
  },
  {
    name: 'a run that would leave its folder',
    argv: ['train', 'xor.nn', '--run', '../other'],
    code: 2,
    err: ['NN6009', 'It must be the name of one folder, without / and not beginning with a dot.'],
  },
  {
    name: 'seconds that are none',
    argv: ['train', 'xor.nn', '--save-every', 'hour'],
    code: 2,
    err: ['NN6009', 'It must be a number of seconds, such as 30 or 0.5.'],
  },
  {
    name: 'a stage with nothing near',
    argv: ['ir', 'xor.nn', '--after', 'frobnicate'],
    code: 2,
    err: ['NN6011', 'the compiler has no pass frobnicate', 'the passes are ', 'fuse'],
  },
  {
    name: 'a stage that a graph does not go through',
    argv: ['ir', 'xor.nn', '--graph', 'inference', '--after', 'differentiate'],
    code: 2,
    err: ['NN6011', 'the inference graph does not go through differentiate'],
  },
  { name: 'an unknown stage', argv: ['ir', 'xor.nn', '--after', 'fues'], code: 2, err: ['NN6011', 'fuse'] },
  {
    name: 'a spec with an error',
    argv: ['build', 'wrong.nn'],
    code: 1,
    err: ['error[NN2002]', 'wrong.nn:3:7', 'dense'],
  },
  { name: 'bytes that are no text', argv: ['check', 'binary.nn'], code: 1, err: ['error[NN1002]', 'binary.nn'] },
  { name: 'bytes that are not UTF-8', argv: ['check', 'latin.nn'], code: 1, err: ['error[NN1003]', 'latin.nn:1:6'] },
  { name: 'UTF-16 with its mark', argv: ['check', 'utf16.nn'], code: 1, err: ['error[NN1003]', 'the file is UTF-16'] },
  { name: 'UTF-16 without', argv: ['check', 'utf16-bare.nn'], code: 1, err: ['error[NN1003]', 'the file is UTF-16'] },
  { name: 'an empty spec', argv: ['check', 'empty.nn'], code: 1, err: ['error[NN1001]'] },
  { name: 'a spec of 10 MB', argv: ['check', 'huge.nn'], code: 1, err: ['error[NN1004]'] },
  { name: 'definitions alone cannot be trained', argv: ['train', 'defs.nn'], code: 2, err: ['NN6012', 'defs.nn'] },
];

const hyper = `hyper width = 2 in [2, 3, 4]\n${xor.replace('dense 2', 'dense width')}`;

function specs(): string {
  const folder = folderWith({
    'xor.nn': xor,
    'hyper.nn': hyper,
    'wrong.nn': xor.replace('layer dense 2', 'layer dnse 2'),
    'empty.nn': '',
    'huge.nn': `# ${'x'.repeat(10_000_000)}\n`,
    'defs.nn': 'def fn twice(x) = 2 * x\n',
  });
  writeFileSync(join(folder, 'binary.nn'), new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]));
  writeFileSync(join(folder, 'latin.nn'), Buffer.from('# caf\u00e9\n', 'latin1'));
  writeFileSync(join(folder, 'utf16.nn'), Buffer.from(`\ufeff${xor}`, 'utf16le'));
  writeFileSync(join(folder, 'utf16-bare.nn'), Buffer.from(xor, 'utf16le'));
  mkdirSync(join(folder, 'folder'));
  return folder;
}

describe('wrong usage', () => {
  const folder = specs();
  it.each(cases)('$name', async ({ argv, code, err }) => {
    const result = await nnc(folder, ...argv);
    for (const part of err) expect(result.err).toContain(part);
    expect(result.code).toBe(code);
    expect(result.out).toBe('');
    expect(result.err).not.toMatch(/^\s+at /m);
  });
});

it('a folder without specs asks for one', async () => {
  const { code, err } = await nnc(folderWith(), 'build');
  expect([code, err]).toEqual([
    2,
    'error[NN6006]: no spec matches **/*.nn\n  = help: name a spec: nnc build model.nn\n',
  ]);
});

describe('a failure of nnc itself', () => {
  const failing = async (environment: Readonly<Record<string, string>>) => {
    let err = '';
    const code = await run(['explain', 'dense'], {
      folder: folderWith(),
      environment,
      live: false,
      color: { out: false, err: false },
      out: () => {
        throw new InternalError('I4 after fuse: matmul');
      },
      err: (text) => void (err += text),
    });
    return { code, err };
  };

  it('asks for a report in a few lines, without a trace', async () => {
    const { code, err } = await failing({});
    expect(code).toBe(1);
    expect(err).toMatch(/^error: nnc itself failed, and your spec is not to blame\. .*I4 after fuse: matmul\n/);
    expect(err).toContain('please report this text and the spec: nnc ');
    expect(err.split('\n').length).toBeLessThan(6);
  });

  it('shows the trace to who asks for it', async () => {
    expect((await failing({ NNC_DEBUG: '1' })).err.match(/^\s+at /gm)?.length).toBeGreaterThan(3);
  });
});
