/** The fixtures that PyTorch made: specs, what goes into one training step, and what comes out. */
import { readFileSync } from 'node:fs';
import { readSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import type { SavedTensor } from '../../runtime/checkpoint/safetensors.ts';

export type SavedTensors = ReadonlyMap<string, SavedTensor>;

export interface Fixture {
  readonly text: string;
  /** Parameters and states by path, slots as `state/<path>/<slot>`, and `t`. */
  readonly weights: SavedTensors;
  /** One for each micro-batch. */
  readonly batches: readonly SavedTensors[];
  /** In double precision, named as `nnc step` names them. */
  readonly expected: SavedTensors;
  /** All updates of the run, for schedules. */
  readonly updates: number;
}

interface Facts {
  readonly batches: number;
  readonly updates: number;
}

const folder = new URL('fixtures/', import.meta.url);
const packs = new Map<string, SavedTensors>();

/** The names of all cases, as `<sort>/<case>`. */
export const fixtureNames = (): readonly string[] => [...facts.keys()];

export function readFixture(name: string): Fixture {
  const [sort = ''] = name.split('/');
  const { batches, updates } = facts.get(name) ?? { batches: 0, updates: 0 };
  const part = (what: string): SavedTensors => below(`${name.slice(sort.length + 1)}/${what}/`, pack(sort));
  return {
    text: readFileSync(new URL(`${name}.nn`, folder), 'utf8'),
    weights: part('weights'),
    batches: Array.from({ length: batches }, (_, i) => part(`batch-${i}`)),
    expected: part('expected'),
    updates,
  };
}

/** What all cases of a sort are given and give. */
function pack(sort: string): SavedTensors {
  const file = `${sort}.safetensors`;
  const known = packs.get(sort) ?? readSafetensors(readFileSync(new URL(file, folder)), file).tensors;
  packs.set(sort, known);
  return known;
}

const below = (path: string, tensors: SavedTensors): SavedTensors =>
  new Map([...tensors].flatMap(([name, tensor]) => (name.startsWith(path) ? [[name.slice(path.length), tensor]] : [])));

const facts: ReadonlyMap<string, Facts> = new Map(
  Object.entries(readIndex()).flatMap(([sort, cases]) =>
    Object.entries(cases).map(([name, each]) => [`${sort}/${name}`, each]),
  ),
);

type Sorts = Readonly<Record<string, Readonly<Record<string, Facts>>>>;

function readIndex(): Sorts {
  const index: unknown = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'));
  if (!hasSorts(index)) throw new Error('the index of the fixtures cannot be read');
  return index.sorts;
}

function hasSorts(value: unknown): value is { readonly sorts: Sorts } {
  return typeof value === 'object' && value !== null && 'sorts' in value;
}
