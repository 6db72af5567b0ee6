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
  new Set(
    [...text.matchAll(/^ +const (?:\[([^\]]+)\]|(\w+)) =/gm)].flatMap(([, many, one]) =>
      (many ?? one ?? '').split(', '),
    ),
  );

describe('a fused kernel', () => {
  it('speaks in the words of its definition, whatever its caller says', () => {
    const text = emitted(
      `${head}layer dense 5 as mine\nlayer layernorm as theirs\nlayer dense 3 as ours\n${tail}`,
      'm.nn',
    );
    expect(parametersOf(text, 'xent_map')).toEqual(['label', 'logits', 'd_log_p']);
    expect(parametersOf(text, 'layernorm')).toEqual(['x', 'gamma', 'beta']);
  });

  it('is shared by losses of other values', () => {
    const spec = 'input x: f32[8]\ntarget y: class[3]\ntarget z: class[3]\nlayer dense 5 as h\nlayer dense 3 as a\n';
    const text = emitted(`${spec}layer dense 3 from h as b\nloss xent a y\nloss xent b z\noptim sgd lr=0.1\n`, 'm.nn');
    expect(text.match(/^function xent_map/gm)).toHaveLength(1);
    expect(text.match(/k\.map\(xent_map,/g)).toHaveLength(2);
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
      ['gates', 'lstm_matmul'],
    ],
    [
      'is called after its op, and what that is of',
      'layer dense 4 as h\nlayer batchnorm\nlayer dense 3',
      ['batchnorm_sum_x', 'batchnorm_sigma'],
    ],
    [
      'that is a cotangent is called after its value',
      'layer dense 4 tanh as h\nlayer dense 3',
      ['d_h', 'd_h_z', 'd_h_kernel'],
    ],
    ['in a round leaves the scope of all out', 'repeat 3 { layer swiglu 4 }\nlayer dense 3', ['u', 'd_u', 'd_gate']],
  ])('%s', (_, layers, words) => {
    const found = locals(emitted(`${head}${layers}\n${tail}`, 'm.nn'));
    expect(words.filter((word) => !found.has(word))).toEqual([]);
  });
});
