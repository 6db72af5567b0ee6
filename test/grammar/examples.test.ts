/** The examples in the library's documentation are specs without a mistake, and build where they have an optimizer. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { parse } from '../../grammar/parser.ts';
import { std } from '../../grammar/std/index.ts';
import { library } from '../check/elaboration.ts';
import { exampleOf } from './examples.ts';

const examples = [...std].flatMap(([path, text]) =>
  parse(text).file.statements.flatMap((statement) => {
    if (statement.type !== 'def') return [];
    const example = exampleOf(statement);
    return example === undefined ? [] : [[`${path}: ${statement.sort} ${statement.name.text}`, example] as const];
  }),
);

describe('examples', () => {
  it.each(examples)('%s', (_, example) => {
    const { diagnostics, text } = compile({ file: 'example.nn', text: example }, { version: '0', library });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors).toEqual([]);
    if (errors.length === 0 && /\boptim\b/.test(example)) expect(text).toBeDefined();
  });
});
