/** Every op of the registry that has a name in the language can be called by it, as its own samples are. */
import { expect, test } from 'vitest';
import { internalOps } from '../../compiler/language/language-functions.ts';
import { compile } from '../../compiler/compile.ts';
import type { Attr } from '../../compiler/ir/types.ts';
import type { Op, Sample } from '../../compiler/ops/define.ts';
import { registry } from '../../compiler/ops/index.ts';
import { library } from '../library.ts';

const variadic = (op: Op): boolean => op.inputs.some((name) => name.includes('...'));
/** Whether a call may name it; the rest of an op's attributes are the elaborator's and the passes' own. */
const written = (op: Op, name: string): boolean => op.attrs[name]?.internal !== true;
/** Operators alone. */
const words: ReadonlySet<string> = new Set(['and', 'or', 'not']);
const required = (op: Op): number => op.inputs.filter((name) => !/\?$|\.\.\.$/.test(name)).length;

const textOf = (attr: Attr): string =>
  Array.isArray(attr) ? `[${attr.map((item) => textOf(item)).join(', ')}]` : String(attr);

/** A spec that calls the op with what comes in, and with weights where the shape has no batch. */
function specOf(op: Op, { inputs, attrs = {} }: Sample): string {
  const names = inputs.map((_, i) => `x${i}`);
  const lines = inputs.map(({ shape, dtype = 'f32' }, i) =>
    dtype === 'i32' || shape[0] === 'B'
      ? `input x${i}: ${dtype}[${shape.filter((size) => size !== 'B').join(', ')}]`
      : `weight x${i}: [${shape.join(', ')}] init=ones; loss = mean(x${i}^2)`,
  );
  const settings = Object.entries(attrs).filter(([name, attr]) => written(op, name) && attr !== 'all');
  const args = [
    ...(variadic(op) ? [`[${names.join(', ')}]`] : names),
    ...settings.map(([name, attr]) => `${name}=${textOf(attr)}`),
  ];
  const learning = 'weight w: [2] init=ones; loss = mean(w^2); optim sgd';
  return ['input x: f32[2]', ...lines, `predict (${op.name}(${args.join(', ')}))`, learning].join('\n');
}

/** Samples that a spec can write: none of the host, nor what passes set; axes count the batch only in the graph. */
function writable(op: Op): readonly Sample[] {
  return op.samples.filter(
    ({ inputs, attrs = {} }) =>
      inputs.length > 0 &&
      (variadic(op) || inputs.length === required(op)) &&
      inputs.every(({ dtype }) => dtype !== 'f64') &&
      (Object.keys(attrs).length === 0 || inputs.every(({ shape }) => !shape.includes('B'))) &&
      Object.values(attrs).every((attr) => !(Array.isArray(attr) && attr.includes('B'))) &&
      Object.entries(attrs).every(([name, attr]) => written(op, name) || attr === op.attrs[name]?.default),
  );
}

const cases = [...registry.values()]
  .filter(({ name }) => !internalOps.has(name) && !words.has(name))
  .flatMap((op) =>
    writable(op).length > 0 ? [[op.name, writable(op).map((sample) => specOf(op, sample))] as const] : [],
  );

test.each(cases)('%s', (_, texts) => {
  for (const text of texts) {
    const { diagnostics, text: code } = compile({ file: 'call.nn', text }, { version: '0.0.0', library });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(
      errors.map((error) => `${error.code} ${error.message}`),
      text,
    ).toEqual([]);
    expect(code).toBeDefined();
  }
});

test.each([
  ['sort([3, 1, 2])', '[1, 2, 3]'],
  ['argsort([3, 1, 2])', '[1, 2, 0]'],
  ['cumsum([3, 1, 2])', '[3, 4, 6]'],
  ['cumsum([3, 1, 2], reverse=true)', '[6, 3, 2]'],
  ['max([3, 1, 2], axis=0)', '3'],
  ['argmin([3, 1, 2])', '1'],
  ['norm([3, 4])', '5'],
  ['sum(7)', '7'],
])('%s of known numbers is %s', (call, result) => {
  const codeOf = (of: string): string | undefined => {
    const text = `input x: f32[3]; weight w: [3]\nloss = sum(x * w * ${of}); optim sgd`;
    const { text: code } = compile({ file: 'known.nn', text }, { version: '0.0.0', library });
    return code?.replaceAll(/hash: '\w+'|\/\/.*|\/\*[^]*?\*\//g, '');
  };
  expect(codeOf(call)).toBeDefined();
  expect(codeOf(call)).toBe(codeOf(result));
});
