/** Paths: the names of scopes, parameters, states and streams, with dots between them: `encoder.3.dense.kernel`. */

/** The path of what has this name in a scope. The outermost scope has no name, nor has a scope within itself. */
export function join(scope: string, name: string): string {
  return scope === '' || name === '' ? `${scope}${name}` : `${scope}.${name}`;
}

/** The scope in which what has this path lies. */
export const scopeOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));

/** Whether a path is that of something in the scope, however deep. */
export const isBelow = (scope: string, path: string): boolean => path.startsWith(`${scope}.`);

/** What is below a scope, by its path within it. */
export const within = (scope: string, path: string): string => path.slice(scope.length + 1);

/** The path as one word for readers: `backbone_dense_1`. */
export const wordOf = (path: string): string => path.replaceAll('.', '_');
