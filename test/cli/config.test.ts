/** Configuration: what a project settles once, and what the command line says first. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, nnc, xor } from './nnc.ts';

const list = (folder: string, below: string) => readdirSync(join(folder, below));

describe('a configuration', () => {
  it.each([
    [
      'nnc.config.ts',
      "import { defineConfig } from 'nnc';\nexport default defineConfig({ specs: ['a/*.nn'], outDir: 'out' });",
    ],
    ['nnc.config.mjs', "export default { specs: ['a/*.nn'], outDir: 'out' };"],
    ['package.json', '{ "name": "own", "nnc": { "specs": ["a/*.nn"], "outDir": "out" } }'],
  ])('is read from %s', async (file, text) => {
    const folder = folderWith({ [file]: text, 'a/one.nn': xor, 'b/two.nn': xor });
    expect(await nnc(folder, 'build')).toMatchObject({ code: 0, out: '', err: 'wrote out/one.nn.ts\n' });
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
    ['export default {', 'the configuration cannot be read', ''],
  ])('is refused: %s', async (text, message, help) => {
    const { code, err } = await nnc(folderWith({ 'nnc.config.ts': text, 'a.nn': xor }), 'build');
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(err).toContain(`error[NN6014]`);
    expect(err).toContain(help);
  });
});
