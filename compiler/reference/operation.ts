/** The pages of what the compiler itself answers: operations on tensors, and the functions that speak of shapes and batches. */
import { frameworks, nameElsewhere, namesIn } from '../../grammar/documentation.ts';
import type { NameElsewhere } from '../../grammar/documentation.ts';
import type { LanguageFunction } from '../language/language-functions.ts';
import type { AttrSpec, Documented, Op } from '../ops/define.ts';
import { derivativeOf } from './derivative.ts';
import { emptyPage } from './page.ts';
import type { Page, ParameterRow } from './page.ts';

export function operationPage(op: Op): Page {
  const { name, doc, elsewhere = {} } = op;
  return {
    ...emptyPage('operation', name),
    forms: [{ written: `${name}(${[...valuesOf(op), ...settingsOf(op)].join(', ')})` }],
    paragraphs: [doc],
    parameters: attributesOf(op).map(([attr, spec]): ParameterRow => {
      const given = spec.default === 'required' ? undefined : defaultOf(spec);
      return { name: attr, takes: takes[spec.type], default: given };
    }),
    derivative: derivativeOf(op),
    ...namesElsewhere(elsewhere),
    example: op.example ?? exampleOf(op),
  };
}

export const languageFunctionPage = (name: string, { form, doc, elsewhere = {}, example }: LanguageFunction): Page => ({
  ...emptyPage('operation', name),
  forms: [{ written: form }],
  paragraphs: [doc],
  ...namesElsewhere(elsewhere),
  example,
});

/** What other frameworks call an operation, as its file says. */
export function namesElsewhere(said: NonNullable<Documented['elsewhere']>): Pick<Page, 'elsewhere' | 'also'> {
  return {
    elsewhere: frameworks.flatMap((framework): readonly NameElsewhere[] => {
      const text = said[framework];
      return text === undefined ? [] : [nameElsewhere(framework, text)];
    }),
    also: said.Also === undefined ? [] : namesIn(said.Also),
  };
}

/** Those that a caller gives: an input that may be left out is what `fuse` adds. */
function valuesOf({ inputs }: Op): readonly string[] {
  if (inputs.some((name) => name.endsWith('...'))) return ['[a, b, …]'];
  return inputs.filter((name) => !name.endsWith('?'));
}

const attributesOf = ({ attrs }: Op): readonly (readonly [string, AttrSpec])[] =>
  Object.entries(attrs).filter(([, spec]) => spec.internal !== true);

const settingsOf = (op: Op): readonly string[] =>
  attributesOf(op).map(([attr, { default: given }]) =>
    given === 'required' ? attr : `${attr}=${typeof given === 'string' ? '…' : textOf(given)}`,
  );

const textOf = (given: Exclude<AttrSpec['default'], string>): string =>
  typeof given === 'object' ? given.join(', ') : String(given);

/** What holds where the attribute is left out; of some attributes a word says it that nobody writes. */
function defaultOf({ type, default: given }: AttrSpec): string {
  if (typeof given !== 'string') return `\`${textOf(given)}\``;
  if (given === 'all') return 'all axes';
  return type === 'permutation' ? 'the reverse order' : 'none';
}

const takes: Readonly<Record<AttrSpec['type'], string>> = {
  number: 'a number',
  size: 'a whole number, at least 1',
  boolean: '`true` or `false`',
  axis: 'an axis; negative ones count from the end',
  axes: 'an axis, or a list of axes; negative ones count from the end',
  permutation: 'a list of all axes',
  shape: 'a list of sizes',
  numbers: 'a list of numbers',
  string: 'a string',
};

/** A spec that calls what acts on each element alone. */
function exampleOf({ name, inputs }: Op): string {
  const declared = inputs.map((input) => `input ${input}: f32[4]`).join('; ');
  return `${declared}\npredict ${name}(${inputs.join(', ')})\n`;
}
