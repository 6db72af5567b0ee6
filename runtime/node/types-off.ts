/** TypeScript that needs nothing but its types taken off. The runtime need not be loaded for it, nor before it. */

/** The text of a generated file as CommonJS. */
export async function withoutTypes(text: string, file: string): Promise<string> {
  const { transform } = await import('esbuild');
  const { code } = await transform(text, {
    loader: 'ts',
    format: 'cjs',
    target: 'node20',
    sourcefile: file,
    logLevel: 'silent',
  });
  return code;
}
