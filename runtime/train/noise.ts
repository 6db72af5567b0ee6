/** Noise: what the runtime draws for each example, and hands to functions as a part of the batch. */
import type { K, Value } from '../kernels/k.ts';
import type { ModelDefinition, Values } from '../model.ts';

/**
 * The batch with all noise of the model but what it has already. It is drawn when it is first asked for, once, from the
 * stream of its name; in a step that has a name, `<step>/` stands before (conventions 5).
 */
export function withNoise({ noise = {} }: ModelDefinition, k: K, batch: Values, rows: number, step?: string): Values {
  const drawn = new Map<string, Value>();
  const whole = { ...batch };
  for (const [name, { shape, distribution }] of Object.entries(noise)) {
    if (Object.hasOwn(batch, name)) continue;
    const get = (): Value => {
      const value = drawn.get(name) ?? k[distribution](step === undefined ? name : `${step}/${name}`, [rows, ...shape]);
      drawn.set(name, value);
      return value;
    };
    Object.defineProperty(whole, name, { enumerable: true, get });
  }
  return whole;
}
