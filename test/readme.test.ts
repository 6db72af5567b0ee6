/** Runs what the README says: its specs, its commands, its messages, its code. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { compile } from '../compiler/compile.ts';
import { render } from '../compiler/diagnostics/render.ts';
import { folderWith, runModel, spawnNnc } from './cli/nnc.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The fenced blocks of one kind: ```kind … ```. */
const blocks = (kind: string): readonly string[] =>
  [...readme.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].flatMap(([, info, text = '']) => (info === kind ? [text] : []));

const compiled = (text: string) => compile({ file: 'model.nn', text }, { version: '0.1.0' });

/** A folder with a copy of the specs, in which the commands run. */
const folder = mkdtempSync(join(tmpdir(), 'nnc-readme-'));
cpSync(join(root, 'specs'), join(folder, 'specs'), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

describe('the specs', () => {
  it.each(blocks('nn'))('compiles: %s', (text) => {
    expect(compiled(text).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('shows the file that it names', () => {
    const file = readFileSync(join(root, 'specs/two-layer.nn'), 'utf8');
    expect(file).toContain(blocks('nn')[0]);
  });
});

describe('the generated code', () => {
  const { text = '' } = compiled(readFileSync(join(root, 'specs/two-layer.nn'), 'utf8'));
  const lines = blocks('ts').flatMap((block) => block.trim().split('\n'));

  it.each(lines)('holds %s', (line) => {
    expect(text).toContain(line);
  });
});

describe('the configuration', () => {
  it.each(blocks('ts config'))('is read: %s', async (text) => {
    const own = folderWith({
      'nnc.config.ts': text,
      'models/xor.nn': readFileSync(join(root, 'specs/xor.nn'), 'utf8'),
    });
    expect(await runModel(own, ['build'])).toMatchObject({ code: 0, err: 'wrote generated/xor.nn.ts\n' });
  });
});

describe('the messages', () => {
  it('are what the compiler says', () => {
    const [text = ''] = blocks('nn wrong');
    const rendered = compiled(text).diagnostics.map((diagnostic) => render(diagnostic).trim());
    expect(rendered).toEqual(blocks('text').map((block) => block.trim()));
  });
});

describe('the commands', () => {
  const lines = blocks('sh').flatMap((block) => block.trim().split('\n'));
  const runs = lines.flatMap((line) => {
    const [, command] = /(?:^|&& )npx nnc ([^#]*)/.exec(line) ?? [];
    return command === undefined ? [] : [command.trim()];
  });

  // Every generated file must be there before --check compares it.
  it.each(['build specs/*.nn', ...runs])('nnc %s', async (command) => {
    const { code, err } = await runModel(folder, command.split(/\s+/));
    expect([code, err.split('\n').filter((line) => line.startsWith('error'))]).toEqual([0, []]);
  });

  it('prints the transcript', async () => {
    const [block = ''] = blocks('console');
    const [command = '', ...shown] = block.trim().split('\n');
    // Which instructions the backend takes is the process's own affair.
    const { err } = await spawnNnc(folder, command.replace('$ npx nnc ', '').split(' '));
    // Figures may differ in their last digits with the engine's instructions, and speeds with the machine.
    const shape = (text: string) => text.replace(/[\d,.]+/g, '#').replace(/ +best$/, '');
    const printed = new Set(err.trim().split('\n').map(shape));
    for (const line of shown.filter((line) => line !== '…')) expect(printed).toContain(shape(line));
  });
});

describe('the code', () => {
  it.each(blocks('ts run'))('runs: %s', async (code) => {
    // Inside the project, so that `nnc/runtime` is found.
    const work = join(root, '.cache/readme');
    mkdirSync(join(work, 'specs'), { recursive: true });
    const { text = '' } = compiled(readFileSync(join(root, 'specs/xor.nn'), 'utf8'));
    writeFileSync(join(work, 'specs/xor.nn.ts'), text);
    writeFileSync(join(work, 'example.ts'), code);
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      const path = join(work, 'example.ts');
      await import(/* @vite-ignore */ path);
      expect(log).toHaveBeenCalledOnce();
      expect(log.mock.calls[0]?.[0]).toHaveLength(4);
    } finally {
      log.mockRestore();
    }
  });
});
