/** The page of a definition: of the library, or of anybody's file. */
import { documentationOf } from '../../grammar/documentation.ts';
import type { Span } from '../../grammar/ast.ts';
import { nouns } from '../diagnostics/words.ts';
import type { Entry } from '../language/entry.ts';
import { describeType } from '../language/types.ts';
import type { ParameterType } from '../language/types.ts';
import { declaredBy } from './declared.ts';
import { formulaOf } from './formula.ts';
import { emptyPage } from './page.ts';
import type { Page, ParameterRow } from './page.ts';
import { seenBy } from './seen.ts';

export function definitionPage({ sort, name, definition, source, parameters }: Entry): Page {
  const { text } = source;
  /** As it stands in the file, on one line and without what comments say. */
  const textOf = ({ span }: { readonly span: Span }): string =>
    text
      .slice(span.start, span.end)
      .replace(/\s+#[^"\n]*\n/g, '\n')
      .replace(/\s*\n\s*/g, ' ');
  const { paragraphs, elsewhere, also, example } = documentationOf(definition.documentation);
  const { body } = definition;
  const formula = formulaOf(definition, textOf);
  return {
    ...emptyPage(sort, name),
    forms: [{ written: signature(sort, name, parameters, textOf) }],
    paragraphs,
    parameters: parameters.map((type): ParameterRow => rowOf(type, sort, textOf)),
    formula,
    seen: seenBy(sort, formula),
    derivative: derivativesIn(text.slice(definition.span.start, definition.span.end)),
    ...(body.type === 'body' ? declaredBy(body.statements, textOf) : {}),
    elsewhere,
    also,
    papers: paragraphs.flatMap(papersIn),
    example,
    source: { file: source.file, text: text.slice(definition.span.start, definition.span.end).trimEnd() },
  };
}

/** What comments in a body say of a derivative: `# ∂bce/∂logits = sigmoid(logits) − y`. */
const derivativesIn = (text: string): readonly string[] => [...text.matchAll(/# (∂.*)/g)].map(([, said = '']) => said);

type TextOf = (of: { readonly span: Span }) => string;

/** How it is used: `layer dense units act=none`, `clip(x, lo, hi)`, `init=uniform(lo=-0.05, hi=0.05)`. */
function signature(sort: Entry['sort'], name: string, parameters: readonly ParameterType[], textOf: TextOf): string {
  const written = parameters.map(({ name, variadic, parameter }) =>
    parameter.default === undefined ? `${name}${variadic ? ', …' : ''}` : `${name}=${textOf(parameter.default)}`,
  );
  if (sort === 'fn') return `${name}(${written.join(', ')})`;
  if (sort === 'init') return `init=${name}${written.length === 0 ? '' : `(${written.join(', ')})`}`;
  // These belong to the statement, and every schedule has them.
  if (sort === 'schedule') return [sort, name, ...written, 'warmup=0', 'min=0'].join(' ');
  if (sort !== 'layer') return [sort, name, ...written].join(' ');
  const isInput = ({ words, parameter }: ParameterType): boolean =>
    parameter.default === undefined && (words.has('value') || words.has('logits'));
  const inputs = written.filter((_, i) => parameters.slice(i, i + 1).some(isInput));
  const settings = written.filter((_, i) => !parameters.slice(i, i + 1).some(isInput));
  const from = inputs.length === 0 ? [] : [`from ${inputs.join(', ')}`];
  return [sort, name, ...settings, ...from].join(' ');
}

function takenBy(type: ParameterType, sort: Entry['sort']): string {
  if (type.variadic) return 'any number of values';
  return type.words.has('kind') ? `the name of another ${nouns[sort]}, perhaps with settings` : describeType(type);
}

const rowOf = (type: ParameterType, sort: Entry['sort'], textOf: TextOf): ParameterRow => ({
  name: type.name,
  takes: takenBy(type, sort) + (type.none && !type.anything ? ', or `none`' : ''),
  default: type.parameter.default === undefined ? undefined : `\`${textOf(type.parameter.default)}\``,
});

/** `(Kingma, Ba 2015)`, `(Jacobs et al. 1991)`; several with semicolons between. */
function papersIn(paragraph: string): readonly string[] {
  const inParentheses = [
    ...paragraph.matchAll(/\(((?:(?:van|von|den|der|de|la) )*[A-Z][^()]*\b(?:19|20)\d\d)[^()]*\)/g),
  ];
  const inText = [...paragraph.matchAll(/\b[A-Z]\w+ and [A-Z]\w+ \((?:19|20)\d\d\)/g)].map(([all]) => all);
  return [...inParentheses.flatMap(([, all = '']) => all.split('; ')), ...inText];
}
