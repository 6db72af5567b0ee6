/** Imports a generated file: the very text that `nnc build` writes, with its types taken off. */
import { createRequire } from 'node:module';
import { InternalError } from '../diagnostics/types.ts';
import { runtimeUrl } from './version.ts';

/**
 * The text's `nnc/runtime` becomes the runtime of this package, wherever the spec lies: its folder may have no
 * node_modules, or another version in them.
 */
async function toJavaScript(text: string, file: string): Promise<string> {
  // It is CommonJS, whose names an `import` looks for, which takes longer than to run it.
  const { build }: typeof import('esbuild') = createRequire(import.meta.url)('esbuild');
  const result = await build({
    stdin: { contents: text, loader: 'ts', sourcefile: file },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    plugins: [
      {
        name: 'runtime',
        setup: (hooks) => {
          hooks.onResolve({ filter: /^nnc\/runtime/ }, ({ path }) => ({ path: runtimeUrl(path), external: true }));
        },
      },
    ],
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new InternalError(`esbuild made nothing of ${file}`);
  return output.text;
}

/** The exports of the module. It is no file on the way: nothing is left behind, and no disk is needed. */
export async function loadGenerated(text: string, file: string): Promise<object> {
  // The runtime that it imports is loaded while esbuild, a process of its own, is at work.
  const [code] = await Promise.all([toJavaScript(text, file), import(runtimeUrl('nnc/runtime'))]);
  // The name that stands in stack traces; it ends at the first space.
  const named = `${code}\n//# sourceURL=${file.replace(/[^\w./-]/g, '_')}\n`;
  const loaded: unknown = await import(`data:text/javascript;base64,${Buffer.from(named).toString('base64')}`);
  if (typeof loaded !== 'object' || loaded === null) throw new InternalError(`${file} exports nothing`);
  return loaded;
}
