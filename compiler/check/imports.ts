/** Takes the definitions of the files that a file imports into its library; those files may import others. */
import type { Command, File, Span } from '../../grammar/ast.ts';
import { note } from '../diagnostics/catalog/notes.ts';
import { say } from '../diagnostics/say.ts';
import type { Told } from '../diagnostics/say.ts';
import type { Source } from '../diagnostics/types.ts';
import { Library } from '../language/library.ts';
import type { Reporter, Where } from '../language/report.ts';
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
  const imports = new Imports(importing);
  const library = imports.libraryFor(source, file, [source]);
  return { library, files: imports.files };
}

/** Where a file is imported: the string that names it. */
interface Place {
  readonly source: Source;
  readonly span: Span;
}

class Imports {
  readonly #importing: Importing;
  readonly #files = new Map<string, Imported>();

  constructor(importing: Importing) {
    this.#importing = importing;
  }

  get files(): readonly Imported[] {
    return [...this.#files.values()];
  }

  /** `round` are the files that led here, each imported by the one before it, and this one. */
  libraryFor(importer: Source, { statements }: File, round: readonly Source[]): Library {
    const library = new Library(this.#importing.std);
    const before = new Map<string, Place>();
    for (const statement of statements) {
      if (statement.type !== 'command' || statement.keyword !== 'import') continue;
      const named = nameOf(statement, importer);
      const place = { source: importer, span: named.span };
      if ('told' in named) {
        this.#complain(named.told, place);
        continue;
      }
      const found = this.#importing.read(named.path, importer);
      if (!('text' in found)) {
        this.#complain(unread(named.path, found), place);
        continue;
      }
      const wrong = wrongWith(found, round, before);
      if (wrong !== undefined) {
        const first = before.get(found.file);
        this.#complain(wrong, place, first === undefined ? [] : [{ ...first, text: note.first }]);
        continue;
      }
      before.set(found.file, place);
      this.#take(this.#opened(found, place, round), library, place);
    }
    return new Library(library);
  }

  /** The file, read when it is imported for the first time. */
  #opened(source: Source, place: Place, round: readonly Source[]): Imported {
    const known = this.#files.get(source.file);
    if (known !== undefined) return known;
    const { parse, reporter } = this.#importing;
    const imported = reporter.during({ ...place, text: note.imported }, (): Imported => {
      const { file, problems } = parse(source.text);
      for (const { span, ...told } of problems) this.#complain(told, { source, span });
      const library = this.libraryFor(source, file, [...round, source]);
      checkDefinitions(source, file, library, reporter);
      return { source, file, library };
    });
    this.#files.set(source.file, imported);
    return imported;
  }

  /** What a file defines, for the one that imports it. */
  #take({ source, file, library }: Imported, into: Library, place: Place): void {
    const entries = library.entries();
    if (file.statements.length > 0 && entries.length === 0)
      this.#complain(say.NN2033.nothing({ file: source.file }), place);
    for (const entry of entries) {
      const { sort, name } = entry;
      const other = into.own(sort, name);
      if (other === undefined) {
        into.take(entry);
        continue;
      }
      const also = [other, entry].map(({ source: of, definition }) => ({
        source: of,
        span: definition.name.span,
        text: note.defined(of.file),
      }));
      this.#complain(say.NN2033.both({ sort, name, files: [other.source.file, source.file] }), place, also);
    }
  }

  #complain(told: Told, { source, span }: Place, also: Where['also'] = []): void {
    this.#importing.reporter.report(told, {
      site: { source, calls: [], line: 1, what: 'import' },
      span,
      also,
    });
  }
}

/** What keeps a file from being imported here, though it can be read. */
function wrongWith({ file }: Source, round: readonly Source[], before: ReadonlyMap<string, Place>): Told | undefined {
  const files = round.map((each) => each.file);
  if (files.includes(file)) return say.NN2033.round({ round: [...files.slice(files.indexOf(file)), file] });
  return before.has(file) ? say.NN2033.twice({ file }) : undefined;
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
