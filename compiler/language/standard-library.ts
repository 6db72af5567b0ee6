/** The definitions that every spec finds: those of `grammar/std`. */
import type { Definition } from '../../grammar/ast.ts';
import { isSort } from '../../grammar/keywords.ts';
import { parse } from '../../grammar/parser.ts';
import { std } from '../../grammar/std/index.ts';
import { InternalError } from '../diagnostics/types.ts';
import type { Source } from '../diagnostics/types.ts';
import { Library } from './library.ts';
import type { Head } from './library.ts';

/** How a definition begins: its comment, its sort, its name. */
const HEAD = /((?:^##.*\n)*)^def (\w+) (\w+)/gm;

/** Texts are read when a definition of theirs is looked into: to read all takes longer than to compile most specs. */
export function standardLibrary(): Library {
  const library = new Library();
  for (const [path, text] of std) for (const head of headsOf({ file: `std/${path}`, text })) library.addLater(head);
  return library;
}

function headsOf(source: Source): readonly Head[] {
  let definitions: readonly Definition[] | undefined;
  return [...source.text.matchAll(HEAD)].flatMap(([, comment = '', sort = '', name = '']) => {
    if (!isSort(sort)) return [];
    const read = (): Definition => {
      definitions ??= definitionsIn(source.text);
      const found = definitions.find((one) => one.sort === sort && one.name.text === name);
      if (found === undefined) throw new InternalError(`${source.file} has no ${sort} ${name}`);
      return found;
    };
    return [{ sort, name, documentation: comment.replace(/^## ?/gm, '').trimEnd(), source, read }];
  });
}

const definitionsIn = (text: string): readonly Definition[] =>
  parse(text).file.statements.flatMap((statement) => (statement.type === 'def' ? [statement] : []));
