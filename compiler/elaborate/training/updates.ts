/** The update graphs of all parameters: a def is inlined once for each shape, and shared by parameters alike. */
import type { Update } from '../../ir/model.ts';
import type { Node } from '../../ir/types.ts';
import type { Declared } from '../frame/context.ts';
import { decays, updateOf } from './optimizers.ts';
import type { Group } from './optimizers.ts';
import type { Spec } from '../frame/spec.ts';

export class Updates {
  readonly #around: Pick<Spec, 'schedule' | 'ema'>;
  readonly #made = new Map<Group, Map<string, Update | undefined>>();

  /** What surrounds the optimizers of a step. */
  constructor(around: Pick<Spec, 'schedule' | 'ema'>) {
    this.#around = around;
  }

  of(parameter: Declared, group: Group): Update | undefined {
    const alike = this.#made.get(group) ?? new Map<string, Update | undefined>();
    this.#made.set(group, alike);
    const key = `${parameter.shape.join(' ')} ${String(decays(parameter, group))}`;
    if (!alike.has(key)) {
      const update = updateOf(parameter, group, this.#around);
      // A random stream is named by the path, so such an update is its parameter's alone.
      if (update === undefined || !update.graph.nodes.some(isRandom)) alike.set(key, update);
      return update;
    }
    const model = alike.get(key);
    return model === undefined ? undefined : { ...model, parameter: parameter.path };
  }
}

function isRandom(node: Node): boolean {
  return Object.hasOwn(node.attrs, 'stream');
}
