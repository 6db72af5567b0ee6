/**
 * Mutated specs: whatever is written, the compiler answers with diagnostics at the writer's characters, and soon. What it
 * builds means what it says.
 */
import { amount } from '../amounts.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../compiler/compile.ts';
import { render } from '../../compiler/diagnostics/render.ts';
import { std } from '../../grammar/std/index.ts';
import type { Kernels } from '../../runtime/kernels/device.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { diagnose } from '../errors/diagnose.ts';
import { faultOf } from '../random/faults.ts';
import { features } from './features.ts';
import { generator, mutate } from './mutate.ts';

const root = join(import.meta.dirname, '../..');
const count = amount(80, 1_000, 4_000);
/** Of the processor's time, since other work may share the machine; a hang or something quadratic takes far longer. */
const longest = 5_000;
const now = (): number => process.cpuUsage().user / 1000;

const texts = (folder: string): readonly string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.nn'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'));

const page = readFileSync(join(root, 'docs/language.md'), 'utf8');
const examples = [...page.matchAll(/```nn\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

/** A definition of the library becomes a spec of the user's own. */
const specs = [
  ...texts('test/grammar/contract'),
  ...texts('specs'),
  ...std.values(),
  ...examples,
  ...Array.from({ length: 4 }, () => features).flat(),
];

/** The spec, and the files behind lines `+++ name`. */
const filesOf = (text: string): readonly string[] =>
  text.split(/^\+\+\+ /m).map((part, i) => (i === 0 ? part : part.slice(part.indexOf('\n') + 1)));

/** The seeded mutations: the same in every run. */
function mutated(seed: number, from: readonly string[]): string {
  const random = generator(seed);
  return mutate(from[Math.floor(random() * from.length)] ?? '', random, specs);
}

/** What is wrong with the compiler's answer to this text, if anything. */
function complaint(text: string): string | undefined {
  const begin = now();
  try {
    for (const diagnostic of diagnose('model.nn', text)) {
      for (const { source, span } of [diagnostic.primary, ...diagnostic.secondary]) {
        if (span.start < 0 || span.end < span.start || span.end > source.text.length) return 'a label outside the text';
      }
      const message = render(diagnostic);
      // What the writer has not written, a message must not say.
      const slips = ['undefined', 'NaN', '[object', '-->', 'EOF'].filter((slip) => !text.includes(slip));
      const said = `${diagnostic.message} ${diagnostic.help ?? ''}`;
      if (slips.some((slip) => said.includes(slip))) return message;
      if (!filesOf(text).includes(diagnostic.primary.source.text))
        return `the primary label is not the user's: ${message}`;
    }
  } catch (error) {
    return error instanceof Error ? `${error.stack ?? error.message}` : String(error);
  }
  const took = Math.round(now() - begin);
  return took > longest ? `took ${took} ms` : undefined;
}

describe('mutated specs', () => {
  it('mutates, and the same way for the same seed', () => {
    const [a, b] = [generator(1), generator(1)];
    const once = specs.map((text) => mutate(text, a, specs));
    expect(specs.map((text) => mutate(text, b, specs))).toEqual(once);
    expect(once.filter((text, i) => text !== specs[i]).length).toBeGreaterThan(0.9 * specs.length);
  });

  it(`${count} of them give diagnostics and nothing else`, { timeout: 1_800_000 }, () => {
    const found: { readonly text: string; readonly complaint: string }[] = [];
    for (let seed = 1; seed <= count && found.length < 5; seed++) {
      const text = mutated(seed, specs);
      const wrong = complaint(text);
      if (wrong !== undefined) found.push({ text, complaint: wrong });
    }
    expect(found).toEqual([]);
  });

  it('long and deep specs end soon, with a result or a diagnostic', () => {
    const long = Array.from({ length: 20_000 }, (_, i) => `v${i} = ${i === 0 ? 'x' : `v${i - 1}`} + 1`).join('\n');
    const head = 'input x: f32[4]\n';
    const deep = 10_000;
    for (const text of [
      `${head}${long}`,
      `${head}${'layer dense 4\n'.repeat(20_000)}`,
      `${head}it = ${'('.repeat(deep)}x${')'.repeat(deep)}`,
      `${head}it = ${'-'.repeat(deep)}x`,
      `${head}it = x${' + x'.repeat(deep)}`,
      `${head}it = ${'relu('.repeat(deep)}x${')'.repeat(deep)}`,
      `${head}${'block b { '.repeat(deep)}layer dense 3${' }'.repeat(deep)}`,
      `${head}it = x${'[0]'.repeat(deep)}`,
      `${head}hyper a = ${'['.repeat(deep)}`,
    ]) {
      expect(complaint(text), text.slice(0, 80)).toBeUndefined();
    }
  });
});

describe('what is built', () => {
  /** Weights and elements of an example that are interpreted in seconds. */
  const most = 700;
  const seeds = Array.from({ length: amount(12, 100, 1_000) }, (_, i) => i);
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels('wasm');
  });
  afterAll(() => kernels.dispose());

  /** Without files beside them. */
  const alone = features.filter((text) => !text.includes('\n+++ ')).map((text) => text.replaceAll(/^load .*\n/gm, ''));

  /** Trains, and takes no more than seconds. */
  function isSmall(text: string): boolean {
    if (/\bload\b/.test(text)) return false;
    const { model } = check({ file: 'model.nn', text }, {});
    if (model === undefined) return false;
    const sizes = [...model.parameters, ...model.ports].map(({ shape }) => shape.reduce((n, size) => n * size, 1));
    return sizes.reduce((sum, size) => sum + size, 0) <= most && model.phases.some(({ steps }) => steps.length > 0);
  }

  it.each(alone.map((text) => [text.split('\n')[0], text] as const))('%s', { timeout: 120_000 }, async (_, text) => {
    expect(await faultOf(text, kernels)).toBeUndefined();
  });

  it('is right where a mutation leaves no mistake', { timeout: 1_800_000 }, async () => {
    const built = seeds.map((seed) => mutated(seed + 1e6, alone)).filter((text) => isSmall(text));
    expect(built.length).toBeGreaterThan(seeds.length / 50);
    for (const text of built) expect(await faultOf(text, kernels), text).toBeUndefined();
  });
});
