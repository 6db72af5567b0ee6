#!/usr/bin/env node
/**
 * The command `nnc`. To compile a program of this size takes Node longer than to run it. So the code that V8 has made of it
 * is kept beside it, once for each version of Node, by the first command that has gone through all of the compiler.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** What tells this program from another in its place. */
declare const NNC_PROGRAM: string;

interface Program {
  readonly main: () => Promise<number>;
}

const path = fileURLToPath(new URL('program.cjs', import.meta.url));
const folder = dirname(path);
const codePath = join(folder, `program-${NNC_PROGRAM}-${process.version}-${process.arch}.code`);

function keptCode(): Buffer | undefined {
  try {
    return readFileSync(codePath);
  } catch {
    return undefined;
  }
}

/** Where the folder is not the user's own, every start is as slow as the first. */
function keep(code: Buffer): void {
  const written = join(folder, `${process.pid}.code`);
  try {
    writeFileSync(written, code);
    renameSync(written, codePath);
  } catch {
    rmSync(written, { force: true });
  }
}

const code = keptCode();
// V8 says no to code of another version of itself, or for other flags, and compiles anew.
const script = new Script(Module.wrap(readFileSync(path, 'utf8')), { filename: path, cachedData: code });
const program: { exports: Partial<Program> } = { exports: {} };
script.runInThisContext()(program.exports, createRequire(import.meta.url), program, path, folder);
const status = (await program.exports.main?.()) ?? 1;
if (code === undefined && status === 0 && ['build', 'step', 'train'].includes(process.argv[2] ?? ''))
  keep(script.createCachedData());
// A timer that a configuration left behind is not waited for.
process.exit(status);
