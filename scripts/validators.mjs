/** Writes the files `validators.ts`: ajv's checks of what is read from files, so that nothing is compiled at run time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Where schemas lie and their checks go: schema file → the type that a valid value has, from a file beside. */
const places = [
  {
    folder: 'runtime/checkpoint',
    types: './saved-types.ts',
    check: './saved-types.ts',
    schemas: { header: 'Header', manifest: 'Manifest', 'run-state': 'RunState', shards: 'Shards' },
  },
  {
    folder: 'compiler/cli/config',
    types: '../../config.ts',
    check: '../../../runtime/checkpoint/saved-types.ts',
    schemas: { config: 'Config' },
  },
];

/** The text of `validators.ts` in one of the places. */
export function validators({ folder, types, check, schemas } = places[0]) {
  const ajv = new Ajv({ code: { source: true, esm: true, lines: true }, allowUnionTypes: true, allErrors: false });
  const names = {};
  for (const [file, type] of Object.entries(schemas)) {
    const schema = JSON.parse(readFileSync(join(root, folder, `schema/${file}.json`), 'utf8'));
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
    ...(types === check
      ? [`import type { Check, ${Object.values(schemas).sort().join(', ')} } from '${types}';`]
      : [
          `import type { Check } from '${check}';`,
          `import type { ${Object.values(schemas).sort().join(', ')} } from '${types}';`,
        ]),
    code.trim(),
    ...checks.map(([, name, implementation]) => {
      const type = name.slice('check'.length);
      return `export const ${name}: Check<${type}> = ${implementation};`;
    }),
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const place of places) writeFileSync(join(root, place.folder, 'validators.ts'), validators(place));
}
