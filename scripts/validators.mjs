/** Writes runtime/checkpoint/validators.ts: ajv's checks of what is read from files, so that nothing is compiled at run time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'runtime/checkpoint');

/** Schema file → the type in saved-types.ts that a valid value has. */
const schemas = { header: 'Header', manifest: 'Manifest', 'run-state': 'RunState' };

export function validators() {
  const ajv = new Ajv({ code: { source: true, esm: true, lines: true }, allowUnionTypes: true, allErrors: false });
  const names = {};
  for (const [file, type] of Object.entries(schemas)) {
    const schema = JSON.parse(readFileSync(join(folder, `schema/${file}.json`), 'utf8'));
    ajv.addSchema(schema);
    names[`check${type}`] = schema.$id;
  }
  const code = standalone
    .default(ajv, names)
    .replace('"use strict";', '')
    .replace(/^export const (\w+) = (\w+);$/gm, '');
  if (code.includes('require(')) throw new Error('a schema uses a keyword whose check needs a library at run time');
  const checks = [...standalone.default(ajv, names).matchAll(/^export const (\w+) = (\w+);$/gm)];
  return [
    '/** Checks of JSON that comes from files: made by `node scripts/validators.mjs` from the schemas of this folder. */',
    '/* eslint-disable */',
    '// @ts-nocheck',
    `import type { Check, ${Object.values(schemas).sort().join(', ')} } from './saved-types.ts';`,
    code.trim(),
    ...checks.map(([, name, implementation]) => {
      const type = name.slice('check'.length);
      return `export const ${name}: Check<${type}> = ${implementation};`;
    }),
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(folder, 'validators.ts'), validators());
