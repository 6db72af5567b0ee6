/** What a page reads from an address. */
import { UserError } from '../user-error.ts';
import type { RuntimeErrorCode } from '../user-error.ts';

/** The answer; where there is none to read, an error of this code. */
export async function fetched(address: string | URL, code: RuntimeErrorCode): Promise<Response> {
  const response = await fetch(address);
  if (response.ok) return response;
  throw new UserError(code, `${String(address)} cannot be read: ${response.status} ${response.statusText}`);
}
