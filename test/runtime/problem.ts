/** What a user is told of data that cannot be read. */
import { UserError } from '../../runtime/user-error.ts';

export function problem(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError)
      return `${error.code} ${error.message}${error.help === undefined ? '' : ` [${error.help}]`}`;
    throw error;
  }
  return 'no error';
}
