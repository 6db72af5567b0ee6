/** What steps of `prep` say of how ports are read: whose fields are texts, whose may be empty, and who has none. */
import { isTextStep } from './texts/sequences.ts';

interface Step {
  readonly port: string;
  readonly kind: string;
}

export interface Reading {
  /** Ports whose fields stay texts: categories, and what ids are made of. */
  readonly categorical: ReadonlySet<string>;
  /** Ports of numbers whose empty fields are filled: they are read as NaN. */
  readonly imputed: ReadonlySet<string>;
}

export const readingOf = (prep: readonly Step[]): Reading => ({
  categorical: portsOf(prep, (step) => step.kind === 'onehot' || isTextStep(step)),
  imputed: portsOf(prep, ({ kind }) => kind === 'impute'),
});

const portsOf = (prep: readonly Step[], is: (step: Step) => boolean): ReadonlySet<string> =>
  new Set(prep.filter(is).map(({ port }) => port));

/** The input that the step fills as it prepares another: no data has it. */
export function filledOf(step: object): string | undefined {
  if ('mask' in step && typeof step.mask === 'string') return step.mask;
  return 'flag' in step && typeof step.flag === 'string' ? step.flag : undefined;
}

export const filledBy = (prep: readonly object[]): ReadonlySet<string> =>
  new Set(prep.flatMap((step) => filledOf(step) ?? []));
