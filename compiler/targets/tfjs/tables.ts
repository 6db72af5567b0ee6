/** The tables of the emitted file: what is read, what is trained, what layers and optimizers remember. */
import type { Parameter, Port, State } from '../../ir/model.ts';
import type { Origin } from '../../ir/types.ts';
import type { Facts } from './facts.ts';
import type { Initial, Initialisers } from './initialisers.ts';
import type { Line } from './layout.ts';
import { layLines, object } from './layout.ts';
import { property, quoted } from './names.ts';
import { Headings } from './quotes.ts';

/** `image: Value; // f32 [B, 784]`. */
export function writeBatch(ports: readonly Port[]): string {
  const lines = ports.map((port): Line => ({
    code: `readonly ${property(port.name)}: Value;`,
    comment: portText(port),
  }));
  return [
    '/** One batch: what the model reads, and what its loss compares with. */',
    'export type Batch = {',
    layLines(lines),
    '};',
  ].join('\n');
}

function portText({ dtype, shape, classes }: Port): string {
  const type = `${dtype} [${['B', ...shape].join(', ')}]`;
  return classes === undefined ? type : `class[${classes}], ${type}`;
}

/** One entry of a table, and where it comes from. */
export interface Entry extends Initial {
  readonly path: string;
  readonly frozen: boolean;
  readonly origin: Origin | undefined;
}

export const parameterEntry = ({ path, shape, init, frozen, origin }: Parameter): Entry => ({
  path,
  shape,
  graph: init,
  frozen,
  origin,
});
export const stateEntry = ({ path, shape, init, origin }: State): Entry => ({
  path,
  shape,
  graph: init,
  frozen: false,
  origin,
});

/** `export const parameters = { … } as const;`. */
export function writeTable(
  facts: Facts,
  name: string,
  doc: string,
  entries: readonly Entry[],
  keys: ReadonlyMap<string, string>,
  initialisers: Initialisers,
): string {
  if (entries.length === 0) return `/** ${doc} Nothing, here. */\nexport const ${name} = {} as const;`;
  const headings = new Headings(facts.quotes);
  const lines = entries.map((entry): Line => {
    const fields = [
      `path: ${quoted(entry.path)}`,
      `shape: [${entry.shape.join(', ')}]`,
      ...(entry.frozen ? ['frozen: true'] : []),
      `init: ${initialisers.text.get(entry) ?? ''}`,
    ];
    const heading = entry.origin === undefined ? undefined : headings.above(entry.origin);
    return { heading, code: [`${property(keys.get(entry.path) ?? entry.path)}: `, object(fields), ','] };
  });
  return [`/** ${doc} */`, `export const ${name} = {`, layLines(lines), '} as const;'].join('\n');
}
