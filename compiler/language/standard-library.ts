/** The definitions that every spec finds: those of `grammar/std`. */
import type { Definition } from '../../grammar/ast.ts';
import { std } from '../../grammar/std/index.ts';
import { parsedStd } from '../../grammar/std/parsed.ts';
import type { Source } from '../diagnostics/types.ts';
import { Library } from './library.ts';

/** To be read once by who compiles many specs. Functions come first: defaults of other defs may name them. */
export function standardLibrary(): Library {
  const library = new Library();
  const found: { readonly definition: Definition; readonly source: Source }[] = [];
  for (const [path, text] of std) {
    const source: Source = { file: `std/${path}`, text };
    for (const statement of parsedStd(text, path).file.statements) {
      if (statement.type === 'def') found.push({ definition: statement, source });
    }
  }
  const rank = ({ sort }: Definition) => (sort === 'fn' ? 0 : sort === 'init' ? 1 : 2);
  found.sort((a, b) => rank(a.definition) - rank(b.definition));
  for (const { definition, source } of found) library.add(definition, source);
  return library;
}
