/** What the `reparam` statements adapt: the weights below their selectors, each by one of them. */
import { note } from '../../diagnostics/catalog/notes.ts';
import { say } from '../../diagnostics/say.ts';
import { namesWeight, selectorText } from '../../language/selectors.ts';
import { definitionNamed } from '../evaluate/use.ts';
import type { Declared, Named, World } from '../frame/context.ts';
import { report } from '../frame/report.ts';
import type { Later, Session } from '../frame/spec.ts';
import { besideWeights } from './beside.ts';
import { matched } from './selection.ts';

/** By the paths of the weights. The session has read the whole spec, without any. */
export function reparamsOf({ spec, frame }: Session): World['reparams'] {
  const adapted = new Map<string, { readonly by: Later; readonly named: Named }>();
  for (const by of spec.reparams) {
    const named = definitionNamed('reparam', by.command, by.frame);
    const weights = reached(by);
    if (named === undefined) continue;
    const twice = weights.find(({ path }) => adapted.has(path));
    const other = twice === undefined ? undefined : adapted.get(twice.path)?.by;
    if (twice !== undefined && other !== undefined) {
      const span = other.command.on?.span ?? other.command.span;
      const also = [{ source: by.frame.site.source, span, text: note.adapted }];
      report(say.NN3021.twice({ path: twice.path }), by.command.on?.span ?? by.command.span, by.frame, { also });
    }
    for (const { path } of weights) adapted.set(path, { by, named });
  }
  const at = besideWeights(adapted.keys());
  const { named: read } = frame.run;
  return new Map(
    [...adapted].map(([path, { by, named }]) => [
      path,
      { path: at(path, named.entry.name), named, by, isNamed: read.has(path) },
    ]),
  );
}

/** As penalties do: those of two axes or more, and others that the selector names. */
function reached({ command, frame }: Later): readonly Declared[] {
  const { on, span } = command;
  if (on === undefined) {
    report(say.NN2005.reparam(), span, frame);
    return [];
  }
  const covered = matched(on, frame);
  const weights = (covered ?? []).filter(({ path, shape }) => shape.length >= 2 || namesWeight(on, path));
  if (covered !== undefined && weights.length === 0 && frame.run.broken.size === 0) {
    const names = covered.map(({ path }) => path);
    report(say.NN2020.nothingToReparam({ selector: selectorText(on), weights: names }), on.span, frame);
  }
  return weights;
}
