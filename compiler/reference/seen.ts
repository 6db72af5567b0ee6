/** What a definition sees besides its parameters and its own names: the words of a formula that nothing on its page defines. */
import type { Sort } from '../../grammar/ast.ts';
import type { SeenRow } from './page.ts';

/** By the sort of the definition, each name with what it stands for. */
const seen: Readonly<Record<Sort, Readonly<Record<string, string>>>> = {
  layer: {
    it: 'the value that comes in, then what each line makes of it; the last one is the result',
    in: 'the size of the last axis of the value that comes in',
    training: 'true in training, false in evaluation and in a frozen layer',
  },
  loss: {
    it: 'the cost, of which the mean over the batch and over all axes that are left is taken',
    target: 'the only target',
  },
  metric: {
    it: 'what is measured, of which the mean over all rows that are evaluated is reported',
    target: 'the only target',
  },
  penalty: {
    it: 'what is summed over all its numbers, and over all parameters that the penalty reaches',
    param: 'a parameter',
  },
  optim: {
    param: 'the parameter that is updated',
    at: 'the point at which the gradient is taken once more, for the lines below',
    grad: 'its gradient, after clipping',
    grad_norm: 'the norm of all gradients of the step',
    lr: 'the argument, times the schedule',
    t: 'the number of the update, from 1',
    decays: '1 where weight decay reaches the parameter, 0 for one of a single axis that no selector names',
  },
  schedule: {
    it: 'the factor of the learning rate',
    t: 'the number of the update, from 1',
    T: 'the number of all updates',
    W: 'the updates of the warm-up, in which the factor is t/W',
    u: 'how far the run is after the warm-up, from 0 to 1',
  },
  init: {
    it: 'the value that the weight starts as',
    shape: 'the shape of the weight',
    fan_in: 'how many numbers an output is made of: the sizes of all axes but the last, multiplied',
    fan_out: 'how many outputs a number goes into: the sizes of all axes but the last two, multiplied, times the last',
  },
  fn: { it: 'what each line makes it; the last one is the result' },
  reparam: {
    it: 'the weight as it is stored, then what each line makes of it; the last one is what the layer reads',
    training: 'true in training, false in evaluation and where the weight is frozen',
  },
  augment: {
    it: 'the input of an example, then what each line makes of it; the last one is what is trained on',
    target: 'the only target',
  },
};

/** Those that the lines of a formula hold. */
export function seenBy(sort: Sort, formula: readonly string[]): readonly SeenRow[] {
  const text = formula.join('\n').replaceAll(', in turn', '');
  return Object.entries(seen[sort])
    .filter(([name]) => new RegExp(`(?<![.\\w])${name}\\b`).test(text))
    .map(([name, meaning]) => ({ name, meaning }));
}
