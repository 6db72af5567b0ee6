/** A newcomer in an empty folder: writes a spec, trains it, and meets every command once, as it is built. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transform } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import { csv } from '../runtime/penguins.ts';
import { folderWith, nnc, read, runModel, spawnNnc, xor } from './nnc.ts';

const root = join(import.meta.dirname, '../..');

/** Long enough to be interrupted. */
const long = xor.replace('epochs=1000', 'epochs=6000');

describe('a newcomer', () => {
  const folder = folderWith({ 'xor.nn': xor.replace('train epochs=1000', 'metric mse; train epochs=300') });
  const nnc = (...argv: readonly string[]) => runModel(folder, argv);

  it('is told to train first', async () => {
    const { code, out, err } = await nnc('eval', 'xor.nn');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('error[NN5006]');
    expect(err).toContain('nnc train');
  });

  describe('after training', () => {
    let trained: Awaited<ReturnType<typeof nnc>>;
    beforeAll(async () => {
      trained = await spawnNnc(folder, ['train', 'xor.nn']);
    });

    it('sees progress on stderr in plain lines, and finds the run', () => {
      expect([trained.code, trained.out]).toEqual([0, '']);
      expect(trained.err).toMatch(/^epoch +300\/300 +loss \d/m);
      expect(trained.err).not.toContain('\u001b');
      expect(readdirSync(join(folder, 'runs/xor')).sort()).toEqual([
        'checkpoint.safetensors',
        'manifest.json',
        'model.nn.ts',
        'weights.safetensors',
      ]);
    });

    it('has trained the very file that build writes', async () => {
      const { code } = await nnc('build', 'xor.nn');
      expect(code).toBe(0);
      expect(read(folder, 'runs/xor/model.nn.ts')).toBe(read(folder, 'xor.nn.ts'));
    });

    it('evaluates to the figures that training ended with', async () => {
      const { code, out, err } = await nnc('eval', 'xor.nn', '--format', 'json');
      expect([code, err]).toEqual([0, '']);
      const figures: unknown = JSON.parse(out);
      expect(figures).toEqual({ loss: expect.any(Number), metrics: { mse: expect.any(Number) }, rows: 4 });
      const [, loss = ''] = /rows\): loss (\S+)/.exec(trained.err) ?? [];
      expect(JSON.stringify(figures)).toContain(`"loss":${loss.slice(0, 4)}`);
      const text = await nnc('eval', 'xor.nn');
      expect(text.out).toMatch(/^all rows \(4 rows\): loss [\d.]+ {2}mse [\d.]+\n$/);
      expect((await nnc('eval', 'xor.nn', '--format', 'csv')).out).toMatch(/^loss,mse,rows\n[\d.,]+,4\n$/);
    });

    it('predicts, for the same rows and for others', async () => {
      const csv = await nnc('predict', 'xor.nn');
      expect(csv.out).toMatch(/^row,predict,true_y\n1,[\d.]+,0\n2,[\d.]+,1\n3,[\d.]+,1\n4,[\d.]+,0\n$/);
      const json = await nnc('predict', 'xor.nn', '--format', 'json');
      const rows: unknown = JSON.parse(json.out);
      expect(rows).toHaveLength(4);
      expect(rows).toContainEqual({ row: 1, predict: [expect.any(Number)], true_y: 0 });
      writeFileSync(join(folder, 'new.csv'), 'a,b\n0,0\n1,0\n');
      const others = await nnc('predict', 'xor.nn', '--data', 'csv:new.csv');
      expect([others.code, others.out.split('\n').length]).toEqual([0, 4]);
    });

    it('looks at the model', async () => {
      expect((await nnc('summary', 'xor.nn')).out).toContain('9, of which 9 are trained');
      expect((await nnc('explain', 'bce')).out).toContain('def loss bce(');
      expect((await nnc('ir', 'xor.nn')).out).toContain('matmul');
      expect((await nnc('check')).code).toBe(0);
      expect((await nnc('fmt', '--check', 'xor.nn')).code).toBe(1);
      expect((await nnc('fmt', 'xor.nn')).code).toBe(0);
      expect((await nnc('fmt', '--check', 'xor.nn')).code).toBe(0);
    });

    it('compares one exact step on both backends', async () => {
      const file = (name: string): string => join(folder, name);
      const data = { x: [0, 0, 0, 1, 1, 0, 1, 1], y: [0, 1, 1, 0] };
      const batch = new Map([
        ['x', { shape: [4, 2], data: Float32Array.from(data.x) }],
        ['y', { shape: [4, 1], data: Float32Array.from(data.y) }],
      ]);
      writeFileSync(file('batch.safetensors'), writeSafetensors(batch));
      const losses = [];
      for (const backend of ['cpu', 'wasm']) {
        const out = `${backend}.safetensors`;
        const argv = ['step', 'xor.nn', '--batch', 'batch.safetensors', '--out', out, '--backend', backend];
        expect(await nnc(...argv)).toEqual({ code: 0, out: '', err: `wrote ${out}\n` });
        const { tensors } = readSafetensors(readFileSync(file(out)), out);
        expect([...tensors.keys()].sort()).toEqual([
          ...['grad/dense.bias', 'grad/dense.kernel', 'grad/dense_1.bias', 'grad/dense_1.kernel', 'loss', 'loss/0'],
          ...['new/dense.bias', 'new/dense.kernel', 'new/dense_1.bias', 'new/dense_1.kernel', 'predict', 't'],
        ]);
        losses.push(tensors.get('loss')?.data[0] ?? NaN);
      }
      expect(losses[0]).toBeCloseTo(losses[1] ?? NaN, 5);
    });

    it('is told whether the model can memorise a batch', async () => {
      const before = read(folder, 'runs/xor/manifest.json');
      const { code, err } = await nnc('train', 'xor.nn', '--overfit', '1', '--backend', 'cpu');
      expect(code).toBe(0);
      expect(err).toMatch(/memorise/);
      expect(read(folder, 'runs/xor/manifest.json')).toBe(before);
    });
  });
});

describe('training', () => {
  it('needs the data file that build only warns of', async () => {
    const folder = folderWith({ 'm.nn': xor.replace(/data inline.*/, 'data csv "rows.csv" target=y') });
    const { code, err } = await runModel(folder, ['train', 'm.nn']);
    expect(code).toBe(1);
    expect(err).toContain('error[NN4001]');
    expect(err).not.toContain('NN4010');
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('names the row and the column of a value that is none', async () => {
    const folder = folderWith({
      'm.nn': xor.replace(/data inline.*/, 'data csv "rows.csv" target=y x=["a", "b"]'),
      'rows.csv': 'a,b,y\n0,0,0\n0,oops,1\n',
    });
    const { code, err } = await runModel(folder, ['train', 'm.nn']);
    expect(code).toBe(1);
    expect(err).toMatch(/error\[NN4\d\d\d\]/);
    expect(err).toMatch(/oops|`b`/);
  });

  it('remembers its settings for eval and predict', async () => {
    const spec = `hyper width = 2 in [2, 3, 4]\n${xor.replace('dense 2', 'dense width').replace('1000', '20')}`;
    const folder = folderWith({ 'm.nn': spec });
    expect((await runModel(folder, ['train', 'm.nn', '--set', 'width=4'])).code).toBe(0);
    const { code, err } = await runModel(folder, ['eval', 'm.nn']);
    expect([code, err]).toEqual([0, '']);
    const other = await runModel(folder, ['eval', 'm.nn', '--set', 'width=3']);
    expect(other.code).toBe(1);
    expect(other.err).toContain('error[NN5004]');
  });

  it('keeps runs apart by their names, and says what it replaces', { timeout: 240_000 }, async () => {
    const spec = `hyper width = 2 in [2, 3, 4]\n${xor.replace('dense 2', 'dense width').replace('1000', '20')}`;
    const folder = folderWith({ 'm.nn': spec });
    const first = await runModel(folder, ['train', 'm.nn', '--run', 'wide', '--set', 'width=4']);
    expect([first.code, first.err.includes('saved to runs/wide')]).toEqual([0, true]);
    const evaluated = await runModel(folder, ['eval', 'm.nn', '--run', 'wide']);
    expect([evaluated.code, evaluated.err]).toEqual([0, '']);
    expect((await runModel(folder, ['predict', 'm.nn', '--run', 'wide'])).code).toBe(0);
    const other = await runModel(folder, ['train', 'm.nn', '--run', 'wide', '--save-every', '1']);
    expect(other.err).toContain(
      'runs/wide holds a finished run of 20 epochs; its model stays until this run has ended',
    );
    writeFileSync(join(folder, 'm.nn'), `# Longer.\n${spec.replace('epochs=20', 'epochs=30')}`);
    const more = await runModel(folder, ['train', 'm.nn', '--run', 'wide', '--resume']);
    expect([more.code, more.err.includes('now to epoch 30; 20 were asked for before')]).toEqual([0, true]);
    writeFileSync(join(folder, 'm.nn'), spec.replace('lr=1.0', 'lr=0.5'));
    const changed = await runModel(folder, ['train', 'm.nn', '--run', 'wide', '--resume']);
    expect([changed.code, changed.err.includes('error[NN5008]')]).toEqual([1, true]);
  });

  it.each([
    ['--run', '../elsewhere'],
    ['--run', '.'],
    ['--run', ''],
    ['--run', 'a/b'],
    ['--run', 'a\nb'],
    ['--save-every', 'often'],
    ['--save-every', '-1'],
    ['--overfit', '1', '--resume'],
  ])('refuses %s %s', async (...argv) => {
    const folder = folderWith({ 'm.nn': xor });
    const { code, err } = await nnc(folder, 'train', 'm.nn', ...argv);
    expect([code, err.includes('error[NN6009]'), existsSync(join(folder, 'runs'))]).toEqual([2, true, false]);
  });

  it('saves on ctrl-C, exits with 130, and goes on to the same numbers', async () => {
    const [whole, parted] = [folderWith({ 'xor.nn': long }), folderWith({ 'xor.nn': long })];
    let stopped = false;
    const first = await spawnNnc(parted, ['train', 'xor.nn'], {
      onErr: (err, kill) => {
        if (stopped || !/^epoch +\d+/m.test(err)) return;
        stopped = true;
        kill();
      },
    });
    expect(first.code).toBe(130);
    expect(first.err).toContain('--resume');
    expect(existsSync(join(parted, 'runs/xor/checkpoint.safetensors'))).toBe(true);
    const again = await spawnNnc(parted, ['train', 'xor.nn', '--resume']);
    expect(again.code).toBe(0);
    expect((await spawnNnc(whole, ['train', 'xor.nn'])).code).toBe(0);
    const weights = (folder: string): Buffer => readFileSync(join(folder, 'runs/xor/weights.safetensors'));
    expect(weights(parted).equals(weights(whole))).toBe(true);
    const finished = await spawnNnc(parted, ['train', 'xor.nn', '--resume']);
    expect([finished.code, finished.err.includes('NN5006')]).toEqual([1, true]);
  });
});

describe('an empty folder, the packed tarball and the README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const block = (info: string): string => {
    const [, text] = readme.split(`\n\`\`\`${info}\n`);
    const [inside] = text?.split('```\n') ?? [];
    if (inside === undefined) throw new Error(`the README has no block ${info}`);
    return inside;
  };
  const folder = folderWith({ 'penguins.nn': block('nn penguins'), 'penguins.csv': csv });
  const command = (...argv: readonly string[]) => spawnNnc(folder, argv, { program: 'node_modules/nnc/dist/nnc.js' });

  beforeAll(async () => {
    installFrom(pack(), folder);
    expect(await command('train', 'penguins.nn')).toMatchObject({ code: 0, out: '' });
  });

  it('looks at the columns', async () => {
    const { code, err } = await command('check', 'penguins.nn');
    expect([code, err]).toEqual([0, `${block('text columns')}1 spec, no mistake found\n`]);
  });

  it('evaluates what it trained', async () => {
    const { code, out, err } = await command('eval', 'penguins.nn', '--format', 'json');
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ metrics: { accuracy: expect.any(Number) } });
  });

  it('predicts one raw record from a file of its own, and gets a label', async () => {
    const code = block('ts predict');
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(10);
    // What tsx and Node do with it: its types are taken off.
    writeFileSync(join(folder, 'predict.mjs'), (await transform(code, { loader: 'ts' })).code);
    const shown = execFileSync(process.execPath, ['predict.mjs'], { cwd: folder, encoding: 'utf8' });
    const [label, ...scores] = shown.trim().split('\n');
    expect(label).toBe('Adelie');
    expect(scores.join(' ')).toMatch(/^\{ +Adelie: 0\.\d+, +Chinstrap: \d\.[\de-]+, +Gentoo: \d\.[\de-]+ +\}$/);
  });

  it('changes the spec, and is told', async () => {
    const spec = block('nn penguins');
    writeFileSync(join(folder, 'penguins.nn'), spec.replace('dense 16 relu', 'dense 16 tanh'));
    const other = await command('eval', 'penguins.nn');
    expect(other.code).toBe(0);
    expect(other.err).toMatch(
      /^warning\[NN\d+\]: penguins\.nn has changed[\s\S]* - layer dense 16 relu[\s\S]* \+ layer dense 16 tanh/,
    );
    writeFileSync(join(folder, 'penguins.nn'), spec.replace('dense 16', 'dense 12'));
    const { code, err } = await command('eval', 'penguins.nn');
    expect(code).toBe(1);
    expect(err).toContain("dense.kernel has shape [5, 16], the model's has [5, 12]");
    writeFileSync(join(folder, 'penguins.nn'), spec.replace('[bill, depth]', '[bill, dept]'));
    const column = await command('train', 'penguins.nn');
    expect([column.code, column.err.includes('did you mean `depth`?')]).toEqual([1, true]);
    writeFileSync(join(folder, 'penguins.nn'), spec);
  });
});

/** The tarball that would be published, from dist/ as it is. */
function pack(): string {
  const to = folderWith();
  const argv = ['pack', root, '--ignore-scripts', '--offline', '--pack-destination', to];
  execFileSync('npm', argv, { cwd: to, stdio: 'pipe', shell: process.platform === 'win32' });
  const [name = ''] = readdirSync(to);
  return join(to, name);
}

/** What `npm install` does with a tarball, its dependencies being those of this project. */
function installFrom(tarball: string, folder: string): void {
  const own = join(folder, 'node_modules/nnc');
  mkdirSync(own, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', own]);
  const manifest: unknown = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
  const listed =
    typeof manifest === 'object' && manifest !== null && 'dependencies' in manifest && manifest.dependencies;
  for (const name of Object.keys(listed || {})) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
}
