/** The loss of a model that knows nothing, where that is a constant: ln K for K classes. */
import type { Session } from './session.ts';

export function expectedLoss(_training: Session): number | undefined {
  return undefined;
}
