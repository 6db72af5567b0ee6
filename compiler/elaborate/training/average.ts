/** `ema d`: the moving average of a parameter, a slot of its update that follows what the optimizer has written. */
import type { Slot } from '../../ir/model.ts';
import { GraphBuild } from '../../ir/graph-build.ts';
import type { Type, Value } from '../../ir/types.ts';
import type { Ema } from '../frame/spec.ts';

export interface Average {
  readonly slot: Slot;
  /** Its new value. */
  readonly value: Value;
}

/**
 * In the graph of an update whose result is `param`: e ← e + (1−d)·(w − e), with e₀ the weights as they are when averaging begins.
 * That is d·e + (1−d)·w, written so that e is w where w stands still: d and 1−d, each rounded, need not add up to 1.
 */
export function averageOf(
  graph: GraphBuild,
  param: Value,
  taken: ReadonlySet<string>,
  { decay, origin }: Ema,
): Average {
  const { type } = param;
  const name = freeName('ema', taken);
  const before = graph.input('slot', name, type, name);
  const share = graph.apply('const', [], { value: 1 - decay }, undefined, origin);
  const way = graph.apply('sub', [param, before], {}, undefined, origin);
  const part = graph.apply('mul', [share, way], {}, undefined, origin);
  const moved = graph.apply('add', [before, part], {}, undefined, origin);
  // As other slots: denormal numbers cost wasm a hundredfold.
  const value = graph.apply('flush', [moved], {}, `new_${name}`, origin);
  return { slot: { name, shape: type.shape, init: copyOf(type, origin), isAverage: true }, value };
}

/** The initial value: that of the parameter. */
function copyOf({ shape }: Type, origin: Ema['origin']): Slot['init'] {
  const graph = new GraphBuild(origin, 'forward', true);
  const value = graph.input('parameter', 'param', { dtype: 'f64', shape }, 'param');
  return graph.finish([{ role: 'value', name: 'value', value }]);
}

/** A state of the optimizer may be called so. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let i = 1; taken.has(free); i++) free = `${name}_${i}`;
  return free;
}
