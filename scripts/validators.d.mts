/** The text of runtime/checkpoint/validators.ts, made from the schemas. */
export function validators(): string;
