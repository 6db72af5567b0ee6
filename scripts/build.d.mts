/** The types of build.mjs. */
/** The JavaScript of dist/: the command, the compiler's API and the runtime. */
export function bundle(): Promise<void>;

/** The declarations below dist/types. */
export function declare(): void;
