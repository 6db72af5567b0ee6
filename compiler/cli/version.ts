/** The version of this package and where its compiler lies, both in the sources and in dist. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InternalError } from '../diagnostics/types.ts';

interface Package {
  readonly root: string;
  readonly version: string;
}

function packageAt(root: string): Package | undefined {
  const path = join(root, 'package.json');
  if (!existsSync(path)) return undefined;
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof content !== 'object' || content === null || !('name' in content) || !('version' in content))
    return undefined;
  return content.name === 'nnc' ? { root, version: String(content.version) } : undefined;
}

/** The nearest folder above this file that is the package. */
function findPackage(): Package {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const found = packageAt(folder);
    if (found !== undefined) return found;
    if (dirname(folder) === folder) throw new InternalError('the package of nnc is not above its own file');
  }
}

export function packageVersion(): string {
  return findPackage().version;
}

/** The file that `nnc` means in a configuration. */
export function compilerPath(): string {
  return join(findPackage().root, import.meta.url.endsWith('.ts') ? 'compiler/index.ts' : 'dist/compiler.js');
}
