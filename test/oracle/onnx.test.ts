/** What ONNX's node tests say that its operators give: the interpreter, and the kernels on cpu and wasm. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampled } from '../amounts.ts';
import { readSafetensors } from '../../runtime/checkpoint/safetensors.ts';
import type { SavedTensor } from '../../runtime/checkpoint/safetensors.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { exactStep } from '../../runtime/train/exact-step.ts';
import { generate } from '../generated.ts';
import { doubles, interpretStep } from './interpret.ts';

interface Case {
  readonly op: string;
  readonly name: string;
  readonly text: string;
  /** Tensors by number. */
  readonly batch: Readonly<Record<string, string>>;
  readonly weights: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, string>>;
}

interface Fixtures {
  readonly cases: readonly Case[];
  /** Names of node tests, by the reason why there is no spec of them. */
  readonly left: Readonly<Record<string, readonly string[]>>;
}

const folder = new URL('onnx/', import.meta.url);
const { cases, left } = readCases();
const { tensors } = readSafetensors(readFileSync(new URL('fixtures.safetensors', folder)), 'fixtures.safetensors');

function readCases(): Fixtures {
  const fixtures: unknown = JSON.parse(readFileSync(new URL('fixtures.json', folder), 'utf8'));
  if (!hasCases(fixtures)) throw new Error('the fixtures of ONNX cannot be read');
  return fixtures;
}

function hasCases(value: unknown): value is Fixtures {
  return typeof value === 'object' && value !== null && 'cases' in value && 'left' in value;
}

const tensorsOf = (names: Readonly<Record<string, string>>): ReadonlyMap<string, SavedTensor> =>
  new Map(
    Object.entries(names).flatMap(([name, number]) => {
      const tensor = tensors.get(number);
      return tensor === undefined ? [] : [[name, tensor] as const];
    }),
  );

/** Of each number, relative to the greatest there is, up to what rounding makes of it. */
function distance(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  const most = Math.max(1e-2, ...Array.from(wanted, Math.abs).filter(Number.isFinite));
  return Math.max(
    0,
    ...Array.from(wanted, (value, i) => {
      const other = found[i] ?? 0;
      return Object.is(value, other) || value === other ? 0 : Math.abs(value - other) / most;
    }).map((off) => (Number.isNaN(off) ? Infinity : off)),
  );
}

const devices: Kernels[] = [];
beforeAll(async () => {
  for (const backend of ['cpu', 'wasm'] as const) devices.push(await createKernels(backend));
});
afterAll(() => devices.forEach((kernels) => kernels.dispose()));

/** ONNX computes in single precision too, and some of its numbers are written with four digits. */
const tolerance = 2e-4;

const operators = [...new Set(cases.map(({ op }) => op))].toSorted();

describe.each(operators)('%s', (op) => {
  test.each(
    sampled(
      cases.filter((each) => each.op === op),
      3,
    ),
  )('$name', async ({ name, text, batch, weights, expected }) => {
    const { definition, model } = await generate(name, text);
    const given = { weights: tensorsOf(weights), batches: [tensorsOf(batch)] };
    const results: ReadonlyMap<string, { shape: readonly number[]; data: ArrayLike<number> }>[] = [
      interpretStep(model, { weights: doubles(given.weights), batches: given.batches.map(doubles) }),
    ];
    for (const kernels of devices) results.push(await exactStep(definition, { ...given, kernels }));
    for (const [output, wanted] of tensorsOf(expected)) {
      for (const result of results) {
        const found = result.get(output);
        expect(found?.shape, output).toEqual(wanted.shape);
        expect(distance(found?.data ?? [], wanted.data), output).toBeLessThan(tolerance);
      }
    }
  });
});

test('there are specs of most operators', () => {
  expect(operators.length).toBeGreaterThan(140);
  expect(cases.length).toBeGreaterThan(Object.values(left).flat().length);
});
