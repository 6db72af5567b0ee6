/** What a selector means in this spec: the parameters that it covers, or a mistake with the nearest paths. */
import type { Selector } from '../../../grammar/ast.ts';
import { beginnings, covers, selectorText } from '../../language/selectors.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import type { Declared, Frame } from '../frame/context.ts';

/** The parameters that the selector covers, in the order of the spec; a selector that matches nothing is a mistake. */
export function select(selector: Selector, frame: Frame): readonly Declared[] {
  const { parameters, scopes } = frame.run;
  const covered = [...parameters.values()].filter((parameter) => covers(selector, parameter.path));
  if (covered.length > 0 || [...scopes.keys()].some((scope) => covers(selector, scope))) return covered;
  reportEmpty(selector, frame);
  return [];
}

export function reportEmpty(selector: Selector, frame: Frame): void {
  const { parameters, scopes, broken } = frame.run;
  const text = selectorText(selector);
  // What a layer with a mistake would have held is not known.
  if (
    [...broken].some((path) => text.startsWith(path) || covers(selector, path)) ||
    (broken.size > 0 && text.includes('*'))
  )
    return;
  frame.world.reporter.report({
    code: 'NN2020',
    site: frame.site,
    span: selector.span,
    message: `\`${text}\` matches no layer and no parameter`,
    help:
      didYouMean(text, beginnings([...parameters.keys(), ...scopes.keys()])) ??
      (parameters.size === 0 ? 'the spec has no parameters' : `the parameters are ${some([...parameters.keys()])}`),
  });
}

export function some(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).map((path) => `\`${path}\``);
  return paths.length > 5 ? `${shown.join(', ')} and ${paths.length - 5} more` : shown.join(', ');
}
