/** What a selector means in this spec: the parameters that it covers, or a mistake with the nearest paths. */
import type { Selector } from '../../../grammar/ast.ts';
import { beginnings, covers, selectorText } from '../../language/selectors.ts';
import type { Declared, Frame } from '../frame/context.ts';
import { say } from '../../diagnostics/say.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { report } from '../frame/report.ts';

/** The parameters that the selector covers, in the order of the spec; a selector that matches nothing is a mistake. */
export const select = (selector: Selector, frame: Frame): readonly Declared[] => matched(selector, frame) ?? [];

/** As `select`; undefined where the selector matches nothing, not even a scope without parameters. */
export function matched(selector: Selector, frame: Frame): readonly Declared[] | undefined {
  const { parameters, scopes } = frame.run;
  const covered = [...parameters.values()].filter((parameter) => covers(selector, parameter.path));
  if (covered.length > 0 || [...scopes.keys()].some((scope) => covers(selector, scope))) return covered;
  reportEmpty(selector, frame);
  return undefined;
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
  const near = nearest(text, beginnings([...parameters.keys(), ...scopes.keys()]));
  report(say.NN2020.nothing({ name: text, near, parameters: [...parameters.keys()] }), selector.span, frame);
}
