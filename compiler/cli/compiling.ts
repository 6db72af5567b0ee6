/** The compiler as commands use it: a spec of the disk, its settings, and what can only be seen beside it. */
import { parse } from '../../grammar/parser.ts';
import { standardLibrary } from '../language/standard-library.ts';
import type { Library } from '../language/library.ts';
import { check, compile } from '../compile.ts';
import type { CheckResult, CompileResult } from '../compile.ts';
import type { Model } from '../ir/model.ts';
import type { Program } from '../ir/program.ts';
import { say } from '../diagnostics/say.ts';
import type { Diagnostic } from '../diagnostics/types.ts';
import { checkDataFile } from './data-file.ts';
import { checkLoadFiles } from './load-files.ts';
import type { Spec } from './files.ts';
import { hasErrors, report } from './report.ts';
import { checkSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';
import { packageVersion } from './version.ts';

/** What is known of a spec, and of the files that it names. */
export interface BesideFile {
  /** Which columns of its data file feed what, as lines. */
  readonly columns: readonly string[];
  /** Those of the diagnostics that are about its data file. */
  readonly aboutFile: readonly Diagnostic[];
  /** Those that are about the files that it loads. */
  readonly aboutLoads: readonly Diagnostic[];
}

/** Everything that is to be said of one spec, and not printed. */
export function checkSpec(spec: Spec, settings: Settings, library: Library): CheckResult & BesideFile {
  requireKnown(settings, spec);
  return besideFile(spec, check(spec.source, { settings, library, read: spec.read }));
}

/** The same, and what it is compiled into. */
export function compileSpec(
  spec: Spec,
  settings: Settings,
  library: Library,
  stages = false,
): CompileResult & BesideFile {
  requireKnown(settings, spec);
  return besideFile(
    spec,
    compile(spec.source, { version: packageVersion(), settings, library, stages, read: spec.read }),
  );
}

function requireKnown(settings: Settings, { source }: Spec): void {
  const names = Object.keys(settings);
  if (names.length > 0) checkSettings(names, parse(source.text).file, source.file);
}

function besideFile<Result extends CheckResult>(spec: Spec, result: Result): Result & BesideFile {
  if (result.model === undefined) return { ...result, columns: [], aboutFile: [], aboutLoads: [] };
  const { diagnostics, columns } = checkDataFile(spec, result.model);
  const aboutLoads = checkLoadFiles(spec, result.model);
  const all = [...result.diagnostics, ...diagnostics, ...aboutLoads];
  return { ...result, diagnostics: all, columns, aboutFile: diagnostics, aboutLoads };
}

/** What a model is compiled for. */
export interface Wanted {
  readonly runs: boolean;
  /** Its rows are those of the spec's own file. */
  readonly readsFile?: boolean;
  /** It begins with what its `load` statements read. */
  readonly loads?: boolean;
  readonly stages?: boolean;
}

export interface CompiledModel {
  readonly model: Model;
  readonly program: Program;
  readonly text: string;
  readonly stages: CompileResult['stages'];
}

/**
 * A spec that must be a model: its diagnostics are printed, and undefined is given where they leave none. A file that is
 * not there is left to the runtime where the model `runs`; one that does not fit as well, where rows or weights may come
 * from elsewhere.
 */
export function compileModel(
  terminal: Terminal,
  spec: Spec,
  settings: Settings,
  { runs, readsFile = !runs, loads = !runs, stages = false }: Wanted,
): CompiledModel | undefined {
  const {
    diagnostics,
    model,
    program,
    text,
    aboutFile,
    aboutLoads,
    stages: kept,
  } = compileSpec(spec, settings, standardLibrary(), stages);
  const leftTo = (found: readonly Diagnostic[], read: boolean): readonly Diagnostic[] =>
    runs ? found.filter(({ severity }) => !read || severity === 'warning') : [];
  const leftOut = [...leftTo(aboutFile, readsFile), ...leftTo(aboutLoads, loads)];
  const shown = diagnostics.filter((each) => !leftOut.includes(each));
  report(terminal, shown);
  if (hasErrors(shown)) return undefined;
  if (model === undefined || program === undefined || text === undefined) {
    throw new UsageError(say.NN6012.definitions({ file: spec.source.file }));
  }
  return { model, program, text, stages: kept };
}
