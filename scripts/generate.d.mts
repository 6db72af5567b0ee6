/** The types of generate.mjs. */
/** Writes what differs, unless told not to; answers the paths that did. */
export function generate(options: { readonly write: boolean }): Promise<string[]>;
