/** A copy of the project that may be broken, and what the suites say of it. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A test, or a whole file of tests. */
export interface Test {
  readonly file: string;
  readonly name: string | undefined;
}

export type Ended =
  /** The first test that failed; the others have not run then. */
  | { readonly as: 'failed'; readonly test: Test }
  /** `not loaded`: a suite could not begin. `endless`: it had to be ended. */
  | { readonly as: 'passed' | 'not loaded' | 'endless' };

interface How {
  /** One worker, which goes through the suites in their order; otherwise they run as all tests do. */
  readonly inOrder?: boolean;
  readonly only?: string;
  /** Asked every now and then, with the seconds that have passed. */
  readonly tooLong?: (seconds: number) => Promise<boolean>;
}

const parts = ['grammar', 'compiler', 'runtime', 'scripts', 'specs', 'test', 'docs', 'bench', 'README.md'];
const settings = ['package.json', 'tsconfig.json', 'vitest.config.ts'];
const report = 'report.json';

export class Copy {
  readonly #path = mkdtempSync(join(tmpdir(), 'nnc-sabotage-'));
  readonly #root: string;
  /** It goes when the process does, however that ends. */
  readonly #atExit = () => rmSync(this.#path, { recursive: true, force: true, maxRetries: 9, retryDelay: 200 });

  constructor(root: string) {
    this.#root = root;
    process.once('exit', this.#atExit);
    for (const part of [...parts, ...settings]) cpSync(join(root, part), join(this.#path, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.#path, 'node_modules'));
  }

  /** What is found with another text in place of a file's. */
  async broken<T>(file: string, broken: string, find: () => Promise<T>): Promise<T> {
    // A definition of the library is read from what is made of its file.
    const isDefinition = file.startsWith('grammar/std/');
    const changed = [file, ...(isDefinition ? ['grammar/std/index.ts'] : [])].map((name) => {
      const path = join(this.#path, name);
      return { path, text: readFileSync(path, 'utf8') };
    });
    writeFileSync(join(this.#path, file), broken);
    try {
      if (isDefinition) await finished(this.#path, ['scripts/generate.mjs'], {});
      return await find();
    } finally {
      for (const { path, text } of changed) writeFileSync(path, text);
    }
  }

  /** One run of the suites, until a test fails. */
  async run(suites: readonly string[], { inOrder = false, only, tooLong }: How = {}): Promise<Ended> {
    rmSync(join(this.#path, report), { force: true });
    const code = await finished(
      this.#path,
      [
        join(this.#root, 'node_modules/vitest/vitest.mjs'),
        'run',
        ...['--bail', '1', '--reporter', 'json', '--outputFile', report],
        ...['--config', inOrder ? 'test/sabotage/vitest.config.ts' : 'vitest.config.ts'],
        ...(only === undefined ? [] : ['-t', `^${only.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`]),
        ...suites,
      ],
      { NNC_VERIFY: 'many', NO_COLOR: '1', FORCE_COLOR: undefined, SABOTAGE_SUITES: suites.join(' ') },
      tooLong,
    );
    if (code === undefined) return { as: 'endless' };
    if (code === 0) return { as: 'passed' };
    const test = failedIn(join(this.#path, report), this.#path);
    return test === undefined ? { as: 'not loaded' } : { as: 'failed', test };
  }

  dispose(): void {
    process.removeListener('exit', this.#atExit);
    this.#atExit();
  }
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function failedIn(path: string, folder: string): Test | undefined {
  if (!existsSync(path)) return undefined;
  const { testResults }: Report = JSON.parse(readFileSync(path, 'utf8'));
  for (const { name, assertionResults } of testResults) {
    const failed = assertionResults.find(({ status }) => status === 'failed');
    if (failed !== undefined)
      return { file: name.slice(name.indexOf(folder) + folder.length + 1), name: failed.fullName };
  }
  return undefined;
}

/** Seconds between two looks at the clock. */
const tick = 5;

/** The exit code, or undefined of what took too long and was ended with all that it had started. */
function finished(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  tooLong: How['tooLong'] = () => Promise.resolve(false),
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...env },
      detached: true,
      stdio: 'ignore',
    });
    const begin = performance.now();
    let isLate = false;
    const end = () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    // Before its folder goes.
    process.prependOnceListener('exit', end);
    const clock = setInterval(() => {
      void tooLong((performance.now() - begin) / 1000).then((is) => {
        isLate ||= is;
        if (is) end();
      }, reject);
    }, 1000 * tick);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(clock);
      process.removeListener('exit', end);
      resolve(isLate ? undefined : (code ?? 1));
    });
  });
}
