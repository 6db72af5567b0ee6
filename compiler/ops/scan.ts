/** A loop over the positions of sequences, which carries values from one turn to the next. */
import type { Type } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred, Tensor } from './define.ts';
import { kindOf, loopOf } from './rules/loop.ts';
import type { Loop } from './rules/loop.ts';
import { concrete, elements, position } from './rules/index-space.ts';
import { nth } from './rules/operands.ts';
import { sameType } from './rules/broadcast.ts';
import { scanVjp } from './rules/scan-vjp.ts';

export const scanOp = defineOp({
  name: 'scan',
  inputs: ['xs...'],
  attrs: {
    carried: { type: 'number', default: 'required' },
    over: { type: 'number', default: 'required' },
    steps: { type: 'number', default: 'required' },
    reverse: { type: 'boolean', default: false },
  },
  bodies: 'loop',
  doc: 'a body run once for each position of sequences, with values that it carries from one to the next',
  infer: (types, attrs, bodies): Inferred => inferScan(types, loopOf({ attrs, bodies })),
  evaluate: (inputs, attrs, outputs, env, bodies) => {
    const loop = loopOf({ attrs, bodies });
    const { carried, over, steps, body } = loop;
    const stacks = outputs.slice(carried).map(({ shape }): Tensor => {
      const sizes = concrete(shape, env.batch);
      return { shape: sizes, data: new Float64Array(elements(sizes)) };
    });
    let now = inputs.slice(0, carried);
    for (let turn = 0; turn < steps; turn++) {
      const at = loop.reverse ? steps - 1 - turn : turn;
      const positions = inputs.slice(carried, carried + over).map((sequence) => position(sequence, at));
      const results = env.run(body, [...now, ...positions, ...inputs.slice(carried + over)]);
      now = results.slice(0, carried);
      for (const [i, result] of results.slice(carried).entries())
        stacks[i]?.data.set(result.data, at * result.data.length);
    }
    return [...now, ...stacks];
  },
  vjp: scanVjp,
  lower: { as: 'loop' },
  elementwise: false,
  internal: true,
  samples: [],
  kinks: [],
  specials: [],
});

function inferScan(types: readonly Type[], loop: Loop): Inferred {
  const { carried, over, steps, body } = loop;
  if (!Number.isInteger(steps) || steps < 1) return { misfit: 'attr', attr: 'steps', why: `it has ${steps} turns` };
  if (body.inputs.length !== types.length)
    return { misfit: 'input', input: types.length, why: `the body takes ${body.inputs.length} values` };
  for (const [i, type] of types.entries()) {
    const wanted = nth(body.inputs, i).value.type;
    const whole = kindOf({ carried, over }, i) === 'sequence' ? { ...wanted, shape: [steps, ...wanted.shape] } : wanted;
    if (!sameType(type, whole)) return { misfit: 'input', input: i, why: 'the body takes a value of another type' };
  }
  const results = body.outputs.map(({ value }) => value.type);
  const changed = types.slice(0, carried).findIndex((type, i) => !sameType(type, results[i]));
  if (changed >= 0) return { misfit: 'input', input: changed, why: 'it is carried on as a value of another type' };
  if (results.some(({ dtype }) => dtype === 'f64'))
    return { misfit: 'attr', attr: 'carried', why: 'a number of the host is carried or stacked' };
  return results.map((type, i) => (i < carried ? type : { ...type, shape: [steps, ...type.shape] }));
}
