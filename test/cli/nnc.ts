/** Runs the command for tests: within this process, or as its users do, as a process of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, vi } from 'vitest';
import type { Terminal } from '../../compiler/cli/terminal.ts';

const root = join(import.meta.dirname, '../..');

export interface SpawnOptions {
  /** The program in place of dist/nnc.js. */
  readonly program?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Sees all of stderr whenever there is more of it, and may interrupt. */
  readonly onErr?: (text: string, interrupt: () => void) => void;
  /** What a shell reads in place of the arguments: `train m.nn 2> /dev/full`. */
  readonly shell?: string;
}

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Those of the test file that imports this. */
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder with these files, which goes when the test file ends. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'nnc-test-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');

/** The terminal of a folder; what is printed goes nowhere. */
export const terminalIn = (folder: string): Terminal => ({
  folder,
  environment: {},
  live: false,
  color: { out: false, err: false },
  out: () => undefined,
  err: () => undefined,
});

type Run = (argv: readonly string[], terminal: Terminal) => Promise<number>;

/** The command as it lies in dist/, which test/setup/build.ts keeps fresh. */
function built(): Run {
  const program: { readonly run: Run } = createRequire(import.meta.url)('../../dist/program.cjs');
  return program.run;
}

/** Within this process: what needs no model to run. */
export async function nnc(folder: string, ...argv: readonly string[]): Promise<Result> {
  const run = built();
  return printed(folder, (terminal) => run(argv, terminal));
}

async function printed(folder: string, work: (terminal: Terminal) => Promise<number>): Promise<Result> {
  let out = '';
  let err = '';
  const code = await work({
    ...terminalIn(folder),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { code, out, err };
}

/** Within this process too: what runs models. They save below the working folder, and say how far they are on stderr. */
export async function runModel(folder: string, argv: readonly string[]): Promise<Result> {
  const run = built();
  const before = process.cwd();
  process.chdir(folder);
  try {
    return await printed(folder, async (terminal) => {
      const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
        terminal.err(String(text));
        return true;
      });
      try {
        return await run(argv, terminal);
      } finally {
        stderr.mockRestore();
      }
    });
  } finally {
    process.chdir(before);
  }
}

/** As a process of its own, as its users run it. */
export function spawnNnc(folder: string, argv: readonly string[], options: SpawnOptions = {}): Promise<Result> {
  const program = options.program ?? join(root, 'dist/nnc.js');
  const [file, args] =
    options.shell === undefined
      ? [process.execPath, [program, ...argv]]
      : ['/bin/sh', ['-c', `"${process.execPath}" "${program}" ${options.shell}`]];
  const child = spawn(file, args, {
    cwd: folder,
    env: { ...process.env, CI: '1', ...options.environment },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => void (out += String(text)));
  child.stderr.on('data', (text) => {
    err += String(text);
    options.onErr?.(err, () => void child.kill('SIGINT'));
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? (signal === null ? -1 : 128), out, err }));
  });
}

export const xor = `input x: f32[2]
target y: f32[1]
layer dense 2 sigmoid; layer dense 1; loss bce; optim sgd lr=1.0
data inline [[0,0, 0], [0,1, 1], [1,0, 1], [1,1, 0]]
train epochs=1000 batch=4
predict sigmoid(it)
`;
