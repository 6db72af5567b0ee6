/** Takes the definitions of the files that a file imports into its library; those files may import others. */
import type { Command, File, Span } from '../../grammar/ast.ts';
import { note } from '../diagnostics/catalog/notes.ts';
import { say } from '../diagnostics/say.ts';
import type { Told } from '../diagnostics/say.ts';
import type { Source } from '../diagnostics/types.ts';
import { Library } from '../language/library.ts';
import type { Reporter, Site } from '../language/report.ts';
import { checkDefinitions } from './check-definitions.ts';

/** Why there is no text: no file lies there, a folder does, or what the system says. */
export type Unread = { readonly missing: true } | { readonly folder: true } | { readonly reason: string };

/**
 * Finds a file that `import` names: its path is relative to the file that imports it. Files are told apart by the `file`
 * of their source.
 */
export type ReadImport = (path: string, importer: Source) => Source | Unread;

/** A file that was imported. What its definitions see is in its library, and the hypers that stand in it. */
export interface Imported {
  readonly source: Source;
  readonly file: File;
  readonly library: Library;
}

/** The parser, and what it says of a text. */
export type Parse = (text: string) => {
  readonly file: File;
  readonly problems: readonly (Told & { readonly span: Span })[];
};

interface Importing {
  readonly std: Library;
  readonly read: ReadImport;
  readonly parse: Parse;
  readonly reporter: Reporter;
}

/** The library of a file, still without its own definitions, and all files that it imports, each once and before its importers. */
export function importInto(
  source: Source,
  file: File,
  importing: Importing,
): { readonly library: Library; readonly files: readonly Imported[] } {
  const files = new Map<string, Imported>();
  const { std, read, parse, reporter } = importing;

  /** `round` are the files that led here, each imported by the one before it. */
  const libraryOf = (importer: Source, statements: File['statements'], round: readonly Source[]): Library => {
    const imports = new Library(std);
    const site: Site = { source: importer, calls: [], line: 1, what: 'import' };
    const taken = new Map<string, Span>();
    for (const statement of statements) {
      if (statement.type !== 'command' || statement.keyword !== 'import') continue;
      const complain = (told: Told, span: Span, also: Parameters<Reporter['report']>[1]['also'] = []): void => {
        reporter.report(told, { site, span, also });
      };
      const named = nameOf(statement, importer);
      if ('told' in named) {
        complain(named.told, named.span);
        continue;
      }
      const found = read(named.path, importer);
      if (!('text' in found)) {
        complain(unread(named.path, found), named.span);
        continue;
      }
      const around = round.findIndex((each) => each.file === found.file);
      if (around >= 0) {
        complain(say.NN2033.round({ round: [...round.slice(around), found].map((each) => each.file) }), named.span);
        continue;
      }
      const before = taken.get(found.file);
      if (before !== undefined) {
        complain(say.NN2033.twice({ file: found.file }), named.span, [
          { source: importer, span: before, text: note.first },
        ]);
        continue;
      }
      taken.set(found.file, named.span);
      const imported = files.get(found.file) ?? open(found, { source: importer, span: named.span }, round);
      files.set(found.file, imported);
      const entries = imported.library.entries();
      if (imported.file.statements.length > 0 && entries.length === 0)
        complain(say.NN2033.nothing({ file: found.file }), named.span);
      for (const entry of entries) {
        const other = imports.own(entry.sort, entry.name);
        if (other === undefined) imports.take(entry);
        else {
          const also = [other, entry].map(({ source: of, definition }) => ({
            source: of,
            span: definition.name.span,
            text: note.defined(of.file),
          }));
          complain(
            say.NN2033.both({ sort: entry.sort, name: entry.name, files: [other.source.file, found.file] }),
            named.span,
            also,
          );
        }
      }
    }
    return new Library(imports);
  };

  const open = (
    opened: Source,
    at: { readonly source: Source; readonly span: Span },
    round: readonly Source[],
  ): Imported =>
    reporter.during({ ...at, text: note.imported }, () => {
      const { file: read, problems } = parse(opened.text);
      const site: Site = { source: opened, calls: [], line: 1, what: 'import' };
      for (const { span, ...told } of problems) reporter.report(told, { site, span });
      const library = libraryOf(opened, read.statements, [...round, opened]);
      checkDefinitions(opened, read, library, reporter);
      return { source: opened, file: read, library };
    });

  const library = libraryOf(source, file.statements, [source]);
  return { library, files: [...files.values()] };
}

/** The path that a statement names, or what is wrong with it. */
function nameOf(
  { args, span }: Command,
  source: Source,
): { readonly path: string; readonly span: Span } | { readonly told: Told; readonly span: Span } {
  const [first, second] = args;
  if (first === undefined) return { told: say.NN2005.imported(), span };
  if (second !== undefined) return { told: say.NN2006.imported(), span: second.value.span };
  const { value, name } = first;
  if (name !== undefined || value.type !== 'string' || value.value === '') {
    return {
      told: say.NN2007.imported({ name: source.text.slice(value.span.start, value.span.end) }),
      span: value.span,
    };
  }
  return { path: value.value, span: value.span };
}

function unread(path: string, why: Unread): Told {
  if ('missing' in why) return say.NN2033.missing({ path });
  return 'folder' in why ? say.NN2033.folder({ path }) : say.NN2033.unreadable({ path, reason: why.reason });
}
