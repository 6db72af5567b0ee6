/**
 * Where the elements of a value lie, from how it is made: by theorems alone, whatever the batch holds. It tells
 * probabilities from logits, and proves that a value is finite.
 */
import { registry } from '../ops/index.ts';
import { anything, ofInputs, single } from '../ops/rules/range.ts';
import type { Range, RangeRule } from '../ops/rules/range.ts';
import type { Node, Value } from './types.ts';

export type { Range };

/** What was found of values, so that one that is read often is looked at once. */
export type Ranges = Map<Value, Range>;

/** The range of a value; `known` is added to. Of what nothing makes, nothing is known but what stands there already. */
export function rangeOf(value: Value, producer: (value: Value) => Node | undefined, known: Ranges): Range {
  const makers = new Map<Value, Node | undefined>();
  const open = [value];
  for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
    if (!known.has(at)) {
      const node = makers.has(at) ? makers.get(at) : producer(at);
      makers.set(at, node);
      const unknown = (node?.inputs ?? []).filter((input) => !known.has(input));
      if (unknown.length > 0) {
        open.push(...unknown);
        continue;
      }
      known.set(at, node === undefined ? anything : rangeOfResult(at, node, producer, known));
    }
    open.pop();
  }
  return known.get(value) ?? anything;
}

function rangeOfResult(value: Value, node: Node, producer: (value: Value) => Node | undefined, known: Ranges): Range {
  const op = registry.get(node.op);
  const rule: RangeRule | undefined = op?.range ?? (op?.moves === true ? ofInputs : undefined);
  if (rule === undefined) return anything;
  // A kernel computes in single precision, with numbers of the host too.
  const computed = value.type.dtype === 'f64' ? (range: Range) => range : single;
  const ranges = node.inputs.map((input) => computed(known.get(input) ?? anything));
  return computed(rule({ ranges, node, producer }));
}

/** Whether no element can be NaN or infinite, nor overflow in single precision. */
export function staysFinite(range: Range): boolean {
  const { low, high, nan } = single(range);
  return !nan && low > -Infinity && high < Infinity;
}

/** Whether all elements that are numbers lie within 0..1, as those of a sigmoid or a softmax do. */
export const isProbability = ({ low, high }: Range): boolean => low >= 0 && high <= 1;

export const isSameRange = (a: Range, b: Range | undefined): boolean =>
  b !== undefined && a.low === b.low && a.high === b.high && a.nan === b.nan;
