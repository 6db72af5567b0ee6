/** Hypers: named constants, which a setting overrides and whose range is checked. */
import type { Domain, Statement } from '../../../grammar/ast.ts';
import { asNumber, boolean, describe, error, formatNumber, number } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Frame } from '../frame/context.ts';
import type { Spec } from '../frame/spec.ts';

type Hyper = Extract<Statement, { type: 'hyper' }>;

export function declareHyper(
  statement: Hyper,
  settings: Readonly<Record<string, string>>,
  spec: Spec,
  frame: Frame,
): void {
  const text = statement.name.text;
  const { hypers, reporter } = frame.world;
  const before = hypers.own(text) ?? frame.scope.own(text);
  if (before !== undefined) {
    reporter.report({
      code: 'NN2009',
      site: frame.site,
      span: statement.name.span,
      message: `\`${text}\` is defined twice`,
      ...(before.made === undefined ? {} : { also: [{ ...before.made, text: 'the first is here' }] }),
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
      reporter.report({
        code: 'NN2007',
        site: frame.site,
        span: setting === undefined ? statement.value.span : statement.span,
        message:
          setting === undefined
            ? `a hyper is a number, \`true\` or \`false\`, not ${describe(written)}`
            : `\`${text}\` is set to "${setting}", which is no number`,
      });
    }
    hypers.declare(text, { datum: error, made });
    return;
  }
  hypers.declare(text, { datum, made });
  spec.hypers.push({ name: text, value, set: setting !== undefined });
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
  const fail = (allowed: string) => {
    frame.world.reporter.report({
      code: 'NN2019',
      site: frame.site,
      span: at,
      message: `\`${text}\` is ${formatNumber(value)}${set ? ' by its setting' : ''}, and must be ${allowed}`,
      also: set ? [] : [{ source: frame.site.source, span: domain.span, text: 'its range' }],
    });
  };
  if (domain.type === 'choices') {
    const choices = evaluate({ type: 'list', items: domain.items, span: domain.span }, frame);
    if (choices.type !== 'list') return;
    const numbers = numbersOf(choices.items, 'a choice of a hyper', domain, frame);
    if (numbers === undefined || numbers.includes(value)) return;
    fail(`one of ${numbers.map(formatNumber).join(', ')}`);
    return;
  }
  const bounds = [evaluate(domain.low, frame), evaluate(domain.high, frame)];
  const [low, high] = numbersOf(bounds, 'the range of a hyper', domain, frame) ?? [];
  if (low === undefined || high === undefined) return;
  if (low > high || (domain.scale === 'log' && low <= 0)) {
    frame.world.reporter.report({
      code: 'NN2019',
      site: frame.site,
      span: domain.span,
      message:
        low > high
          ? `the range ${formatNumber(low)}..${formatNumber(high)} holds nothing`
          : 'a logarithmic range begins above 0',
    });
    return;
  }
  if (value < low || value > high) fail(`within ${formatNumber(low)}..${formatNumber(high)}`);
}

/** Undefined where one of them is no number, which is then reported. */
function numbersOf(data: readonly Datum[], what: string, domain: Domain, frame: Frame): readonly number[] | undefined {
  const numbers = data.map(asNumber).filter((each) => each !== undefined);
  if (numbers.length === data.length) return numbers;
  const odd = data.find((datum) => asNumber(datum) === undefined);
  if (odd !== undefined && odd.type !== 'error') {
    frame.world.reporter.report({
      code: 'NN2007',
      site: frame.site,
      span: domain.span,
      message: `${what} is a number, not ${describe(odd)}`,
    });
  }
  return undefined;
}
