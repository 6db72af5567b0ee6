/** What a page reads from an address. */
import { UserError } from '../user-error.ts';
import type { RuntimeErrorCode } from '../user-error.ts';

/** A file of the page, or what lies at the address, with its name in messages. */
export async function fetchedBytes(from: File | string | URL): Promise<{ name: string; bytes: Uint8Array }> {
  if (from instanceof File) return { name: from.name, bytes: new Uint8Array(await from.arrayBuffer()) };
  const address = String(from);
  const response = await fetched(from, 'NN4001');
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { name: address.slice(address.lastIndexOf('/') + 1), bytes };
}

/** The answer; where there is none to read, an error of this code. */
export async function fetched(address: string | URL, code: RuntimeErrorCode): Promise<Response> {
  const response = await fetch(address);
  if (response.ok) return response;
  throw new UserError(code, `${String(address)} cannot be read: ${response.status} ${response.statusText}`);
}
