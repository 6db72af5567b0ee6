/** Reading specs and writing results: beside and renamed, so that nothing half written is ever found. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import type { Source } from '../diagnostics/types.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';

/** A spec as it lies on the disk; its source's file is the path relative to the working folder. */
export interface Spec {
  readonly path: string;
  readonly source: Source;
}

const slashed = (path: string): string => path.split(sep).join('/');

/** More than the parser takes, so that it says so, without reading a data set that was named by mistake. */
const enough = 16_000_000;

/** A path as it is shown: relative to the working folder where it lies inside. */
export function shownPath(terminal: Terminal, path: string): string {
  const inside = slashed(relative(terminal.folder, path));
  return inside === '' || inside.startsWith('../../..') ? slashed(path) : inside;
}

export function readSpec(terminal: Terminal, name: string): Spec {
  const path = resolve(terminal.folder, name);
  const file = shownPath(terminal, path);
  const bytes = readBytes(path, file);
  // Bytes that are no text become U+FFFD and control characters, of which the parser speaks.
  return { path, source: { file, text: new TextDecoder().decode(bytes) } };
}

function readBytes(path: string, shown: string): Uint8Array {
  try {
    if (statSync(path).isDirectory()) {
      throw new UsageError('NN6007', `${shown} is a folder`, `name its specs: ${shown}/*.nn`);
    }
    const bytes = new Uint8Array(Math.min(statSync(path).size, enough));
    const file = openSync(path, 'r');
    try {
      return bytes.subarray(0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError('NN6007', `cannot read ${shown}: ${reason(error)}`);
  }
}

/** What the system says, in words. */
export function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'ENOTDIR') return 'a part of the path is not a folder';
  if (code === 'ENOSPC') return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}

/** The files that patterns name, in order and once each; without patterns, every spec below the folder. */
export function findSpecs(terminal: Terminal, patterns: readonly string[]): readonly string[] {
  const asked = patterns.length === 0 ? ['**/*.nn'] : patterns;
  const found = asked.flatMap((pattern) => {
    const wanted = slashed(pattern);
    if (!isDynamicPattern(wanted)) return [pattern];
    const ignore = ['**/node_modules/**', '**/runs/**', '**/dist/**'];
    const matches = globSync(wanted, { cwd: terminal.folder, ignore, expandDirectories: false }).sort();
    if (matches.length === 0) {
      const help = patterns.length === 0 ? 'name a spec: nnc build model.nn' : undefined;
      throw new UsageError('NN6006', `no spec matches ${pattern}`, help);
    }
    return matches;
  });
  const seen = new Set<string>();
  return found.filter((name) => {
    const path = resolve(terminal.folder, name);
    return seen.has(path) ? false : seen.add(path);
  });
}

/** The file's text, or undefined if there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whether something lies at the path. */
export function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Writes beside and renames; an unchanged file keeps its date. */
export function writeWhole(terminal: Terminal, path: string, text: string): void {
  if (readIfThere(path) === text) return;
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new UsageError('NN6008', `cannot write ${shownPath(terminal, path)}: ${reason(error)}`);
  }
}
