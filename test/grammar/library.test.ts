/** The contract specs and the standard library: they parse, are formatted as they stand, and keep their tree. */
import { describe, expect, it } from 'vitest';
import { standardLibrary } from '../../compiler/language/standard-library.ts';
import type { Definition, Sort, Statement } from '../../grammar/ast.ts';
import { documentationOf } from '../../grammar/documentation.ts';
import { parse } from '../../grammar/parser.ts';
import { print } from '../../grammar/print.ts';
import { std } from '../../grammar/std/index.ts';
import { files, read } from './corpus.ts';
import { withoutPlaces } from './tree.ts';

const isDefinition = (statement: Statement): statement is Definition => statement.type === 'def';

describe.each(files('contract'))('%s', (path) => {
  const text = read(path);
  it('parses, is formatted, and parses to the same tree', () => {
    const { file, problems } = parse(text);
    expect(problems).toEqual([]);
    const formatted = print(file, text);
    const again = parse(formatted);
    expect(again.problems).toEqual([]);
    expect(withoutPlaces(again.file)).toEqual(withoutPlaces(file));
    expect(print(again.file, formatted)).toBe(formatted);
  });
});

/** Which sorts a folder of the library may hold besides functions. */
const sortOf: ReadonlyMap<string, Sort> = new Map([
  ['layers', 'layer'],
  ['losses', 'loss'],
  ['penalties', 'penalty'],
  ['metrics', 'metric'],
  ['optimizers', 'optim'],
  ['initialisers', 'init'],
  ['schedules', 'schedule'],
  ['functions', 'fn'],
  ['reparams', 'reparam'],
  ['augments', 'augment'],
]);

describe.each([...std])('std/%s', (path, text) => {
  const { file, problems } = parse(text);
  const definitions = file.statements.filter(isDefinition);

  it('holds definitions of its folder alone, one of them with its name or idea', () => {
    expect(problems).toEqual([]);
    expect(definitions.length).toBe(file.statements.length);
    expect(definitions.length).toBeGreaterThan(0);
    const sort = sortOf.get(path.split('/')[0] ?? '');
    for (const definition of definitions) expect(['fn', sort]).toContain(definition.sort);
  });

  it('is formatted', () => {
    expect(print(file, text)).toBe(text);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it.each(definitions.map((definition) => [definition.name.text, definition] as const))(
    '%s is documented with an example that parses and is formatted',
    (name, definition) => {
      expect(definition.documentation).toBeDefined();
      const { example } = documentationOf(definition.documentation);
      // A function that another definition of the file is made of needs none.
      if (example === undefined) return expect(definition.sort).toBe('fn');
      const parsed = parse(example);
      expect(parsed.problems).toEqual([]);
      expect(example).toMatch(new RegExp(`\\b${name}\\b`));
      expect(print(parsed.file, example)).toBe(example);
    },
  );
});

describe('the library', () => {
  const all = [...std.values()].flatMap((text) => parse(text).file.statements.filter(isDefinition));
  const names = (sort: Sort): readonly string[] => all.filter((d) => d.sort === sort).map((d) => d.name.text);

  it('knows each definition and its comment before it reads them, and no other', () => {
    const sorted = (heads: readonly (readonly string[])[]) => heads.toSorted((a, b) => (a.join() < b.join() ? -1 : 1));
    const entries = standardLibrary().entries();
    expect(sorted(entries.map(({ sort, name, documentation = '' }) => [sort, name, documentation]))).toEqual(
      sorted(all.map(({ sort, name, documentation = '' }) => [sort, name.text, documentation])),
    );
    for (const { sort, name, definition } of entries)
      expect([definition.sort, definition.name.text]).toEqual([sort, name]);
  });

  it('gives each name once', () => {
    const keys = all.map((definition) => `${definition.sort} ${definition.name.text}`);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });

  it.each([
    ['layer', 'dense conv conv_transpose depthwise_conv separable_conv maxpool avgpool batchnorm layernorm rmsnorm'],
    ['layer', 'groupnorm embedding position_embedding attention rnn lstm gru bidirectional dropout flatten reshape'],
    ['layer', 'transpose pad crop upsample concat add prelu'],
    ['layer', 'instancenorm spatial_dropout alpha_dropout squeeze_excite highway glu sinusoidal_positions'],
    ['layer', 'multi_query_attention transformer_decoder mixture_of_experts'],
    ['fn', 'relu6 leaky_relu elu selu gelu gelu_tanh silu mish softsign hard_sigmoid hard_silu softmax'],
    ['loss', 'xent bce mse mae huber logcosh hinge poisson kl cosine focal infonce triplet ctc'],
    ['loss', 'quantile gaussian_nll contrastive distillation'],
    ['penalty', 'l1 l2 group_l1'],
    ['metric', 'accuracy f1 mae mse r2 rmse perplexity top_k_accuracy precision recall mcc auc'],
    [
      'optim',
      'sgd momentum adagrad adadelta rmsprop adam adamw adamax nadam radam amsgrad lion lamb lars adafactor muon',
    ],
    ['schedule', 'constant cosine linear polynomial exponential step onecycle'],
    ['init', 'zeros ones constant normal truncated_normal uniform glorot_uniform glorot_normal he_uniform he_normal'],
    ['init', 'lecun_uniform lecun_normal orthogonal identity'],
  ] as const)('has every %s of the conventions: %s', (sort, wanted) => {
    const known = names(sort);
    expect(wanted.split(' ').filter((name) => !known.includes(name))).toEqual([]);
  });
});
