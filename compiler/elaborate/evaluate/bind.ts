/** Binds the arguments of a use to the parameters of a def: by position, by name, from defaults; each at its type. */
import type { Argument, Expression, Item, Span } from '../../../grammar/ast.ts';
import { error } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Entry } from '../../language/entry.ts';
import type { ParameterType } from '../../language/types.ts';
import { convert, evaluateArgument } from './argument.ts';
import type { Frame, Operand } from '../frame/context.ts';
import { lookup } from './names.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { report } from '../frame/report.ts';

export interface Use {
  readonly entry: Entry;
  /** Written arguments, and the frame that they are evaluated in. */
  readonly args: readonly Argument[];
  readonly caller: Frame;
  /** The characters that the use is, for what is missing. */
  readonly span: Span;
  /** Values that `from` or a calling expression gives; they meet value parameters in order. */
  readonly inputs: readonly Operand[];
  /** Arguments bound before, by name. */
  readonly bound: ReadonlyMap<string, Datum>;
  /** Whether positional arguments pass over the inputs (a layer's), or fill every parameter in order. */
  readonly inputsApart: boolean;
}

/**
 * Declares every parameter in the callee's scope. False after a mistake; the parameters concerned are then bound to
 * the error value.
 */
export function bindArguments(use: Use, callee: Frame): boolean {
  const { entry, caller } = use;
  let fine = true;
  let misnamed = false;
  const fail = (told: Told, span: Span) => {
    report(told, span, caller, { fault: 'definition' });
    fine = false;
  };

  const given = new Map<string, Argument>();
  for (const arg of use.args) {
    if (arg.name === undefined) continue;
    const name = arg.name.text;
    if (!entry.parameters.some((type) => type.name === name)) {
      misnamed = true;
      const names = entry.parameters.map((type) => type.name);
      fail(say.NN2003.argument({ definition: entry.name, name, near: nearest(name, names), names }), arg.name.span);
    } else if (given.has(name)) {
      fail(say.NN2006.twice({ name }), arg.span);
    } else given.set(name, arg);
  }

  const isInput = (type: ParameterType) =>
    use.inputsApart &&
    type.parameter.default === undefined &&
    !given.has(type.name) &&
    !use.bound.has(type.name) &&
    (type.words.has('value') || type.words.has('logits'));
  const inputs = [...use.inputs];
  const positional = use.args.filter((arg) => arg.name === undefined);
  const settings = entry.parameters.filter(
    (type) => !isInput(type) && !given.has(type.name) && !use.bound.has(type.name),
  );
  const misplaced = use.inputsApart ? positional.filter((arg, i) => isMisplaced(arg, settings[i], caller)) : [];
  const [start, end] = [misplaced[0], misplaced.at(-1)];
  if (start !== undefined && end !== undefined) {
    const text = (spans: readonly { readonly span: Span }[], between: string): string =>
      spans.map(({ span }) => caller.site.source.text.slice(span.start, span.end)).join(between);
    const others = text(
      use.args.filter((arg) => !misplaced.includes(arg)),
      ' ',
    );
    const values = text(
      misplaced.flatMap(({ value }) => (value.type === 'list' ? value.items : [value])),
      ', ',
    );
    fail(say.NN2006.inputs({ definition: entry.name, settings: others, values }), {
      start: start.span.start,
      end: end.span.end,
    });
    for (const type of entry.parameters) callee.scope.declare(type.name, { datum: error, symbols: type.symbols });
    return false;
  }

  for (const type of entry.parameters) {
    let datum: Datum | undefined;
    const named = given.get(type.name);
    const preset = use.bound.get(type.name);
    if (named !== undefined) datum = evaluateArgument(named.value, type, entry, caller, callee);
    else if (preset !== undefined) datum = preset;
    else if (isInput(type)) {
      const taken = type.variadic ? inputs.splice(0) : inputs.splice(0, 1);
      if (taken.length === 0) {
        fail(say.NN2005.value({ definition: entry.name, name: type.name }), use.span);
        datum = error;
      } else if (type.variadic)
        datum = {
          type: 'list',
          items: taken.map((operand) => convert(operand.datum, type, entry, caller, callee, operand.span)),
        };
      else datum = taken[0] === undefined ? error : convert(taken[0].datum, type, entry, caller, callee, taken[0].span);
    } else if (!use.inputsApart && inputs.length > 0) {
      const taken = type.variadic ? inputs.splice(0) : inputs.splice(0, 1);
      const each = taken.map((operand) => convert(operand.datum, type, entry, caller, callee, operand.span));
      datum = type.variadic ? { type: 'list', items: each } : (each[0] ?? error);
    } else if (positional.length > 0) {
      const taken = type.variadic ? positional.splice(0) : positional.splice(0, 1);
      const each = taken.map((arg) => evaluateArgument(arg.value, type, entry, caller, callee));
      datum = type.variadic ? flatten(each) : (each[0] ?? error);
    } else if (type.parameter.default !== undefined) {
      datum = defaultOf(type.parameter.default, type, entry, callee);
    } else {
      // What is missing was probably written under the wrong name.
      if (!misnamed)
        fail(say.NN2005.parameter({ definition: entry.name, name: type.name, usage: usage(entry) }), use.span);
      datum = error;
    }
    if (datum.type === 'error') fine = false;
    if (entry.sort !== 'fn') giveAs(datum, type.name, callee);
    callee.scope.declare(type.name, { datum, symbols: type.symbols });
  }

  for (const arg of positional) {
    const most = entry.parameters.length;
    fail(say.NN2006.arguments({ definition: entry.name, most, usage: usage(entry) }), arg.span);
    break;
  }
  const wanted = entry.parameters.filter(isInput).length;
  // A layer without value parameters takes one value, as `it`.
  const surplus = use.inputsApart && wanted === 0 ? inputs[1] : inputs[0];
  if (surplus !== undefined) fail(say.NN2006.values({ definition: entry.name, most: wanted }), surplus.span);
  return fine;
}

/** Says what the body calls a value that it is given. */
export function giveAs(datum: Datum, name: string, callee: Frame): void {
  const { graph } = callee.run;
  if (datum.type === 'tensor' && callee.word !== '' && graph.owns(datum.value))
    graph.giveAs(datum.value, callee.word, name);
}

/** A value of each example, or a list of such, where a layer takes a setting. */
function isMisplaced(arg: Argument, setting: ParameterType | undefined, caller: Frame): boolean {
  if (setting?.anything === true || setting?.words.has('value') === true) return false;
  // A setting that is required is what was meant.
  if (setting !== undefined && setting.parameter.default === undefined) return false;
  const items = arg.value.type === 'list' ? arg.value.items : [arg.value];
  return items.length > 0 && items.every((item) => isValue(item, caller));
}

function isValue(item: Item, caller: Frame): boolean {
  if (item.type !== 'path' || item.parts.length !== 1) return false;
  const datum = lookup(caller, item.parts[0]?.text ?? '')?.datum;
  return datum?.type === 'tensor' && datum.perExample;
}

/** A default may be an earlier parameter, whose word or `none` it then shares: `stride: size = size`. */
function defaultOf(written: Expression, type: ParameterType, entry: Entry, callee: Frame): Datum {
  const name = written.type === 'path' && written.parts.length === 1 ? written.parts[0]?.text : undefined;
  const earlier = name === undefined ? undefined : callee.scope.own(name)?.datum;
  if (earlier?.type === 'symbol' || earlier?.type === 'none') return earlier;
  return evaluateArgument(written, type, entry, callee, callee);
}

/** A variadic parameter takes several values, or one list of them. */
function flatten(each: readonly Datum[]): Datum {
  const [only] = each;
  return each.length === 1 && only?.type === 'list' ? only : { type: 'list', items: each };
}

/** How the definition is used: `dense units act bias=true`. */
function usage(entry: Entry): string {
  const parts = entry.parameters.map((type) => {
    const value: Expression | undefined = type.parameter.default;
    return value === undefined
      ? type.name
      : `${type.name}=${entry.source.text.slice(value.span.start, value.span.end)}`;
  });
  return [entry.name, ...parts].join(' ');
}
