/** `lora`: a trained pair of thin matrices beside each matrix. Which those are is known when all have been read. */
import type { Command } from '../../../grammar/ast.ts';
import { say } from '../../diagnostics/say.ts';
import { asSelector } from '../../language/selectors.ts';
import type { Frame } from '../frame/context.ts';
import { report } from '../frame/report.ts';
import type { Spec } from '../frame/spec.ts';
import { sourceText } from '../values/misfit.ts';
import { namedArguments, settingNumber } from './settings.ts';

export function loraStatement(command: Command, spec: Spec, frame: Frame): void {
  const named = namedArguments(command, ['rank', 'alpha'], 1, frame);
  const [target] = command.args.filter(({ name }) => name === undefined);
  const selector = target === undefined ? undefined : asSelector(target.value);
  if (target === undefined) report(say.NN2005.adapted(), command.span, frame);
  else if (selector === undefined) {
    report(say.NN2007.adapted({ name: sourceText(frame, target.span) }), target.span, frame);
  }
  const [rank, alpha] = [named.get('rank'), named.get('alpha')];
  if (rank === undefined) report(say.NN2005.rank(), command.span, frame);
  const size = rank && settingNumber(rank, '`rank`', { whole: true, least: 1 }, frame);
  const weight = alpha === undefined ? size : settingNumber(alpha, '`alpha`', { above: 0 }, frame);
  if (selector === undefined || rank === undefined || size === undefined || weight === undefined) return;
  spec.loras.push({ selector, rank: size, alpha: weight, rankSpan: rank.span, frame });
}
