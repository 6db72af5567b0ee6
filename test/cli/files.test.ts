/** Files that cannot be read or written: each is told before anything is computed, in words, and nothing is lost. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSource } from '../../runtime/node.ts';
import type { DataOptions } from '../../runtime/node.ts';
import { demandRoom } from '../../runtime/node/saving.ts';
import { classifier } from '../runtime/models.ts';
import { noMount, smallDisk } from './mounts.ts';
import { folderWith, nnc, read, runModel, spawnNnc, xor } from './nnc.ts';
import type { Result } from './nnc.ts';

const rows = 'a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n';
const csv = xor.replace(/data inline .*/, 'data csv "rows.csv" x=[a,b] y=y');
const quick = (text: string): string => text.replace('epochs=1000', 'epochs=3');
const fromFile = (file: string): string => quick(csv).replace('rows.csv', file);

/** A mistake of the user's in words: its code, and never a failure of the program. */
function told({ code, err }: Result, ...parts: readonly string[]): void {
  for (const part of parts) expect(err).toContain(part);
  expect(err).not.toContain('nnc itself failed');
  expect(err).not.toMatch(/^\s+at /m);
  expect(code === 1 || code === 2).toBe(true);
}

interface Unreadable {
  readonly name: string;
  readonly file: string;
  /** Makes what cannot be read. */
  readonly make?: (folder: string) => void;
  readonly says: string;
}

const unreadable: readonly Unreadable[] = [
  { name: 'a folder', file: '.', says: 'it is a folder' },
  { name: 'a device', file: '/dev/zero', says: 'it is a device' },
  { name: 'an empty device', file: '/dev/null', says: 'it is a device' },
  {
    name: 'a pipe',
    file: 'rows.pipe',
    make: (folder) => execFileSync('mkfifo', [join(folder, 'rows.pipe')]),
    says: 'it is a pipe',
  },
  { name: 'below a file', file: 'm.nn/rows.csv', says: 'a part of the path is not a folder' },
  { name: 'a name that is too long', file: `${'x'.repeat(300)}.csv`, says: 'the name is too long' },
  {
    name: 'a circle of links',
    file: 'loop.csv',
    make: (folder) => symlinkSync('loop.csv', join(folder, 'loop.csv')),
    says: 'links that lead in a circle',
  },
  {
    name: 'more than a text may hold',
    file: 'sparse.csv',
    make(folder) {
      writeFileSync(join(folder, 'sparse.csv'), '');
      truncateSync(join(folder, 'sparse.csv'), 3e9);
    },
    says: 'it is too large',
  },
  { name: 'a file of the kernel', file: '/proc/self/maps', says: 'is empty' },
];

describe.each(unreadable)('data that is $name', ({ file, make, says }) => {
  const folder = folderWith({ 'm.nn': fromFile(file), 'rows.csv': rows });
  make?.(folder);

  it('is told by check', async () => {
    told(await nnc(folder, 'check', 'm.nn'), says, 'm.nn:4');
  });

  it('is told when a model runs, and of --data', async () => {
    const model = {
      ...classifier({ inputs: 2, hidden: 2, classes: 2 }),
      data: { format: 'csv', file, seed: 1 } as const,
    };
    const told = async (options: DataOptions) => {
      const error = await openSource(model, options).then(({ kind }) => kind, String);
      expect(error).toMatch(/^UserError: /);
      expect(error).toContain(says);
    };
    await told({ baseDir: folder });
    await told({ baseDir: '.', data: `csv:${resolve(folder, file)}` });
  });
});

describe('reading', () => {
  it('check and train agree about an absolute path', async () => {
    const folder = folderWith({ 'rows.csv': rows });
    writeFileSync(join(folder, 'm.nn'), fromFile(join(folder, 'rows.csv')));
    expect(await nnc(folder, 'check', 'm.nn')).toMatchObject({ code: 0 });
    expect(await spawnNnc(folder, ['train', 'm.nn'])).toMatchObject({ code: 0 });
  });

  it.each(['/dev/zero', 'pipe.nn', '.'])('takes no spec from %s', async (name) => {
    const folder = folderWith();
    execFileSync('mkfifo', [join(folder, 'pipe.nn')]);
    told(await runModel(folder, ['check', name]), 'NN6007');
  });

  it.each(['/dev/zero', 'pipe', '.'])('takes no weights and no batch from %s', async (name) => {
    const folder = folderWith({ 'm.nn': xor });
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    told(await runModel(folder, ['eval', 'm.nn', '--weights', name]), 'NN5005', 'it is a');
    told(await runModel(folder, ['step', 'm.nn', '--batch', name, '--out', 'o']), 'NN5005', 'it is a');
  });

  it('takes a file by its name, also where that looks like a pattern', async () => {
    const folder = folderWith({ 'a[1].nn': xor, 'b (copy).nn': xor, 'a1.nn': 'nonsense' });
    expect((await nnc(folder, 'check', 'a[1].nn', 'b (copy).nn')).err).toBe('2 specs, no mistake found\n');
  });
});

interface Unwritable {
  readonly name: string;
  readonly argv: readonly string[];
  readonly make?: (folder: string) => void;
  readonly says: string;
}

const build = (outDir: string): readonly string[] => ['build', 'm.nn', '--out-dir', outDir];
const unwritable: readonly Unwritable[] = [
  { name: 'a folder below a file', argv: build('m.nn/gen'), says: 'a part of the path is not a folder' },
  { name: 'a folder that is a file', argv: build('rows.csv'), says: 'a part of the path is not a folder' },
  { name: 'a folder below a device', argv: build('/dev/null'), says: 'a part of the path is not a folder' },
  { name: 'a folder of the kernel', argv: build('/proc/nnc/gen'), says: 'no file can be made there' },
  { name: 'a name that is too long', argv: build('x'.repeat(300)), says: 'the name is too long' },
  {
    name: 'a folder where the file should be',
    argv: ['build', 'm.nn'],
    make: (folder) => mkdirSync(join(folder, 'm.nn.ts')),
    says: 'it is a folder',
  },
  {
    name: 'a pipe where the file should be',
    argv: ['build', 'm.nn'],
    make: (folder) => execFileSync('mkfifo', [join(folder, 'm.nn.ts')]),
    says: 'it is a pipe',
  },
  {
    name: 'a folder where weights should be',
    argv: ['train', 'm.nn'],
    make: (folder) => void mkdirSync(join(folder, 'runs/m/weights.safetensors'), { recursive: true }),
    says: 'it is a folder',
  },
  {
    name: 'a file where the run folder should be',
    argv: ['train', 'm.nn'],
    make(folder) {
      mkdirSync(join(folder, 'runs'));
      writeFileSync(join(folder, 'runs/m'), '');
    },
    says: 'a part of the path is not a folder',
  },
  {
    name: 'a file where runs should be',
    argv: ['train', 'm.nn'],
    make: (folder) => writeFileSync(join(folder, 'runs'), ''),
    says: 'a part of the path is not a folder',
  },
  ...['/dev/null', '/dev/stdout', '/proc/nnc', '.', 'm.nn/out', 'rows.csv/out'].map((out) => ({
    name: `the result of a step at ${out}`,
    argv: ['step', 'm.nn', '--batch', 'none.safetensors', '--out', out],
    says: '',
  })),
];

describe('writing', () => {
  it.each(unwritable)('is refused before anything is done: $name', async ({ argv, make, says }) => {
    const folder = folderWith({ 'm.nn': csv, 'rows.csv': rows });
    make?.(folder);
    const result = await runModel(folder, argv);
    told(result, 'NN6008', 'cannot write', says);
    expect(result.err).not.toMatch(/epoch|rows to train on/);
    expect(result.code).toBe(2);
  });

  it.each(['weights.safetensors', 'manifest.json', 'checkpoint.safetensors'])('takes no folder for %s', (file) => {
    const folder = folderWith();
    mkdirSync(join(folder, file));
    expect(() => demandRoom(classifier({ inputs: 2, hidden: 2, classes: 2 }), folder)).toThrow(
      `${file}: it is a folder`,
    );
    expect(readdirSync(folder)).toEqual([file]);
  });

  it('leaves devices as they are', () => {
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('follows a link, and keeps the mode of what it replaces', async () => {
    const folder = folderWith({ 'deep/m.nn': `${xor}\n\n\n` });
    symlinkSync('deep/m.nn', join(folder, 'm.nn'));
    chmodSync(join(folder, 'deep/m.nn'), 0o640);
    await nnc(folder, 'fmt', 'm.nn');
    expect(lstatSync(join(folder, 'm.nn')).isSymbolicLink()).toBe(true);
    expect(read(folder, 'deep/m.nn')).not.toMatch(/\n\n$/);
    expect(statSync(join(folder, 'deep/m.nn')).mode & 0o777).toBe(0o640);
  });

  it('takes a name as long as the disk does', async () => {
    const name = `${'x'.repeat(249)}.nn`;
    const folder = folderWith({ [name]: xor });
    expect((await nnc(folder, 'build', name)).code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual([name, `${name}.ts`]);
  });

  it.skipIf(!existsSync('/dev/full'))('says that its output could not be written', async () => {
    const folder = folderWith({ 'm.nn': xor });
    const shell = (line: string): Promise<Result> => spawnShell(folder, line);
    told(await shell('build m.nn --stdout > /dev/full'), 'NN6008', 'standard output', 'the disk is full');
    expect(await shell('train m.nn 2> /dev/full')).toMatchObject({ code: 0 });
    expect(read(folder, 'runs/m/manifest.json')).toContain('"finished": true');
  });

  it('goes on with a training whose listener has left', async () => {
    const folder = folderWith({ 'm.nn': xor });
    await spawnShell(folder, 'train m.nn 2>&1 | head -1');
    expect(read(folder, 'runs/m/manifest.json')).toContain('"finished": true');
  });
});

const reason = noMount();
if (reason !== undefined) describe.skip(`disks that are full or read-only: ${reason}`, () => undefined);

describe.skipIf(reason !== undefined)('a disk', () => {
  const onDisk = async (
    bytes: number,
    work: (folder: string, readOnly: () => void) => Promise<void>,
  ): Promise<void> => {
    const { folder, readOnly, release } = smallDisk(bytes);
    try {
      await work(folder, readOnly);
    } finally {
      release();
    }
  };

  it('that is read-only is told before the training, before a step, and by build and fmt', () =>
    onDisk(1e6, async (folder, readOnly) => {
      writeFileSync(join(folder, 'm.nn'), `${xor}\n\n\n`);
      readOnly();
      for (const argv of [
        ['train', 'm.nn'],
        ['build', 'm.nn'],
        ['fmt', 'm.nn'],
        ['step', 'm.nn', '--batch', 'none', '--out', 'out.safetensors'],
      ]) {
        const result = await runModel(folder, argv);
        told(result, 'NN6008', 'the disk is read-only');
        expect(result.err).not.toContain('epoch');
      }
    }));

  it('that has no room for the weights is told before the training', () =>
    onDisk(200_000, async (folder) => {
      writeFileSync(join(folder, 'm.nn'), xor.replace('dense 2', 'dense 20000'));
      const result = await spawnNnc(folder, ['train', 'm.nn']);
      told(result, 'NN6008', 'weights.safetensors', '320 KB', 'free');
      expect(result.err).not.toContain('epoch');
      expect(readdirSync(join(folder, 'runs/m')).filter((name) => name.endsWith('.part'))).toEqual([]);
    }));

  it('that is full from the start is told before the training', () =>
    onDisk(65_536, async (folder) => {
      writeFileSync(join(folder, 'm.nn'), xor);
      fill(folder);
      const result = await spawnNnc(folder, ['train', 'm.nn']);
      told(result, 'NN6008', 'the disk is full');
      expect(result.err).not.toContain('epoch');
    }));

  it('that fills up during the training costs no finished run', () =>
    onDisk(200_000, async (folder) => {
      writeFileSync(join(folder, 'm.nn'), xor.replace('epochs=1000', 'epochs=4000'));
      const result = await spawnNnc(folder, ['train', 'm.nn'], {
        onErr: (text) => void (text.includes('rows to train on') && fill(folder)),
      });
      told(result, 'NN6008', 'the disk is full', 'is kept in');
      const [, kept = ''] = /is kept in (\S+)/.exec(result.err) ?? [];
      expect(JSON.parse(readFileSync(join(kept, 'manifest.json'), 'utf8'))).toMatchObject({ finished: true });
      rmSync(join(folder, 'filling'));
      const weights = join(kept, 'weights.safetensors');
      expect((await spawnNnc(folder, ['eval', 'm.nn', '--weights', weights])).out).toContain('all rows (4 rows): loss');
      rmSync(kept, { recursive: true });
    }));
});

/** Takes all the room that is left. */
function fill(folder: string): void {
  for (let size = 65_536; size > 0; size = Math.floor(size / 2)) {
    try {
      for (;;) writeFileSync(join(folder, 'filling'), new Uint8Array(size), { flag: 'a' });
    } catch {
      // No room for so many bytes: perhaps for half of them.
    }
  }
}

function spawnShell(folder: string, line: string): Promise<Result> {
  return spawnNnc(folder, [], { shell: line });
}
