/** Elaborates a spec: checks it, and makes its graphs and settings, with every definition inlined. */
import type { File, Statement } from '../../grammar/ast.ts';
import { checkDefinitions } from '../check/check-definitions.ts';
import { importInto } from '../check/imports.ts';
import type { Parse, ReadImport } from '../check/imports.ts';
import type { Sink, Source } from '../diagnostics/types.ts';
import type { Model } from '../ir/model.ts';
import type { Made } from '../language/datum.ts';
import type { Library } from '../language/library.ts';
import { Reporter } from '../language/report.ts';
import { assemble } from './assemble.ts';
import { phaseSessions } from './phase-sessions.ts';
import { checkPlan, planOf, wholeRun } from './plan.ts';
import { runSession } from './session.ts';
import type { Task } from './session.ts';
import { augmentation } from './statements/augment.ts';
import { pairsOf } from './training/pairs.ts';
import { reparamsOf } from './training/reparams.ts';

export interface ElaborateOptions {
  /** The standard library. */
  readonly std: Library;
  /** Hypers overridden, as written: `--set width=64`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly parse: Parse;
  /** Reads what the spec imports. */
  readonly read: ReadImport;
}

/**
 * The model of a spec, or undefined where mistakes (all reported to the sink) leave none. A file of definitions alone
 * is checked, and is no model.
 */
export function elaborate(source: Source, file: File, options: ElaborateOptions, sink: Sink): Model | undefined {
  const reporter = new Reporter(sink);
  const { std, parse, read, settings } = options;
  const { library, files: imports } = importInto(source, file, { std, read, parse, reporter });
  checkDefinitions(source, file, library, reporter);
  if (file.statements.every(declaresOnly)) return undefined;
  const task: Task = { source, file, library, imports, reporter, settings, later: madeLater(source, file) };
  const plan = planOf(file);
  // What is frozen is known when all statements have been read, and decides how the layers are lowered; so is what
  // `reparam` adapts, and what that has of its own may be frozen too.
  const bare = runSession(task, 'training', { freezes: [], stage: wholeRun(plan) });
  const reparams = reparamsOf(bare);
  const first =
    reparams.size === 0 ? bare : runSession(task, 'training', { freezes: [], reparams, stage: wholeRun(plan) });
  if (first.frame.run.limit.reached) return undefined;
  checkPlan(plan, first);
  const pairs = pairsOf(first);
  const augmented = augmentation(first);
  const staged = phaseSessions({ task, plan, first, pairs, reparams, augmented });
  return assemble(task, staged, first, augmented);
}

/** Hypers that the spec declares, which `--set` may name. */
export function hyperNames(file: File): readonly string[] {
  return file.statements.flatMap((statement) => (statement.type === 'hyper' ? [statement.name.text] : []));
}

/** Definitions, and what a file of definitions needs besides. */
function declaresOnly(statement: Statement): boolean {
  if (statement.type === 'def' || statement.type === 'hyper') return true;
  return statement.type === 'command' && (statement.keyword === 'nn' || statement.keyword === 'import');
}

/** Names that the file makes at top level, with the first place of each. */
function madeLater(source: Source, file: File): ReadonlyMap<string, Made> {
  const names = new Map<string, Made>();
  const visit = (statements: readonly Statement[]) => {
    for (const statement of statements) {
      switch (statement.type) {
        case 'hyper':
        case 'port':
        case 'weight':
        case 'assign':
          if (!names.has(statement.name.text)) names.set(statement.name.text, { source, span: statement.span });
          break;
        case 'command':
          if (statement.as !== undefined && !names.has(statement.as.text))
            names.set(statement.as.text, { source, span: statement.span });
          break;
        case 'scan':
          for (const { name } of statement.carried) {
            if (!names.has(name.text)) names.set(name.text, { source, span: name.span });
          }
          break;
        case 'block':
          visit(statement.body.statements);
          break;
        case 'if':
          visit([...statement.then.statements, ...(statement.else?.statements ?? [])]);
          break;
        case 'def':
        case 'state':
        case 'update':
        case 'require':
        case 'repeat':
        case 'phase':
        case 'step':
          break;
      }
    }
  };
  visit(file.statements);
  return names;
}
