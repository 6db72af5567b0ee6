/** Attributes of ops as arguments of a call: axes, shapes, numbers that are known while compiling. */
import { asNumber, asNumbers, describe } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Attr } from '../../ir/types.ts';
import type { AttrSpec, Op } from '../../ops/define.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { sourceText } from '../values/misfit.ts';
import { reportSize } from './sizes.ts';
import { fitsMemory } from '../frame/size-limit.ts';
import { say } from '../../diagnostics/say.ts';
import { report } from '../frame/report.ts';

/** An attribute of an op from an argument; undefined for `none`. */
export function attribute(name: string, spec: AttrSpec, op: Op, operand: Operand, frame: Frame): Attr | 'wrong' {
  const { datum, span } = operand;
  const wrong = (wanted: string): 'wrong' => {
    const facts = { definition: op.name, parameter: name, given: describe(datum) };
    const told =
      datum.type === 'tensor'
        ? say.NN2025.argument({ ...facts, name: sourceText(frame, span) })
        : say.NN2007.argument({ ...facts, wanted, order: [] });
    report(told, span, frame);
    return 'wrong';
  };
  const small = (size: number): 'wrong' => {
    reportSize(size, span, frame);
    return 'wrong';
  };
  if (datum.type === 'none') return undefined;
  const known = asNumber(datum);
  const items = asNumbers(datum);
  const whole = (value: number) => Number.isInteger(value);
  switch (spec.type) {
    case 'number':
      return known ?? wrong('a number');
    case 'size':
      if (known === undefined) return wrong('a number');
      if (!whole(known) || known < 1) return wrong('a whole number, at least 1');
      return fitsMemory([known], span, frame) ? known : 'wrong';
    case 'boolean':
      return known === undefined ? wrong('`true` or `false`') : known !== 0;
    case 'string':
      return datum.type === 'string' ? datum.value : wrong('a string');
    case 'axis':
      return known !== undefined && whole(known) ? known : wrong('one axis');
    case 'axes':
      if (known !== undefined && whole(known)) return [known];
      if (items === undefined || !items.every(whole)) return wrong('an axis or a list of axes');
      return items;
    case 'shape':
      if (known !== undefined && whole(known)) {
        if (known < 1) return small(known);
        return fitsMemory([known], span, frame) ? [known] : 'wrong';
      }
      if (items !== undefined && !fitsMemory(items.map(Math.abs), span, frame)) return 'wrong';
      if (items?.every(whole) !== true) return wrong('a list of whole sizes');
      return items.every((size) => size >= 1 || (size === -1 && spec.hasRest === true))
        ? items
        : small(Math.min(...items));
    case 'permutation':
    case 'numbers':
      return flatNumbers(datum) ?? wrong('a list of numbers');
  }
}

/** `[[1, 1], [0, 2]]` as the ops write it: 1, 1, 0, 2. */
function flatNumbers(datum: Datum): readonly number[] | undefined {
  const known = asNumber(datum);
  if (known !== undefined) return [known];
  if (datum.type !== 'list') return undefined;
  const parts = datum.items.map(flatNumbers);
  const numbers = parts.filter((part) => part !== undefined);
  return numbers.length === parts.length ? numbers.flat() : undefined;
}
