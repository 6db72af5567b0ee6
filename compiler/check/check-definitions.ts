/** Takes a file's definitions into the library, and checks their names, whether or not they are used. */
import type { Definition, File } from '../../grammar/ast.ts';
import type { Source } from '../diagnostics/types.ts';
import type { Library } from './library.ts';
import type { Reporter } from './report.ts';

export function checkDefinitions(source: Source, file: File, library: Library, reporter: Reporter): void {
  const definitions = file.statements.filter((statement): statement is Definition => statement.type === 'def');
  const site = { source, calls: [], line: 1, what: 'def' };
  // Functions first: defaults of other definitions may name them.
  const ordered = [...definitions].sort((a, b) => Number(b.sort === 'fn') - Number(a.sort === 'fn'));
  for (const definition of ordered) {
    const before = library.own(definition.sort, definition.name.text);
    if (before !== undefined) {
      reporter.report({
        code: 'NN2009',
        site,
        span: definition.name.span,
        message: `${definition.sort} \`${definition.name.text}\` is defined twice`,
        also: [{ source, span: before.definition.name.span, text: 'the first is here' }],
      });
      continue;
    }
    library.add(definition, source, false);
  }
}
