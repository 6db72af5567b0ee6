/** What is known of a value's range without running it: enough to tell probabilities from logits, by theorems alone. */
import type { Attrs, Node, Value } from './types.ts';

export interface Bounds {
  readonly low: number;
  readonly high: number;
  /** Whether the bounds are those of raw data, of which no one asks whether they are logits. */
  readonly data?: boolean;
}

type Of = (value: Value) => Bounds | undefined;

/** The range of a result from the ranges of the inputs, or undefined where nothing is known. */
export function boundsOf(
  op: string,
  inputs: readonly Value[],
  attrs: Attrs,
  of: Of,
  nodeOf: (value: Value) => Node | undefined,
): Bounds | undefined {
  const [x, y, z] = inputs;
  const a = x === undefined ? undefined : of(x);
  const b = y === undefined ? undefined : of(y);
  const c = z === undefined ? undefined : of(z);
  switch (op) {
    case 'const':
      return typeof attrs['value'] === 'number' ? { low: attrs['value'], high: attrs['value'] } : undefined;
    case 'sigmoid':
      return { low: 0, high: 1 };
    case 'log_softmax':
      return { low: -Infinity, high: 0 };
    case 'tanh':
    case 'erf':
    case 'sin':
    case 'cos':
      return { low: -1, high: 1 };
    case 'exp':
      return a === undefined ? { low: 0, high: Infinity } : { low: Math.exp(a.low), high: Math.exp(a.high) };
    case 'relu':
      return { low: Math.max(0, a?.low ?? 0), high: Math.max(0, a?.high ?? Infinity) };
    case 'square':
    case 'softplus':
    case 'sqrt':
      return { low: 0, high: Infinity };
    case 'maximum':
      return {
        low: Math.max(a?.low ?? -Infinity, b?.low ?? -Infinity),
        high: Math.max(a?.high ?? Infinity, b?.high ?? Infinity),
      };
    case 'minimum':
      return {
        low: Math.min(a?.low ?? -Infinity, b?.low ?? -Infinity),
        high: Math.min(a?.high ?? Infinity, b?.high ?? Infinity),
      };
    case 'add':
      return a && b ? { low: a.low + b.low, high: a.high + b.high } : undefined;
    case 'sub': {
      // x ≤ max x ≤ logsumexp x, so x − logsumexp x ≤ 0.
      const subtracted = y === undefined ? undefined : nodeOf(y);
      if (subtracted?.op === 'logsumexp' && subtracted.inputs[0] === x) return { low: -Infinity, high: 0 };
      return a && b ? { low: a.low - b.high, high: a.high - b.low } : undefined;
    }
    case 'where':
      return b && c ? { low: Math.min(b.low, c.low), high: Math.max(b.high, c.high) } : undefined;
    case 'equal':
    case 'not_equal':
    case 'less':
    case 'less_equal':
    case 'greater':
    case 'greater_equal':
    case 'and':
    case 'or':
    case 'not':
      return { low: 0, high: 1 };
    case 'reshape':
    case 'transpose':
    case 'broadcast':
    case 'slice':
    case 'flush':
    case 'stop_gradient':
    case 'max':
    case 'min':
    case 'mean':
      return a === undefined ? undefined : { low: a.low, high: a.high };
    case 'div': {
      const by = b !== undefined && b.low === b.high && b.low > 0 ? b.low : undefined;
      return a && by !== undefined ? { low: a.low / by, high: a.high / by } : undefined;
    }
    case 'mul': {
      if (!a || !b) return undefined;
      const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
      return corners.some(Number.isNaN) ? undefined : { low: Math.min(...corners), high: Math.max(...corners) };
    }
    default:
      return undefined;
  }
}

/** A computed value that always lies within 0..1: the result of a sigmoid, of a softmax. */
export function isProbability(bounds: Bounds | undefined): boolean {
  return bounds !== undefined && bounds.data !== true && bounds.low >= 0 && bounds.high <= 1;
}
