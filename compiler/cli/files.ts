/** Reading specs and writing results: beside and renamed, so that nothing half written is ever found. */
import { chmodSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import { placeFor, readFileBytes, reasonOf } from '../../runtime/node/disk.ts';
import type { ReadImport } from '../check/imports.ts';
import { say } from '../diagnostics/say.ts';
import type { Source } from '../diagnostics/types.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';

/** A spec as it lies on the disk; its source's file is the path relative to the working folder. */
export interface Spec {
  readonly path: string;
  readonly source: Source;
  /** Reads what it imports. */
  readonly read: ReadImport;
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
  return { path, source: { file, text: new TextDecoder().decode(bytes) }, read: importsBeside(terminal) };
}

/** What `import` names, relative to the file that imports it; files are shown as specs are. */
const importsBeside =
  (terminal: Terminal): ReadImport =>
  (path, importer) => {
    const whole = resolve(terminal.folder, dirname(importer.file), path);
    try {
      if (statSync(whole).isDirectory()) return { folder: true };
      return { file: shownPath(terminal, whole), text: new TextDecoder().decode(readFileBytes(whole, enough)) };
    } catch (error) {
      return isThere(whole) ? { reason: reasonOf(error) } : { missing: true };
    }
  };

function readBytes(path: string, shown: string): Uint8Array {
  try {
    if (statSync(path).isDirectory()) throw new UsageError(say.NN6007.folder({ file: shown }));
    return readFileBytes(path, enough);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(say.NN6007.unreadable({ file: shown, reason: reasonOf(error) }));
  }
}

/** The files that patterns name, in order and once each; without patterns, every spec below the folder. */
export function findSpecs(terminal: Terminal, patterns: readonly string[]): readonly string[] {
  const asked = patterns.length === 0 ? ['**/*.nn'] : patterns;
  const found = asked.flatMap((pattern) => {
    const wanted = slashed(pattern);
    // A file may have the name of a pattern: `model[1].nn`.
    if (!isDynamicPattern(wanted) || isThere(resolve(terminal.folder, pattern))) return [pattern];
    const ignore = ['**/node_modules/**', '**/runs/**', '**/dist/**'];
    const matches = globSync(wanted, { cwd: terminal.folder, ignore, expandDirectories: false }).sort();
    if (matches.length === 0) {
      throw new UsageError(patterns.length === 0 ? say.NN6006.none({ pattern }) : say.NN6006.pattern({ pattern }));
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
    return new TextDecoder().decode(readFileBytes(path));
  } catch {
    return undefined;
  }
}

/** Whether something lies at the path; also where that cannot be found out, so that reading it says why. */
export function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}

/** Writes beside and renames; an unchanged file keeps its date. */
export function writeWhole(terminal: Terminal, path: string, text: string): void {
  if (readIfThere(path) === text) return;
  let beside: string | undefined;
  try {
    const place = placeFor(path);
    beside = place.beside;
    writeFileSync(beside, text);
    if (place.mode !== undefined) chmodSync(beside, place.mode);
    renameSync(beside, place.path);
  } catch (error) {
    if (beside !== undefined) rmSync(beside, { force: true });
    throw new UsageError(say.NN6008.file({ file: shownPath(terminal, path), reason: reasonOf(error) }));
  }
}
