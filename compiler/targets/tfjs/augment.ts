/** `augment`: what training makes of a batch before `forward` sees it. */
import type { Plan } from '../../ir/plan.ts';
import type { Facts } from './facts.ts';
import { frameOf } from './frame.ts';
import { FunctionCode } from './function-code.ts';
import { object } from './layout.ts';
import { entry } from './names.ts';
import { batchParameter, parameter } from './signature.ts';
import { outputs, text } from './training.ts';

export function writeAugment(facts: Facts, plan: Plan): string {
  const frame = frameOf(facts, plan, ['value'], ['n']);
  const code = new FunctionCode(facts, frame, {});
  code.steps(plan.nodes);
  const changed = outputs(plan, 'value').map(({ name, value }) => entry(name, code.ref(value)));
  const head = [
    parameter('k', 'K', true),
    parameter('n', 'N', code.objects.has('n')),
    batchParameter(code.ports, frame, 'Batch'),
  ];
  return text(facts, frame, 'augment', code, head, object(changed));
}
