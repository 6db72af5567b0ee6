/** Configuration: what a project settles once, and what the command line says first. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../compiler/cli/config/read-config.ts';
import { folderWith, nnc, runModel, spawnNnc, terminalIn, xor } from './nnc.ts';

const list = (folder: string, below: string) => readdirSync(join(folder, below));

describe('a configuration', () => {
  /** What waits for ten seconds, while the others run. */
  let waiting: ReturnType<typeof spawnNnc>;
  beforeAll(() => {
    const text = 'setInterval(() => {}, 1000); export default new Promise(() => {});';
    waiting = spawnNnc(folderWith({ 'nnc.config.mjs': text, 'a.nn': xor }), ['build']);
  });

  it.each([
    [
      'nnc.config.ts',
      "import { defineConfig } from 'nnc';\nexport default defineConfig({ specs: ['a/*.nn'], outDir: 'out' });",
    ],
    ['nnc.config.mjs', "export default { specs: ['a/*.nn'], outDir: 'out' };"],
    ['package.json', '{ "name": "own", "nnc": { "specs": ["a/*.nn"], "outDir": "out" } }'],
  ])('is read from %s', async (file, text) => {
    const folder = folderWith({ [file]: text, 'a/one.nn': xor, 'b/two.nn': xor });
    expect(await runModel(folder, ['build'])).toMatchObject({ code: 0, out: '', err: 'wrote out/one.nn.ts\n' });
    expect(list(folder, 'out')).toEqual(['one.nn.ts']);
  });

  it('gives way to the command line', async () => {
    const folder = folderWith({ 'package.json': '{ "nnc": { "specs": ["a.nn"], "outDir": "out" } }', 'b.nn': xor });
    expect(await nnc(folder, 'build', 'b.nn', '--out-dir', 'here')).toMatchObject({
      code: 0,
      err: 'wrote here/b.nn.ts\n',
    });
  });

  it.each([
    ['export default { outdir: 1 };', 'sets `outdir`, which is no setting', 'did you mean `outDir`?'],
    ['export default { outDir: 1 };', 'is no configuration at outDir: it must be string', ''],
    ["export default { backend: 'fast' };", 'is no configuration at backend', ''],
    ['export default 3;', 'is no configuration: it must be object', ''],
    ['export default null;', 'nnc.config.ts is no configuration: it must be object', ''],
    ['export default undefined;', 'nnc.config.ts is no configuration: it must be object', ''],
    ['export default [];', 'nnc.config.ts is no configuration: it must be object', ''],
    ['export default () => ({});', 'nnc.config.ts is no configuration: it must be object', ''],
    ["export default { get outDir() { throw new Error('not now'); } };", 'cannot be read: not now', ''],
    ['export default { get specs() { throw null; } };', 'cannot be read: null', ''],
    ['export default { get [Symbol.toStringTag]() { throw 1; }, outdir: 1 };', 'sets `outdir`', ''],
    [
      'export default new Proxy({}, { ownKeys() { throw new Error("no keys"); } });',
      'the configuration cannot be read: no keys',
      '',
    ],
    ["export default { specs: ['a', 3] };", 'is no configuration at specs/1: it must be string', ''],
    ['export default { specs: () => 1 };', 'is no configuration at specs: it must be array', ''],
    ["throw new Error('broken');", 'the configuration cannot be read: broken', ''],
    ["export default Promise.reject(new Error('late'));", 'the configuration cannot be read: late', ''],
    ['export default {', 'the configuration cannot be read', ''],
  ])('is refused: %s', async (text, message, help) => {
    const { code, err } = await nnc(folderWith({ 'nnc.config.ts': text, 'a.nn': xor }), 'build');
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(err).toContain(`error[NN6014]`);
    expect(err).toContain(help);
  });

  it.each(['export default new Promise(() => {});', 'await new Promise(() => {});'])(
    'is not waited for without end: %s',
    async (text) => {
      const folder = folderWith({ 'nnc.config.ts': text });
      const read = readConfig(terminalIn(folder), 300);
      await expect(read).rejects.toThrow('the configuration cannot be read: it has given nothing for 0.3 seconds');
    },
  );

  it('may be a promise, and leaves nothing in the folder for temporary files', async () => {
    const temporary = folderWith();
    const folder = folderWith({ 'nnc.config.ts': "export default Promise.resolve({ outDir: 'out' });", 'a.nn': xor });
    const environment = { TMPDIR: temporary };
    expect(await spawnNnc(folder, ['build'], { environment })).toMatchObject({ code: 0, err: 'wrote out/a.nn.ts\n' });
    expect(await spawnNnc(folder, ['train', 'a.nn'], { environment })).toMatchObject({ code: 0 });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('needs no folder for temporary files', async () => {
    const environment = { TMPDIR: '/nowhere' };
    const folder = folderWith({ 'nnc.config.ts': 'export default {};', 'a.nn': xor });
    expect(await spawnNnc(folder, ['train', 'a.nn'], { environment })).toMatchObject({ code: 0 });
  });

  it('ends the command, whatever still runs in it', async () => {
    const { code, err } = await waiting;
    expect([code, err]).toEqual([2, expect.stringContaining('it has given nothing for 10 seconds')]);
  });
});
