/** The pages of what the compiler itself answers: operations on tensors, and the functions that speak of shapes and batches. */
import { elsewhereOf } from '../../grammar/documentation.ts';
import { isWord, withOperator } from '../language/operators.ts';
import type { LanguageFunction } from '../language/language-functions.ts';
import type { AttrSpec, Op } from '../ops/define.ts';
import { derivativeOf } from './derivative.ts';
import { emptyPage } from './page.ts';
import type { Page, ParameterRow } from './page.ts';

export function operationPage(op: Op): Page {
  const { name, doc } = op;
  return {
    ...emptyPage('operation', name),
    forms: formsOf(op),
    paragraphs: [`${doc}.`, ...(op.vjp === 'none' && op.inputs.length > 0 ? ['No gradient flows through it.'] : [])],
    parameters: attributesOf(op).map(([attr, spec]): ParameterRow => {
      const given = spec.default === 'required' ? undefined : defaultOf(spec);
      return { name: attr, takes: takes[spec.type], default: given };
    }),
    derivative: derivativeOf(op),
    ...elsewhereOf(op),
    example: op.example ?? exampleOf(op),
  };
}

export const languageFunctionPage = (name: string, said: LanguageFunction): Page => ({
  ...emptyPage('operation', name),
  forms: [{ written: said.form }],
  paragraphs: [`${said.doc}.`],
  ...elsewhereOf(said),
  example: said.example,
});

/** As a call, and with the operator that stands for it, which alone is possible where that is a word. */
function formsOf(op: Op): Page['forms'] {
  if (op.forms !== undefined) return op.forms.map((written) => ({ written }));
  const call = `${op.name}(${[...valuesOf(op), ...settingsOf(op)].join(', ')})`;
  const inPlace = withOperator(op.name, op.inputs);
  if (inPlace === undefined) return [{ written: call }];
  return isWord(op.name) ? [{ written: inPlace }] : [{ written: inPlace }, { written: call }];
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
