/** The files `validators.ts`: ajv's checks of what is read from files, so that nothing is compiled at run time. */
import { readFileSync } from 'node:fs';
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
function textOf({ folder, types, check, schemas }) {
  const ajv = new Ajv({ code: { source: true, esm: true, lines: true }, allowUnionTypes: true, allErrors: false });
  const names = {};
  for (const [file, type] of Object.entries(schemas)) {
    const schema = JSON.parse(readFileSync(join(root, folder, `schema/${file}.json`), 'utf8'));
    ajv.addSchema(schema);
    names[`check${type}`] = schema.$id;
  }
  const made = standalone.default(ajv, names);
  const named = /^export const (\w+) = (\w+);$/gm;
  const code = made.replace('"use strict";', '').replace(named, '');
  if (code.includes('require(')) throw new Error('a schema uses a keyword whose check needs a library at run time');
  return [
    '/** Checks of JSON that comes from files: made by `npm run generate` from the schemas of this folder. */',
    '/* eslint-disable */',
    '// @ts-nocheck',
    ...(types === check
      ? [`import type { Check, ${Object.values(schemas).sort().join(', ')} } from '${types}';`]
      : [
          `import type { Check } from '${check}';`,
          `import type { ${Object.values(schemas).sort().join(', ')} } from '${types}';`,
        ]),
    code.trim(),
    ...[...made.matchAll(named)].map(([, name, implementation]) => {
      const type = name.slice('check'.length);
      return `export const ${name}: Check<${type}> = ${implementation};`;
    }),
    '',
  ].join('\n');
}

/** What makes each of them, by its path. */
export const validators = Object.fromEntries(
  places.map((place) => [`${place.folder}/validators.ts`, () => textOf(place)]),
);
