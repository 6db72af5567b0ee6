/** The types of generate.mjs. */
export function opsIndex(): string;
export function stdIndex(): string;
export function nameTables(): string;
/** Writes what differs, unless told not to; answers the paths that did. */
export function generate(options: { readonly write: boolean }): string[];
