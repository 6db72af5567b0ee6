/** `features`: what the frozen part makes of a batch, from which training and evaluation go on. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Port } from '../../ir/model.ts';
import type { Plan } from '../../ir/plan.ts';
import type { Program } from '../../ir/program.ts';
import type { Facts } from './facts.ts';
import { frameOf } from './frame.ts';
import { FunctionCode } from './function-code.ts';
import { object } from './layout.ts';
import { entry, quoted } from './names.ts';
import { batchParameter, parameter } from './signature.ts';
import { outputs, text } from './training.ts';

export interface FeaturesText {
  readonly text: string;
  /** The features as ports of a batch. */
  readonly ports: readonly Port[];
  /** The inputs that training and evaluation read besides. */
  readonly besides: readonly string[];
}

export function writeFeatures(facts: Facts, plan: Plan): FeaturesText {
  const frame = frameOf(facts, plan, ['value'], ['p', 'n']);
  const memory = { object: 'p', keys: facts.memory };
  const code = new FunctionCode(facts, frame, { parameter: memory, state: memory });
  code.steps(plan.nodes);
  const made = outputs(plan, 'value').map(({ name, value }) => entry(name, code.ref(value)));
  const ports = [...frame.ports].filter(([port]) => code.ports.has(port)).map(([port]) => quoted(port));
  const head = [
    parameter('k', 'K', true),
    parameter('p', 'P', code.objects.has('p')),
    batchParameter(code.ports, frame, `Pick<Batch, ${ports.join(' | ')}>`),
  ];
  return {
    text: text(facts, frame, 'features', code, head, object(made)),
    ports: featurePorts(plan),
    besides: besidesFeatures(facts.program),
  };
}

/** The outputs of the features as ports. */
export const featurePorts = (plan: Plan): readonly Port[] =>
  outputs(plan, 'value').flatMap(({ name, value }): readonly Port[] => {
    const { dtype, shape } = value.type;
    const origin = plan.nodes.find((node) => node.outputs.includes(value))?.origin;
    if (origin === undefined) throw new InternalError(`nothing makes the feature ${name}`);
    const own = shape.slice(1).filter((size) => size !== 'B');
    const type = dtype === 'i32' ? 'i32' : 'f32';
    return [{ name, role: 'input', dtype: type, shape: own, classes: undefined, range: undefined, origin }];
  });

/** The inputs that are read behind the features. */
export function besidesFeatures({ model, training, evaluation }: Program): readonly string[] {
  const read = new Set(
    [...training.map(({ plan }) => plan), evaluation].flatMap(({ inputs }) =>
      inputs.flatMap(({ role, name }) => (role === 'input' ? [name] : [])),
    ),
  );
  return model.ports.filter(({ role, name }) => role === 'input' && read.has(name)).map(({ name }) => name);
}
