/** Hypers: named constants, which a setting overrides and whose range is checked. */
import type { Domain, Statement } from '../../../grammar/ast.ts';
import { asNumber, boolean, describe, error, number } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { hypersOf } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import type { Spec } from '../frame/spec.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { report } from '../frame/report.ts';

type Hyper = Extract<Statement, { type: 'hyper' }>;

export function declareHyper(
  statement: Hyper,
  { settings, hypers }: { readonly settings: Readonly<Record<string, string>>; readonly hypers: Spec['hypers'] },
  frame: Frame,
): void {
  const text = statement.name.text;
  const scope = hypersOf(frame);
  if (scope === undefined) throw new InternalError('hypers of a file that has none');
  const before = scope.own(text) ?? frame.scope.own(text);
  if (before !== undefined) {
    report(say.NN2009.declared({ name: text }), statement.name.span, frame, {
      also: before.made === undefined ? [] : [{ ...before.made, text: note.first }],
    });
    return;
  }
  const written = frame.world.meaning.evaluate(statement.value, frame);
  const setting = Object.hasOwn(settings, text) ? settings[text] : undefined;
  const datum = setting === undefined ? written : parseSetting(setting, written);
  const value = datum === undefined ? undefined : asNumber(datum);
  const made = { source: frame.site.source, span: statement.span };
  if (datum === undefined || value === undefined) {
    if (written.type !== 'error') {
      if (setting === undefined) report(say.NN2007.hyper({ given: describe(written) }), statement.value.span, frame);
      else report(say.NN2007.setHyper({ name: text, value: setting }), statement.span, frame);
    }
    scope.declare(text, { datum: error, made });
    return;
  }
  scope.declare(text, { datum, made });
  hypers.push({ name: text, value, set: setting !== undefined });
  if (statement.domain !== undefined)
    checkDomain(text, value, setting !== undefined, statement.domain, statement, frame);
}

/** The value of `--set name=value`: a number, a ratio, `true` or `false`. */
function parseSetting(text: string, written: Datum): Datum | undefined {
  const trimmed = text.trim();
  if (trimmed === 'true' || trimmed === 'false') return boolean(trimmed === 'true');
  const parts = trimmed.split('/').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const value = parts.slice(1).reduce((quotient, part) => quotient / part, parts[0] ?? Number.NaN);
  if (!Number.isFinite(value)) return undefined;
  return written.type === 'boolean' && (value === 0 || value === 1) ? boolean(value === 1) : number(value);
}

function checkDomain(text: string, value: number, set: boolean, domain: Domain, statement: Hyper, frame: Frame): void {
  const { evaluate } = frame.world.meaning;
  const at = set ? domain.span : statement.value.span;
  const fail = (told: Told) =>
    report(told, at, frame, {
      also: set ? [] : [{ source: frame.site.source, span: domain.span, text: note.range }],
    });
  if (domain.type === 'choices') {
    const choices = evaluate({ type: 'list', items: domain.items, span: domain.span }, frame);
    if (choices.type !== 'list') return;
    const numbers = numbersOf(choices.items, 'a choice of a hyper', domain, frame);
    if (numbers === undefined || numbers.includes(value)) return;
    fail(say.NN2019.choices({ name: text, value, set, choices: numbers }));
    return;
  }
  const bounds = [evaluate(domain.low, frame), evaluate(domain.high, frame)];
  const [low, high] = numbersOf(bounds, 'the range of a hyper', domain, frame) ?? [];
  if (low === undefined || high === undefined) return;
  if (low > high || (domain.scale === 'log' && low <= 0)) {
    report(low > high ? say.NN2019.empty({ low, high }) : say.NN2019.logarithmic(), domain.span, frame);
    return;
  }
  if (value < low || value > high) fail(say.NN2019.range({ name: text, value, set, low, high }));
}

/** Undefined where one of them is no number, which is then reported. */
function numbersOf(data: readonly Datum[], what: string, domain: Domain, frame: Frame): readonly number[] | undefined {
  const numbers = data.map(asNumber).filter((each) => each !== undefined);
  if (numbers.length === data.length) return numbers;
  const odd = data.find((datum) => asNumber(datum) === undefined);
  if (odd !== undefined && odd.type !== 'error')
    report(say.NN2007.number({ what, given: describe(odd) }), domain.span, frame);
  return undefined;
}
