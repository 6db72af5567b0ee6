/** A fused kernel: a body of elementwise ops, and of reductions along the last axis, over values that broadcast. */
import { InternalError } from '../diagnostics/types.ts';
import type { Graph, Shape } from '../ir/types.ts';
import { defineOp } from './define.ts';
import type { Inferred, Misfit } from './define.ts';
import { broadcastShapes, sameShape, sameType } from './rules/broadcast.ts';

export const mapOp = defineOp({
  name: 'map',
  inputs: ['xs...'],
  attrs: { name: { type: 'string', default: 'none', internal: true } },
  bodies: 'rows',
  doc: 'a fused elementwise kernel, made by the compiler',
  infer: (types, _, bodies): Inferred => {
    const body = bodyOf(bodies);
    const input = types.findIndex((type, i) => !sameType(type, body.inputs[i]?.value.type));
    if (input >= 0) return { misfit: 'input', input, why: 'the body takes a value of another type' };
    const domain = broadcastShapes(types);
    if ('misfit' in domain) return domain;
    return outsideDomain(body, domain) ?? strayColumn(body, domain) ?? body.outputs.map((output) => output.value.type);
  },
  evaluate: (inputs, _, __, env, bodies) => env.run(bodyOf(bodies), inputs),
  vjp: 'none',
  lower: { as: 'fused' },
  elementwise: false,
  internal: true,
  samples: [],
  kinks: [],
  specials: [],
});

/** A result has the shape that the inputs broadcast to, or 1 for its last axis where it does not vary along it. */
function outsideDomain(body: Graph, domain: Shape): Misfit | undefined {
  const column = [...domain.slice(0, -1), 1];
  for (const { value } of body.outputs) {
    const { shape } = value.type;
    if (sameShape(shape, domain) || (domain.length > 0 && sameShape(shape, column))) continue;
    const why = `its result ${value.word} is [${shape.join(', ')}], and the inputs make [${domain.join(', ')}]`;
    return { misfit: 'attr', attr: 'name', why };
  }
  return undefined;
}

/** An arange counts the columns of the domain, which only the inputs make. */
function strayColumn(body: Graph, domain: Shape): Misfit | undefined {
  const width = domain[domain.length - 1];
  const stray = body.nodes.find(({ op, outputs }) => op === 'arange' && outputs[0]?.type.shape[0] !== width);
  if (stray === undefined) return undefined;
  const why = `it counts ${stray.outputs[0]?.type.shape[0]} columns, and the inputs make [${domain.join(', ')}]`;
  return { misfit: 'attr', attr: 'body', why };
}

function bodyOf([body]: readonly Graph[]): Graph {
  if (body === undefined) throw new InternalError('a map without a body');
  return body;
}
