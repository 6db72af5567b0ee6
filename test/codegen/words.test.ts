/** Names of the emitted file: what the user and definitions say, and what is called after what makes it. */
import { describe, expect, it } from 'vitest';
import { emitted } from './compiled.ts';

const head = 'input x: f32[8]\ntarget y: class[3]\n';
const tail = 'loss xent\noptim sgd lr=0.1\n';

/** The parameters of a function of the file, and the locals of all of them. */
const parametersOf = (text: string, name: string): readonly string[] => {
  const [, list = ''] = new RegExp(`(?:function ${name}|const ${name} = )\\(([^)]*)\\)`).exec(text) ?? [];
  return list.split(',').flatMap((each) => /\w+(?=: Sym)/.exec(each)?.[0] ?? []);
};
const locals = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/^ +const ([^=]+) =/gm)].flatMap(([, bound = '']) => bound.match(/\w+/g) ?? []));

describe('a fused kernel', () => {
  it('speaks in the words of its definition, whatever its caller says', () => {
    const text = emitted(
      `${head}layer dense 5 as mine\nlayer layernorm as theirs\nlayer dense 3 as ours\n${tail}`,
      'm.nn',
    );
    expect(parametersOf(text, 'cost_of_xent')).toEqual(['label', 'logits', 'divisor']);
    expect(parametersOf(text, 'layernorm')).toEqual(['x', 'gamma', 'beta']);
  });

  it('is shared by losses of other values', () => {
    const spec = 'input x: f32[8]\ntarget y: class[3]\ntarget z: class[3]\nlayer dense 5 as h\nlayer dense 3 as a\n';
    const text = emitted(`${spec}layer dense 3 from h as b\nloss xent a y\nloss xent b z\noptim sgd lr=0.1\n`, 'm.nn');
    expect(text.match(/^function cost_of_xent\(/gm)).toHaveLength(1);
    expect(text.match(/k\.map\(cost_of_xent,/g)).toHaveLength(2);
  });
});

describe('the parameters of a kernel', () => {
  const layers = 'layer dense 6\nlayer layernorm\nlayer dense 6 relu\nlayer dropout 0.2\nlayer dense 3\n';
  const text = emitted(
    `${head}${layers}loss xent\noptim adamw lr=lr\nschedule cosine\nhyper lr = 0.1\nmetric accuracy\n`,
    'm.nn',
  );

  it.each([
    ['layernorm_map', 'x gamma beta'],
    ['d_x_of_layernorm', 'x sum_x sum_square_centred gamma d_layernorm'],
    ['d_gamma_terms_of_layernorm', 'x sum_x sum_square_centred d_layernorm'],
    ['d_z_of_dropout', 'z uniform d_dropout'],
    ['cost_of_xent', 'label logits divisor'],
    ['adamw_map', 'param grad m v param_scale lr m_divisor v_divisor'],
    ['adamw_no_decay_map', 'param grad m v lr m_divisor v_divisor'],
  ])('%s are what it is given, values, parameters, cotangents and numbers', (name, order) => {
    expect(parametersOf(text, name)).toEqual(order.split(' '));
  });

  it('that is a single call are as it has them', () => {
    expect(text).toContain('k.map(equal, [accuracy_best, y])');
  });
});

describe('a gradient that parameters have in common', () => {
  const both = 'keep = it\nlayer dense 4 as a\nlayer dense 4 from keep as b\nit = tanh(a + b)\n';
  const entries = (layers: string): ReadonlySet<string> => {
    const text = emitted(`${head}layer dense 4 tanh\n${layers}layer dense 3\n${tail}`, 'm.nn');
    return new Set(text.match(/\b(?:kernel|bias|gamma|beta): d_\w+|\bconst d_\w+ = d_\w+;/g));
  };

  it.each([
    ['by layers side by side', both, ['a', 'b'], 'd_a_bias = d_b_bias'],
    ['by layers side by side in a round', `repeat 2 { ${both} }\n`, ['a', 'b'], 'd_a_kernel = d_b_kernel'],
  ])('%s has a name by each', (_, layers, [one = '', other = ''], line) => {
    const found = entries(layers);
    expect(found).toContain(`const ${line};`);
    for (const own of ['kernel', 'bias'])
      for (const layer of [one, other]) expect(found).toContain(`${own}: d_${layer}_${own}`);
  });

  it('of layers of several sorts has one too', () => {
    const found = entries('keep = it\nlayer batchnorm\nm = it\nlayer dense 4 from keep as b\nit = tanh(m + b)\n');
    for (const entry of ['beta: d_batchnorm_beta', 'bias: d_b_bias']) expect(found).toContain(entry);
    expect(found).toContain('const d_batchnorm_beta = d_b_bias;');
  });
});

describe('a tensor of one number', () => {
  it.each([
    ['zeros', 'zero = k.full([B, 3], 0)'],
    ['ones', 'one = k.full([B, 3], 1)'],
    ['0.25*ones', 'number = k.full([B, 3], 0.25)'],
  ])('of %s is one call', (initial, line) => {
    const scan = `scan x over it with h = ${initial}([3]) { h = tanh(h + x) }\nit = h\n`;
    const text = emitted(`input x: f32[4, 3]\ntarget y: class[3]\n${scan}layer dense 3\n${tail}`, 'm.nn');
    expect(text.split(`\n  const ${line}; // [B, 3]\n`)).toHaveLength(4);
    expect(text).not.toMatch(/\bliteral\b|k\.broadcast/);
  });
});

describe('an update', () => {
  const functions = (optimizer: string, definition = ''): readonly string[] => {
    const text = emitted(
      `${definition}${head}layer dense 4 tanh\nlayer dense 3\nloss xent\noptim ${optimizer}\n`,
      'm.nn',
    );
    return [...text.matchAll(/^function (\w+)\(k: K, \{ p/gm)].map(([, name = '']) => name);
  };

  it.each([
    ['adam', ['adam']],
    ['adamw', ['adamw', 'adamw_no_decay']],
    ['lion decay=0', ['lion']],
    ['adafactor', ['adafactor', 'adafactor_1', 'adafactor_2', 'adafactor_3']],
  ])('by %s is named after what tells it from others', (optimizer, names) => {
    expect(functions(optimizer)).toEqual(names);
  });

  it('with a loop is like no other', () => {
    const looped =
      'def optim looped() {\n  scan row over grad with s = 0 * grad[0] { s = s + row }\n  param <- param - s\n}\n';
    expect(functions('looped', looped)).toEqual(['looped', 'looped_1', 'looped_2', 'looped_3']);
  });

  it('with a loop is like no other of another phase, which may share updates without one', () => {
    const text = emitted(
      `def optim looped(by=1) {
  if rank(param) == 1 { param <- param - grad } else {
    scan row over grad with s = 0 * grad[0] { s = s + row }
    param <- param - by * s
  }
}
${head}layer layernorm as n
layer dense 3 as d
loss xent
optim looped
phase a epochs=1 { unfreeze n }
phase b epochs=1 { optim looped by=2 }
phase c epochs=1 { freeze n; optim looped by=3 }
`,
      'm.nn',
    );
    const called = [...text.matchAll(/^export function update_\w[^]*?^}/gm)].map(([update]) =>
      [...update.matchAll(/\) (\w+)\(k, w/g)].map(([, name]) => name),
    );
    expect(called).toEqual([
      ['looped', 'looped_1'],
      ['looped', 'looped_2'],
      ['looped_3', 'looped'],
    ]);
  });
});

describe('a value', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'has the name of the user, were it that of an op',
      'layer dense 3 as h\nexp = tanh(h) * 3\nlayer dense 3 from exp',
      ['h', 'exp_1'],
    ],
    [
      'has the word of a definition behind where it is',
      'layer lstm 4 from (reshape(x, [4, 2]))\nlayer dense 3',
      ['gates', 'lstm_xs_transposed', 'z_0', 'd_z_3', 'new_c'],
    ],
    [
      'is called after its op, and what that is of',
      'layer dense 4 as h\nlayer batchnorm\nlayer dense 3',
      ['batchnorm_sum_x', 'batchnorm_sigma'],
    ],
    [
      'that is a sum over a number is called the mean of its terms',
      'layer dense 4 as h\nlayer batchnorm\nlayer dense 3',
      ['batchnorm_mean_d_gamma_terms', 'batchnorm_mean_d_batchnorm'],
    ],
    [
      'of a softmax on the way back is the gradient by the logarithm of the shares',
      'it = reshape(x, [4, 2])\nlayer transformer_block 2 4\nlayer flatten\nlayer dense 3',
      ['d_log_p'],
    ],
    ['of a cross-entropy says what is apart from the rest', 'layer dense 3', ['is_top', 'sum_exp_others']],
    [
      'that is a cotangent is called after its value',
      'layer dense 4 tanh as h\nlayer dense 3',
      ['d_h', 'd_h_z', 'd_h_kernel'],
    ],
    [
      'in a round leaves the layer out that it lies in',
      'repeat 3 { layer swiglu 4 }\nlayer dense 3',
      ['u', 'd_u', 'd_gate'],
    ],
    [
      'in a round keeps it where another would be called so too',
      'repeat 3 { layer dense 4 tanh; layer dense 8 tanh; layer rmsnorm as n }\nlayer dense 3',
      ['dense', 'd_dense_z', 'd_dense_1_z', 'd_dense_kernel'],
    ],
    [
      'that a turn was given is told from what it made',
      'layer lstm 4 from (reshape(x, [4, 2]))\nlayer dense 3',
      ['lstm_c_before_all', 'lstm_f_all', 'lstm_h_before_all'],
    ],
    [
      'that is moved says in what form it is there',
      'it = reshape(x, [4, 2])\nlayer dense 5 as u\nlayer lstm 4\nlayer dense 3',
      ['u_transposed', 'lstm_xs_transposed', 'd_u_transposed', 'd_lstm_xs_transposed'],
    ],
    [
      'in another form is said in which, and so is its cotangent',
      'it = reshape(x, [4, 2])\nlayer transformer_block 2 4\nlayer flatten\nlayer dense 3',
      ['', 'd_'].flatMap((d) => ['q', 'query_reshaped'].map((own) => `${d}transformer_block_attention_${own}`)),
    ],
    [
      'in another form takes no name of another layer',
      'it = reshape(x, [4, 2])\nlayer dense 4 tanh\nlayer lstm 5\nlayer dense 3',
      ['dense_transposed', 'dense_1', 'd_dense_transposed'],
    ],
    [
      'that a repeat comes to does not know of how many rounds',
      'repeat 3 { layer swiglu 4 }\nlayer dense 3',
      ['d_repeat'],
    ],
    [
      'that is a part of a gradient, or a term of one, is called so',
      'layer dense 4 as h\nlayer batchnorm as u\nlayer dense 4 as v from h\nb = u + v\nlayer dense 3 from b',
      ['d_h_part', 'd_u_gamma_terms'],
    ],
  ])('%s', (_, layers, words) => {
    const found = locals(emitted(`${head}${layers}\n${tail}`, 'm.nn'));
    expect(words.filter((word) => !found.has(word))).toEqual([]);
  });
});
