/** What the `load` statements cover: scopes of parameters and states, each loaded once. */
import { note } from '../../diagnostics/catalog/notes.ts';
import { say } from '../../diagnostics/say.ts';
import { covers, selectorText } from '../../language/selectors.ts';
import type { Selector } from '../../../grammar/ast.ts';
import type { LoadSettings } from '../../ir/model.ts';
import { report } from '../frame/report.ts';
import type { Session, Spec } from '../frame/spec.ts';
import { reportEmpty } from './selection.ts';

type Load = Spec['loads'][number];

export function loadsOf({ spec, frame }: Session): readonly LoadSettings[] {
  const { parameters, states, scopes, broken } = frame.run;
  const taken = new Map<string, Load>();
  return spec.loads.flatMap((load): readonly LoadSettings[] => {
    const { selector, file, names, origin } = load;
    const covered = [...parameters.keys(), ...states.keys()].filter((path) => covers(selector, path));
    if (covered.length === 0) {
      if (![...scopes.keys()].some((scope) => covers(selector, scope))) reportEmpty(selector, frame);
      else if (broken.size === 0)
        report(say.NN2020.nothingToLoad({ selector: selectorText(selector) }), selector.span, load.frame);
      return [];
    }
    const twice = covered.find((path) => taken.has(path));
    const other = twice === undefined ? undefined : taken.get(twice);
    if (twice !== undefined && other !== undefined) {
      report(say.NN3017.twice({ path: twice }), selector.span, load.frame, {
        also: [{ source: other.origin.source, span: other.selector.span, text: note.loaded(other.file) }],
      });
    }
    for (const path of covered) taken.set(path, load);
    return [{ scopes: scopesOf(selector, covered), file, names, origin }];
  });
}

/** The shortest beginnings of the paths that the selector is; `''` is the whole model. */
function scopesOf(selector: Selector, covered: readonly string[]): readonly string[] {
  if (selectorText(selector) === '**') return [''];
  const beginnings = covered.map((path) => {
    const names = path.split('.');
    const length = names.findIndex((_, i) => covers(selector, names.slice(0, i + 1).join('.')));
    return names.slice(0, length + 1).join('.');
  });
  return [...new Set(beginnings)];
}
