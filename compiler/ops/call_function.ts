/** The call of a function: a closed graph, which stands once however often it is called. */
import { InternalError } from '../diagnostics/types.ts';
import { cotangentOf } from '../ir/called.ts';
import type { Attrs, Graph, GraphInput, GraphOutput, Type, Value } from '../ir/types.ts';
import type { Builder } from '../ir/builder.ts';
import { defineOp } from './define.ts';
import type { Inferred, Seed, VjpContext } from './define.ts';
import { stringAttr } from './rules/attributes.ts';
import { sameType } from './rules/broadcast.ts';
import { nth } from './rules/operands.ts';

/**
 * Which pass of its function a call runs: the whole; or, where the function has a backward pass too, one of the two.
 * The forward call gives a token behind its results, which stands for all that the backward pass reads of it. The
 * backward call takes the token, then what the forward call took, then cotangents (the inputs `grad`, the last ones),
 * and gives the outputs `grad`.
 */
export type Pass = 'whole' | 'forward' | 'backward';

const token: Type = { dtype: 'f32', shape: [] };
const tokenValue = { shape: [], data: new Float64Array(1) };

export const call_functionOp = defineOp({
  name: 'call_function',
  inputs: ['xs...'],
  attrs: {
    function: { type: 'string', default: 'required' },
    pass: { type: 'string', default: 'whole' },
    /** The path before those of the parameters and states that it is given, and of streams: `encoder.3`. */
    at: { type: 'string', default: '' },
  },
  bodies: 'function',
  doc: 'the call of a function, made by the compiler',
  infer: (types, attrs, bodies): Inferred => {
    const body = functionOf(bodies);
    const pass = passOf(attrs);
    const { taken, given } = signatureOf(body, pass);
    const longer = types.length > taken.length ? types : taken;
    const input = longer.findIndex((_, i) => !sameType(types[i], taken[i]));
    if (input >= 0) return { misfit: 'input', input, why: `${stringAttr(attrs, 'function')} takes other values` };
    return given;
  },
  evaluate: (inputs, attrs, _, env, bodies) => {
    const body = functionOf(bodies);
    const pass = passOf(attrs);
    const outputs = resultsOf(body, pass);
    const at = stringAttr(attrs, 'at', '');
    switch (pass) {
      case 'whole':
        return env.run(body, inputs, at);
      case 'forward': {
        const nodes = body.nodes.filter(({ section }) => section === 'forward');
        return [...env.run({ ...body, nodes, outputs }, inputs, at), tokenValue];
      }
      case 'backward':
        return env.run({ ...body, outputs }, inputs.slice(1), at);
    }
  },
  vjp,
  lower: { as: 'function' },
  elementwise: false,
  internal: true,
  samples: [],
  kinks: [],
  specials: [],
});

/** The function is differentiated once for each choice of cotangents that are there and that are wanted. */
function vjp({
  b,
  inputs,
  outputs,
  dys,
  attrs,
  bodies,
  wanted,
  extend,
  pullback,
  wordsOf,
}: VjpContext): readonly (Value | null)[] {
  if (dys.every((dy) => dy === null)) return inputs.map(() => null);
  const whole = functionOf(bodies);
  if (passOf(attrs) !== 'whole') throw new InternalError('a pass of a function is inlined before it is differentiated');
  const both = twoPasses(
    b,
    whole,
    dys.map((dy) => dy !== null),
    wanted,
    { pullback, wordsOf },
  );
  const kept = extend([both], { ...attrs, pass: 'forward' }).at(-1);
  if (kept === undefined || kept === outputs.at(-1)) throw new InternalError('a forward call without a token');
  const given = dys.filter((dy) => dy !== null);
  const cotangents = b.applyAll(
    'call_function',
    [kept, ...inputs, ...given],
    { ...attrs, pass: 'backward' },
    undefined,
    [both],
  );
  const names = resultsOf(both, 'backward').map(({ name }) => name);
  return inputs.map((_, i) => cotangents[names.indexOf(cotangentName(i))] ?? null);
}

const made = new WeakMap<Graph, Map<string, Graph>>();

function twoPasses(
  caller: Builder,
  whole: Graph,
  given: readonly boolean[],
  wanted: readonly boolean[],
  { pullback, wordsOf }: Pick<VjpContext, 'pullback' | 'wordsOf'>,
): Graph {
  const known = made.get(whole) ?? new Map<string, Graph>();
  made.set(whole, known);
  const key = [...given, ' ', ...wanted].map((is) => (is === ' ' ? ' ' : Number(is))).join('');
  const before = known.get(key);
  if (before !== undefined) return before;
  const results = whole.outputs.filter((_, i) => given[i]);
  const words = wordsOf(whole.nodes);
  const cotangents = results.map(({ name, value }): GraphInput => ({
    role: 'grad',
    name: `d ${name}`,
    value: { type: value.type, ...cotangentOf(words.of(value)) },
  }));
  const [first] = whole.nodes;
  if (first === undefined) throw new InternalError('an empty function');
  const b = caller.another(first.origin, 'backward');
  const seeds = results.map(({ value }, i): Seed => [value, nth(cotangents, i).value]);
  const wrt = whole.inputs.filter((_, i) => wanted[i]).map(({ value }) => value);
  const pulled = pullback(b, whole.nodes, seeds, wrt);
  const grads = whole.inputs.flatMap(({ value }, i): readonly GraphOutput[] => {
    const cotangent = pulled.cotangents[wrt.indexOf(value)] ?? null;
    return cotangent === null || wanted[i] !== true ? [] : [{ role: 'grad', name: cotangentName(i), value: cotangent }];
  });
  const both: Graph = {
    inputs: [...whole.inputs, ...cotangents],
    nodes: [...pulled.nodes, ...b.nodes],
    outputs: [...whole.outputs, ...grads],
  };
  known.set(key, both);
  return both;
}

/** The cotangent of an input is an output by its position: inputs of several roles may share a name. */
const cotangentName = (input: number): string => `${input}`;

export function functionOf([body]: readonly Graph[]): Graph {
  if (body === undefined) throw new InternalError('a call without a function');
  return body;
}

export function passOf(attrs: Attrs): Pass {
  const pass = stringAttr(attrs, 'pass', 'whole');
  if (pass === 'whole' || pass === 'forward' || pass === 'backward') return pass;
  throw new InternalError(`a function has no pass ${pass}`);
}

interface Signature {
  readonly taken: readonly Type[];
  readonly given: readonly Type[];
}

/** By function and pass: every call of it asks, after every pass of the compiler. */
const signatures = new WeakMap<Graph, Map<Pass, Signature>>();

/** The types of what a call takes, and of what it gives. */
function signatureOf(body: Graph, pass: Pass): Signature {
  const known = signatures.get(body) ?? new Map<Pass, Signature>();
  signatures.set(body, known);
  const before = known.get(pass);
  if (before !== undefined) return before;
  const results = resultsOf(body, pass).map(({ value }) => value.type);
  const signature = { taken: takenBy(body, pass), given: pass === 'forward' ? [...results, token] : results };
  known.set(pass, signature);
  return signature;
}

/** The types of what a call takes. */
function takenBy({ inputs }: Graph, pass: Pass): readonly Type[] {
  const types = (of: readonly GraphInput[]): readonly Type[] => of.map(({ value }) => value.type);
  switch (pass) {
    case 'whole':
      return types(inputs);
    case 'forward':
      return types(inputs.filter(({ role }) => role !== 'grad'));
    case 'backward':
      return [token, ...types(inputs)];
  }
}

/** The outputs of the function that a call gives, in their order. */
export function resultsOf({ outputs }: Graph, pass: Pass): readonly GraphOutput[] {
  switch (pass) {
    case 'whole':
      return outputs;
    case 'forward':
      return outputs.filter(({ role }) => role !== 'grad');
    case 'backward':
      return outputs.filter(({ role }) => role === 'grad');
  }
}
