/** Imports a generated file: the very text that `nnc build` writes, with its types taken off. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { clearLeftovers, momentaryFolder } from '../../runtime/node/leftovers.ts';
import { InternalError } from '../diagnostics/types.ts';
import { runtimeUrl } from './version.ts';

/**
 * The text's `nnc/runtime` becomes the runtime of this package, wherever the spec lies: its folder may have no
 * node_modules, or another version in them.
 */
async function toJavaScript(text: string, file: string): Promise<string> {
  const { build } = await import('esbuild');
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

/** The exports of the module. */
export async function loadGenerated(text: string, file: string): Promise<object> {
  const code = await toJavaScript(text, file);
  clearLeftovers(tmpdir(), { ours: false });
  const folder = mkdtempSync(join(tmpdir(), momentaryFolder()));
  try {
    const path = join(folder, 'model.nn.mjs');
    writeFileSync(path, code);
    const loaded: unknown = await import(pathToFileURL(path).href);
    if (typeof loaded !== 'object' || loaded === null) throw new InternalError(`${file} exports nothing`);
    return loaded;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
