/** What a check of JSON has found, in words. */
import type { Check } from './saved-types.ts';

/** The first error of a check that has failed: where it lies, `it` where that is the whole, and what is wrong there. */
export function misfit({ errors }: Pick<Check<unknown>, 'errors'>): string {
  const [error] = errors ?? [];
  return `${error?.instancePath === '' ? 'it' : (error?.instancePath ?? 'it')} ${error?.message ?? ''}`;
}
