/** Reports mistakes of the text that a frame reads. */
import type { Span } from '../../../grammar/ast.ts';
import type { Told } from '../../diagnostics/say.ts';
import { error } from '../../language/datum.ts';
import type { Datum } from '../../language/datum.ts';
import type { Where } from '../../language/report.ts';
import type { Frame } from './context.ts';

type Rest = Omit<Where, 'site' | 'span'>;

export function report(told: Told, span: Span, frame: Frame, rest: Rest = {}): void {
  frame.world.reporter.report(told, { site: frame.site, span, ...rest });
}

/** The value of what is mistaken, which is told. */
export function mistake(told: Told, span: Span, frame: Frame, rest: Rest = {}): Datum {
  report(told, span, frame, rest);
  return error;
}
