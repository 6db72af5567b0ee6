/** Each argument of each definition of the library is somewhere given, in a spec that PyTorch, ONNX or a formula judges. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Command, Definition, Parameter, Sort } from '../../grammar/ast.ts';
import { parse } from '../../grammar/parser.ts';
import { std } from '../../grammar/std/index.ts';

const folder = new URL('fixtures/', import.meta.url);
const fixtures = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(new URL(`${name}/`, folder))
      .filter((file) => file.endsWith('.nn'))
      .map((file) => readFileSync(new URL(`${name}/${file}`, folder), 'utf8')),
  );

const judged: ReadonlySet<Sort> = new Set<Sort>(['layer', 'loss', 'optim', 'penalty', 'schedule', 'reparam']);

const definitions = [...std.values()].flatMap((text) =>
  parse(text).file.statements.flatMap((statement) =>
    statement.type === 'def' && judged.has(statement.sort)
      ? [{ name: `${statement.sort} ${statement.name.text}`, definition: statement, text }]
      : [],
  ),
);

/** Nodes of the tree that are commands. */
function commandsIn(node: unknown): readonly Command[] {
  if (Array.isArray(node)) return node.flatMap(commandsIn);
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.values(node).flatMap(commandsIn);
  return isCommand(node) ? [node, ...inner] : inner;
}

const isCommand = (node: object): node is Command => 'type' in node && node.type === 'command';

/** What is given to a kind by a command: the parameter's name, and what is written. */
function givenTo(
  definition: Definition,
  { args, keyword, from }: Command,
  text: string,
): readonly string[] | undefined {
  const [kind, ...rest] = args;
  const name = kind?.value.type === 'path' ? kind.value.parts[0]?.text : undefined;
  if (keyword !== definition.sort || kind === undefined || name !== definition.name.text) return undefined;
  const places: Parameter[] = [...definition.parameters];
  const values = from === undefined ? [] : definition.parameters.filter((each) => isValue(each)).slice(0, from.length);
  const fed = values.map((each) => `${each.name.text}=from`);
  return [
    ...fed,
    ...rest.map(({ name: called, value }) => {
      const parameter = called?.text ?? places.shift()?.name.text;
      return `${parameter}=${text.slice(value.span.start, value.span.end)}`;
    }),
  ];
}

/** `from` fills these in their order. */
const isValue = ({ types, default: usual }: Parameter): boolean =>
  types?.some(({ text }) => text === 'value') === true && usual === undefined;

const commands = fixtures.flatMap((text) => commandsIn(parse(text).file).map((command) => ({ command, text })));

/** What no fixture gives, with the reason. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ['init', 'fixtures give weights; what is drawn is held to its distribution by the tests of initialisers'],
  ['bias_init', 'as init'],
  ['gate_init', 'as init'],
  ['unit_forget_bias', 'as init'],
  ['dropout', 'it is the layer of that name, whose masks are held to their bits'],
  ['layer gaussian_noise', 'draws numbers, which are held to their distribution'],
  ['layer bert', 'is of published weights, and of layers that are judged by themselves'],
  ['layer gpt', 'as bert'],
  ['optim adafactor', 'the formulas of test/grammar/optimizers.test.ts, with all parameters'],
  ['optim lamb', 'as adafactor'],
  ['optim lars', 'as adafactor'],
  ['optim lion', 'as adafactor'],
  ['optim lookahead', 'as adafactor'],
  ['optim muon', 'as adafactor'],
]);

const isElsewhere = (definition: string, parameter = ''): boolean =>
  elsewhere.has(definition) || elsewhere.has(parameter);

/** The values that a definition compares are those of the spec where none are named. */
const isFlowing = (usual: string | undefined): boolean => usual === 'it' || usual === 'target';

describe.each(definitions)('$name', ({ name: called, definition, text }) => {
  const given = commands.flatMap(({ command, text: spec }) => {
    const arguments_ = givenTo(definition, command, spec);
    return arguments_ === undefined ? [] : [arguments_];
  });

  test.skipIf(isElsewhere(called))('is in a spec', () => {
    expect(given).not.toEqual([]);
  });

  const parameters = definition.parameters.flatMap(({ name, variadic, default: value }) => {
    const usual = value === undefined ? undefined : text.slice(value.span.start, value.span.end);
    return variadic || isFlowing(usual) || isElsewhere(called, name.text) ? [] : [{ name: name.text, usual }];
  });
  test.each(parameters)('is given another $name than $usual', ({ name, usual }) => {
    const others = given.flat().filter((each) => each.startsWith(`${name}=`) && each !== `${name}=${usual}`);
    expect(others).not.toEqual([]);
  });
});

test('what is judged elsewhere is there', () => {
  const names = definitions.flatMap(({ name, definition }) => [
    name,
    ...definition.parameters.map((each) => each.name.text),
  ]);
  expect([...elsewhere.keys()].filter((name) => !names.includes(name))).toEqual([]);
});
