/** Comments of the emitted file: they quote the spec's statements, so that a change in one place stays in its place. */
import { diffLines } from 'diff';
import { describe, expect, it } from 'vitest';
import type { Origin } from '../../compiler/ir/types.ts';
import { Headings, Quotes } from '../../compiler/targets/tfjs/quotes.ts';
import { emitted, specNames, specText } from './compiled.ts';

/** The lines that go and those that come, from one text to another. */
function changes(
  before: string,
  after: string,
): { readonly gone: readonly string[]; readonly come: readonly string[] } {
  const parts = diffLines(before, after);
  const lines = (kind: 'added' | 'removed') =>
    parts.filter((part) => part[kind]).flatMap(({ value }) => value.replace(/\n$/, '').split('\n'));
  return { gone: lines('removed'), come: lines('added') };
}

const hash = /^ {4}hash: '[0-9a-f]{64}',$/;

describe.each(specNames)('comments and blank lines in %s', (name) => {
  const spec = specText(name);
  const said = `# the first\n\n${spec.replace(/(.)$/gm, '$1  # said beside\n\n# said below')}`;

  it('change the hash alone, which stands in the file once', () => {
    const { gone, come } = changes(emitted(spec, 'm.nn'), emitted(said, 'm.nn'));
    expect([...gone, ...come]).toEqual([expect.stringMatching(hash), expect.stringMatching(hash)]);
    expect(emitted(spec, 'm.nn').match(/\b[0-9a-f]{64}\b/g)).toHaveLength(1);
  });
});

it('a comment of gradients leaves rounds what they are', () => {
  const spec = 'input x: f32[4]\ntarget y: f32[4]\nrepeat 3 { layer dense 4 tanh }\nloss mse\noptim sgd\n';
  const { gone, come } = changes(emitted(spec, 'm.nn'), emitted(`# not yet grad(it, x)\n${spec}`, 'm.nn'));
  expect([...gone, ...come]).toEqual([expect.stringMatching(hash), expect.stringMatching(hash)]);
});

describe('a layer inserted into digits', () => {
  const at = 'layer dense 10\n';
  const before = emitted(specText('digits'), 'digits.nn');
  const inserted = specText('digits').replace(at, `layer dense 32 relu as extra\n${at}`);
  const { gone, come } = changes(before, emitted(inserted, 'digits.nn'));

  it('changes the lines of the layer that it feeds', () => {
    expect(gone.filter((line) => !/dense_1|\[128, 10\]/.test(line))).toEqual([expect.stringMatching(hash)]);
    expect(gone).toHaveLength(8);
  });

  it('adds its own', () => {
    const own = /\bextra|_extra|dense_1|\b32\b|^ {4}n\.\w+,$|^ *[}\]]\)?[,;]$/;
    expect(come.filter((line) => !own.test(line))).toEqual([expect.stringMatching(hash)]);
  });
});

describe('a layer more', () => {
  const spec = (layers: string): string =>
    emitted(`input x: f32[4, 8]\ntarget y: f32[4, 8]\n${layers}\nloss mse\noptim sgd lr=0.1\n`, 'm.nn');

  it('in a repeated body changes the lines that speak of what it is fed by, and of the body as a whole', () => {
    const block = 'layer transformer_block 2 8';
    const { gone } = changes(spec(`repeat 2 { ${block} }`), spec(`repeat 2 { ${block}; layer rmsnorm as last }`));
    const own =
      /transformer_block(?!\.(?!shape))|^ {2}k: K,$|^ {2}p: P\[|^ {2}kept: |^\) \{$|^function repeat_backward|^$/;
    expect(gone.filter((line) => !own.test(line))).toEqual([expect.stringMatching(hash)]);
    expect(gone.length).toBeLessThan(40);
  });

  it('of a sort that there are others of changes no function that those share', () => {
    const before = 'layer dense 8 tanh; layer batchnorm';
    const behind = 'layer dense 8 gelu as g\nlayer batchnorm as b\nlayer dense 8 as last';
    const more = 'layer dense 8 relu as u\nlayer batchnorm as v';
    const { gone } = changes(spec(`${before}\n${behind}`), spec(`${before}\n${more}\n${behind}`));
    const fed = /\bg_z\b|\bd_g_kernel\b|d_batchnorm\b|\bbatchnormᵀ|\bd_dense_z\b/;
    const others = gone.filter((line) => !fed.test(line) && !/^import|^\/\*\* layer|^ *transposeA|^$/.test(line));
    expect(others).toEqual([expect.stringMatching(hash)]);
  });
});

/** The origin of what the part of a spec leads to. */
function originOf(spec: string, statement: string): Origin {
  const start = spec.indexOf(statement);
  const span = { start, end: start + statement.length };
  return { source: { file: 'std', text: '' }, span: { start: 0, end: 0 }, line: 1, statement: span, what: 'dense' };
}

const quote = (statement: string): string => new Quotes(`x ${statement} y`).of(originOf(`x ${statement} y`, statement));

describe('a quote', () => {
  it.each([
    ['layer dense 128 relu', 'layer dense 128 relu'],
    ['layer   dense\n\t128\r\n relu', 'layer dense 128 relu'],
    ['it = concat([a, # the first\n  b])', 'it = concat([a, b])'],
    ['f "a # b" # c', 'f "a # b"'],
    ['f "a \\" # b" # c', 'f "a \\" # b"'],
    ['f "a\u2028b"', 'f "a b"'],
    ['f "\u202Eab\u0007"', 'f "\\u202eab\\u0007"'],
    ['f "/* a */"', 'f "/* a * /"'],
    [`f ${'12345678 '.repeat(9)}`, `f ${'12345678 '.repeat(6)}123…`],
    [`fn ${'1234567 '.repeat(9)}`, `fn ${'1234567 '.repeat(7).trim()}…`],
    [`f "${'𝒙'.repeat(80)}"`, `f "${'𝒙'.repeat(56)}…`],
  ])('of %j is %j', (statement, text) => {
    expect(quote(statement)).toBe(text);
  });

  it('of what no statement led to is the word for it', () => {
    expect(new Quotes('').of({ ...originOf('', ''), statement: undefined })).toBe('dense');
  });

  it('stands once above the lines of a statement, and of those of one line each that say the same', () => {
    const spec = 'layer dense 8; layer dense 8; loss; layer dense 8; layer dense 8';
    const [first, second, loss, third, fourth] = [...spec.matchAll(/layer dense 8|loss/g)].map(
      ({ index, 0: text }) => ({
        ...originOf(spec, text),
        statement: { start: index, end: index + text.length },
      }),
    );
    const headings = new Headings(new Quotes(spec));
    const above = [first, second, loss, third, third, fourth].map((origin) => origin && headings.above(origin));
    expect(above).toEqual(['layer dense 8', undefined, 'loss', 'layer dense 8', undefined, 'layer dense 8']);
  });
});

interface Formula {
  readonly line: string;
  readonly name: string;
  /** What the code says that it computes, and what the comment says. */
  readonly computed: string;
  readonly said: string | undefined;
}

/** Products and sums on one line that make a gradient, as they are read in the text; what is said stands behind or above. */
function formulas(text: string): readonly Formula[] {
  const written = /^ *const (d_\w+) = k\.(matmul|sum)\((.*)\);(?: \/\/ (?:\[[^\]]*\])?(?: ?= (.*))?)?$/;
  const lines = text.split('\n');
  return lines.flatMap((line, i): readonly Formula[] => {
    const [, name, method, code = '', behind] = written.exec(line) ?? [];
    const said = behind ?? /^ *\/\/ \[[^\]]*\] = (.*)$/.exec(lines[i - 1] ?? '')?.[1];
    if (name === undefined) return [];
    const rows = code.includes('k.reshape(');
    const [a = '', b = ''] = code
      .replace(/k\.reshape\(([^,]*), \[[^\]]*\]\)/g, '$1')
      .replace(/ ?\{.*$/, '')
      .split(/, ?/)
      .map((operand) => operand.replace(/^(?:kept|p(?:\.\w+)*)\./, ''));
    const [left, right] = [/transposeA: true/, /transposeB: true/].map((flag) => (flag.test(code) ? 'ᵀ' : ''));
    const computed = method === 'sum' ? `Σ ${a}` : `${rows ? 'Σ ' : ''}${a}${left} ${b}${right}`;
    return [{ line, name, computed, said }];
  });
}

const OWN_LOSSES = `def loss first(z = it, y = target) {
  # ∂cost/∂z = sigmoid(z)
  it = softplus(z) + 0 * y
}
def loss second(z = it, y = target) {
  it = softplus(z) - y * z  # ∂cost/∂z = sigmoid(z) − y
}
def loss third(z = it, y = target) {
  # ∂cost/∂z = 0
  it = 0 * z * y
}
`;

describe('the emitted file', () => {
  const spec = (layers: string): string =>
    `input x: f32[2]\ntarget y: f32[1]\n${layers}\nlayer dense 1\nloss mse\noptim sgd lr=0.1\n`;

  it('quotes the statement of the spec where a definition of its own stands behind it', () => {
    const own = 'def layer twice(units) {\n  layer dense units relu\n  layer dense units relu\n}\n';
    const text = emitted(own + spec('layer twice 3 as both'), 'm.nn');
    expect(text.match(/\n {2}\/\/ layer .*/g)?.slice(0, 2)).toEqual([
      '\n  // layer twice 3 as both',
      '\n  // layer dense 1',
    ]);
  });

  it('quotes a statement within a block, and once for all of its repetitions', () => {
    const text = emitted(spec('block tower { repeat 3 {\n layer dense 2 relu\n} }'), 'm.nn');
    const [, round = ''] = /function repeat_forward([\s\S]*?)\n}/.exec(text) ?? [];
    const [, forward = ''] = /export function forward([\s\S]*?)\n}/.exec(text) ?? [];
    expect(round.match(/\/\/ .*(?:layer|repeat).*/g)).toEqual(['// layer dense 2 relu']);
    expect(forward.match(/\/\/ .*(?:layer|repeat).*/g)).toEqual([
      '// repeat 3 { layer dense 2 relu }',
      '// layer dense 1',
    ]);
  });

  it.each([
    ['a product by its first factor', 'layer dense 3 relu', 'd_dense = d_mse_error kernelᵀ'],
    ['a product by its second factor', '', 'd_dense_kernel = xᵀ d_mse_error'],
    ['a product by what was kept', 'layer dense 3 relu', 'd_dense_1_kernel = denseᵀ d_mse_error'],
    ['a bias', '', 'd_dense_bias = Σ d_mse_error'],
    ['a product within a round', 'repeat 3 { layer dense 2 relu }', 'd_kernel = xᵀ d_z'],
    ['a bias within a round', 'repeat 3 { layer dense 2 relu }', 'd_bias = Σ d_z'],
    ['what a round is given', 'repeat 3 { layer dense 2 relu }', 'd_x = d_z kernelᵀ'],
    ['a product within a turn of a loop', 'it = reshape(x, [2, 1])\nlayer rnn 3', 'd_h_part = d_sum recurrentᵀ'],
    ['a bias over all turns', 'it = reshape(x, [2, 1])\nlayer rnn 3', 'd_rnn_bias = Σ d_rnn_xs_transposed'],
  ])('says the derivative of %s as a formula', (_, layers, formula) => {
    expect(formulas(emitted(spec(layers), 'm.nn')).map(({ name, said }) => `${name} = ${said}`)).toContain(formula);
  });

  it('says it of a product of the rows of all turns, where a call ends that takes several lines', () => {
    const text = emitted(spec('it = reshape(x, [2, 1])\nlayer rnn 3'), 'm.nn');
    expect(text).toContain('\n  ); // [3, 3] = Σ rnn_h_before_allᵀ d_rnn_xs_transposed\n');
  });

  it.each(specNames)('says as formulas what the lines of %s compute', (name) => {
    const said = formulas(emitted(specText(name), 'm.nn'));
    expect(said.length).toBeGreaterThan(0);
    for (const { line, computed, said: formula } of said) expect(formula, line).toBe(computed);
  });

  it.each([
    [
      'of one sort',
      'layer dense 3 relu',
      '/** Initial values: glorot_uniform, scale = sqrt(6 / (fan_in + fan_out)). */',
    ],
    [
      'of several sorts in one function',
      'layer dense 3 relu init=he_uniform',
      '/**\n * Initial values:\n * he_uniform, scale = sqrt(6 / fan_in).\n * glorot_uniform, scale = sqrt(6 / (fan_in + fan_out)).\n */',
    ],
    [
      'of a definition of the own',
      'def init tiny = 1 / (9 * fan_in) * uniform(shape)  # small\nlayer dense 3 init=tiny',
      '/** Initial values: tiny, 0.05555555555555555 = 1 / (9 * fan_in). */',
    ],
    ['that is a number and nothing else', 'layer dense 3 init=normal(std=0.1)', '/** Initial values: normal. */'],
  ])('says of initial values %s what their numbers are', (_, layers, doc) => {
    expect(emitted(spec(layers), 'm.nn')).toContain(`\n${doc}\nfunction `);
  });

  it('says no formula of a product that goes on to apply a function', () => {
    const layers = 'layer dense 4\nit = mean(it, axis=0)\nlayer dense 1';
    const text = emitted(`input x: f32[3, 2]\ntarget y: f32[1]\n${layers}\nloss mse\noptim sgd lr=0.1\n`, 'm.nn');
    expect(text).toMatch(/ \/\/ \[B, 4\]\n {2}const d_\w+ = k\.matmul\(.*act: |k\.matmul\(.*act: .* \/\/ \[B, 4\]\n/);
    expect(text).not.toContain('undefined');
  });

  it('quotes over another form of a value the statement that reads it so, whatever the kernel does besides', () => {
    const [, evaluate = ''] = /export function evaluate([\s\S]*?)\n}/.exec(emitted(specText('digits'), 'm.nn')) ?? [];
    expect(evaluate).toMatch(
      /\n {2}\/\/ metric f1 average=macro\n {2}const accuracy_best_1 = k\.reshape\(accuracy_best, /,
    );
  });

  it('says of a kernel that it makes the gradient too', () => {
    expect(emitted(spec('layer dense 3'), 'm.nn')).toContain('\n/** loss mse, with its gradient */\n');
  });

  it.each([
    ['library', '', 'bce', 'bce', '∂bce/∂logits = sigmoid(logits) − y'],
    ['own', OWN_LOSSES, 'second', 'second', '∂cost/∂z = sigmoid(z) − y'],
  ])('says of it the derivative that a definition of the %s says', (_, definitions, loss, quote, formula) => {
    const text = emitted(`${definitions}${spec('layer dense 3').replace('loss mse', `loss ${loss}`)}`, 'm.nn');
    expect(text).toContain(`\n/**\n * loss ${quote}, with its gradient\n * ${formula}\n */\nfunction `);
    expect(text.match(/∂/g)).toHaveLength(2);
  });
});
