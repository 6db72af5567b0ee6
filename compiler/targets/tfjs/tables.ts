/** The tables of the emitted file: what is read, what is trained, what layers and optimizers remember. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Noise, Parameter, Port, State } from '../../ir/model.ts';
import type { Origin } from '../../ir/types.ts';
import type { Facts } from './facts.ts';
import type { Initial, Initialisers } from './initialisers.ts';
import type { Doc, Line } from './layout.ts';
import { call, layLines } from './layout.ts';
import { literal } from './literals.ts';
import { property, quoted } from './names.ts';
import { nested, tableDoc, tableLines } from './nested-table.ts';
import { Headings } from './quotes.ts';

/** `image: Value; // f32 [B, 784]`. */
export function writeBatch(ports: readonly (Port | Noise)[]): string {
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

function portText(port: Port | Noise): string {
  if ('distribution' in port) return `noise, f32 [${['B', ...port.shape].join(', ')}]`;
  const { dtype, shape, classes } = port;
  const type = `${dtype} [${['B', ...shape].join(', ')}]`;
  return classes === undefined ? type : `class[${classes}], ${type}`;
}

/** What a model keeps under a path, and where it comes from. */
export interface Entry extends Initial {
  readonly path: string;
  readonly role: 'trained' | 'frozen' | 'state';
  readonly pair?: Parameter['pair'];
  readonly reparam?: Parameter['reparam'];
  readonly balances?: State['balances'];
  readonly origin: Origin;
}

export const parameterEntry = ({ path, shape, init, frozen, pair, reparam, origin }: Parameter): Entry => ({
  path,
  shape,
  graph: init,
  role: frozen ? 'frozen' : 'trained',
  pair,
  reparam,
  origin,
});
export const stateEntry = ({ path, shape, init, balances, origin }: State): Entry => ({
  path,
  shape,
  graph: init,
  role: 'state',
  balances,
  origin,
});

/** The runtime's word for each role. */
const MAKERS = { trained: 'param', frozen: 'frozen', state: 'state' } as const;

/** The table of parameters, and the functions of the runtime that it calls. */
export interface ParameterTable {
  readonly text: string;
  readonly imported: readonly string[];
}

/** `export const parameters = { … } as const;`. */
export function writeParameters(facts: Facts, entries: readonly Entry[], initialisers: Initialisers): ParameterTable {
  const states = entries.some(({ role }) => role === 'state') ? ', and what layers remember' : '';
  const doc = `/** The parameters${states}, with their initial values. */`;
  const table = nested(entries, ({ path }) => facts.memory.get(path) ?? []);
  const lines = tableLines(table, 2, {
    doc: (entry) => {
      const { path, pair, reparam, balances } = entry;
      if (balances !== undefined)
        return call('balanced', [`[${entry.shape.join(', ')}]`, initialText(entry, initialisers), quoted(balances)]);
      const stored = call(MAKERS[entry.role], [`[${entry.shape.join(', ')}]`, initialText(entry, initialisers)]);
      const made = reparam === undefined ? stored : call('reparam', [stored, placeIn(path, reparam)]);
      return pair === undefined ? made : call('adapted', [made, placeIn(path, pair.path), literal(pair.scale)]);
    },
    origin: ({ origin }) => origin,
    headings: new Headings(facts.quotes),
  });
  const head = 'export const parameters = {';
  const text = lines.length === 0 ? `${head}} as const;` : [head, ...lines, '} as const;'].join('\n');
  const plain = entries.filter(({ balances }) => balances === undefined);
  const makers = Object.values(MAKERS).filter((maker) => plain.some(({ role }) => MAKERS[role] === maker));
  const repeats = lines.some((line) => !line.trimStart().startsWith('//') && line.includes('rounds('));
  const pairs = entries.some(({ pair }) => pair !== undefined);
  const reparams = entries.some(({ reparam }) => reparam !== undefined);
  return {
    text: `${doc}\n${text}`,
    imported: [
      ...makers,
      ...(repeats ? ['rounds'] : []),
      ...(pairs ? ['adapted'] : []),
      ...(reparams ? ['reparam'] : []),
      ...(plain.length < entries.length ? ['balanced'] : []),
    ],
  };
}

/** Where something lies within the layer of a weight, so that rounds of a repeat say the same. */
const placeIn = (weight: string, scope: string): string => quoted(scope.slice(weight.lastIndexOf('.') + 1));

function initialText(entry: Entry, { text }: Initialisers): string {
  const initial = text.get(entry);
  if (initial === undefined) throw new InternalError(`${entry.path} has no initial value`);
  return initial;
}

/** The object that `backward` returns: gradients where their parameters are. */
export function gradientTable(gradients: readonly { readonly keys: readonly string[]; readonly text: string }[]): Doc {
  const table = nested(gradients, ({ keys }) => keys);
  return [tableDoc(table, ({ text }) => text, true), ' as const'];
}
