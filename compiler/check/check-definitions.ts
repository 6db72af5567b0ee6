/** Takes a file's definitions into the library, and checks their names, whether or not they are used. */
import type { Definition, File } from '../../grammar/ast.ts';
import type { Source } from '../diagnostics/types.ts';
import { checkNames } from './check-names.ts';
import type { Uses } from './check-names.ts';
import type { Entry } from '../language/entry.ts';
import type { Library } from '../language/library.ts';
import type { Reporter, Site } from '../language/report.ts';
import { warnUnused } from './unused-names.ts';
import { say } from '../diagnostics/say.ts';
import { note } from '../diagnostics/catalog/notes.ts';

export function checkDefinitions(source: Source, file: File, library: Library, reporter: Reporter): void {
  const definitions = file.statements.filter((statement): statement is Definition => statement.type === 'def');
  const site: Site = { source, calls: [], line: 1, what: 'def' };
  // Functions first: defaults of other definitions may name them.
  const ordered = [...definitions].sort((a, b) => Number(b.sort === 'fn') - Number(a.sort === 'fn'));
  for (const definition of ordered) {
    const before = library.own(definition.sort, definition.name.text);
    if (before !== undefined) {
      const { sort, name } = definition;
      reporter.report(say.NN2009.definition({ sort, name: name.text }), {
        site,
        span: name.span,
        also: [{ source, span: before.definition.name.span, text: note.first }],
      });
      continue;
    }
    library.add(definition, source);
  }
  checkParameters(definitions, site, reporter);
  const hypers = file.statements.flatMap((statement) => (statement.type === 'hyper' ? [statement.name.text] : []));
  const uses = new Map<Entry, Uses>();
  for (const entry of library.entries()) uses.set(entry, checkNames(entry, { library, reporter, site, hypers }));
  checkRecursion(uses, site, reporter);
  warnUnused(file, site, reporter);
}

/** A definition is written into the place of its use, so none may lead back to itself. */
function checkRecursion(uses: ReadonlyMap<Entry, Uses>, site: Site, reporter: Reporter): void {
  const done = new Set<Entry>();
  const visit = (entry: Entry, path: readonly Entry[]): void => {
    if (done.has(entry)) return;
    for (const use of uses.get(entry) ?? []) {
      if (use.entry === entry || path.includes(use.entry)) {
        const round = [...path.slice(path.indexOf(use.entry)), entry].filter(
          (each, at, all) => all.indexOf(each) === at,
        );
        const { sort, name } = use.entry;
        const told =
          use.entry === entry
            ? say.NN2016.itself({ sort, name })
            : say.NN2016.round({ sort, name, round: [...round, use.entry].map((each) => each.name) });
        reporter.report(told, { site, span: use.span, fault: 'definition' });
      } else visit(use.entry, [...path, entry]);
    }
    done.add(entry);
  };
  for (const entry of uses.keys()) visit(entry, []);
}

/** Parameters have a name each. */
function checkParameters(definitions: readonly Definition[], site: Site, reporter: Reporter): void {
  for (const { parameters, name } of definitions) {
    for (const [at, parameter] of parameters.entries()) {
      const before = parameters.slice(0, at).find((other) => other.name.text === parameter.name.text);
      if (before === undefined) continue;
      reporter.report(say.NN2009.parameter({ definition: name.text, name: parameter.name.text }), {
        site,
        span: parameter.name.span,
        also: [{ source: site.source, span: before.name.span, text: note.first }],
      });
    }
  }
}
