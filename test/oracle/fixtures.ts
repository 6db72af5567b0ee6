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

interface Case {
  readonly batches: number;
  readonly updates: number;
}

const folder = new URL('fixtures/', import.meta.url);

/** Names and facts of all cases. */
export function fixtureCases(): readonly (readonly [name: string, facts: Case])[] {
  const index: unknown = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'));
  if (!hasCases(index)) throw new Error('the index of the fixtures cannot be read');
  return Object.entries(index.cases);
}

export function readFixture(name: string, { batches, updates }: Case): Fixture {
  const read = (part: string) => readFileSync(new URL(`${name}/${part}`, folder));
  const tensors = (part: string) => readSafetensors(read(`${part}.safetensors`), part).tensors;
  return {
    text: read('model.nn').toString('utf8'),
    weights: tensors('weights'),
    batches: Array.from({ length: batches }, (_, i) => tensors(`batch-${i}`)),
    expected: tensors('expected'),
    updates,
  };
}

function hasCases(value: unknown): value is { readonly cases: Readonly<Record<string, Case>> } {
  return typeof value === 'object' && value !== null && 'cases' in value;
}
