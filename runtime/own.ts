/** Records whose keys are a user's names: `constructor` is no entry of an empty one, and `__proto__` may be one of any. */

/** The record's own entry. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Sets an entry; an assignment to `__proto__` would set the prototype. */
export function put<T>(record: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true });
}
