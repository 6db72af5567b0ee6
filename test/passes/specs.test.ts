/** Whole models from specs: the optimised graphs mean what the elaborated ones do, and their plans are safe. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { CompileResult, GraphName } from '../../compiler/compile.ts';
import type { Model } from '../../compiler/ir/model.ts';
import type { Graph } from '../../compiler/ir/types.ts';
import { printGraph } from '../../compiler/ir/print.ts';
import { planMemory } from '../../compiler/passes/plan-memory.ts';
import { onlyStep } from '../only-step.ts';
import { trainingGraph } from '../oracle/interpret.ts';
import { expectEqualMeaning } from './agreement.ts';
import { expectSafe } from './machine.ts';

const folder = join(import.meta.dirname, '../../specs');

const classifier = 'input x: f32[6]\ntarget y: class[3]\n';
const texts: readonly (readonly [string, string])[] = [
  ...readdirSync(folder)
    .filter((name) => name.endsWith('.nn'))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const),
  ['one layer', `${classifier}layer dense 3\nloss xent\noptim sgd lr=0.1\n`],
  [
    'smooth activations',
    `${classifier}layer dense 5 gelu; layer dense 4 softplus; layer dense 3\nloss xent smoothing=0.1\noptim adam\n`,
  ],
  [
    'clipped by norm, accumulated',
    `${classifier}layer dense 4 relu; layer dense 3\nloss xent\noptim adam\nclip norm 0.5\naccumulate 4\n`,
  ],
  ['clipped by value', `${classifier}layer dense 3\nloss xent\noptim momentum\nclip value 0.01\n`],
  ['a penalty', `${classifier}layer dense 4 tanh; layer dense 3\nloss xent\npenalty l2 1e-3\noptim adamw lr=1e-3\n`],
  [
    'a frozen layer',
    `${classifier}layer dense 4 tanh as body; layer dense 3 as head\nloss xent\noptim adam\nfreeze body\n`,
  ],
  [
    'dropout between two uses',
    `${classifier}layer dense 4 relu as h; layer dropout 0.3; layer dense 4; it = it + h; layer dense 3\nloss xent\noptim sgd\n`,
  ],
  [
    'two losses',
    'input x: f32[3]\ntarget y: f32[2]\nlayer dense 2 sigmoid as p\nloss mse\nloss mae p y weight=0.5\noptim sgd\n',
  ],
  [
    'rounds within rounds',
    `${classifier}layer dense 4\nrepeat 3 as outer { layer dense 4 tanh\nrepeat 2 { layer dense 4 relu; layer batchnorm } }\nlayer dense 3\nloss xent\noptim adam\n`,
  ],
];

function compiled(name: string, text: string): CompileResult & { readonly model: Model } {
  const { model, ...result } = compile({ file: `${name}.nn`, text }, { version: '0', stages: true });
  if (model === undefined) throw new Error(`${name} is no model`);
  return { ...result, model };
}

function stage({ stages }: CompileResult, graph: GraphName, pass: string): Graph {
  const found = stages.find((candidate) => candidate.graph === graph && candidate.pass === pass)?.result;
  if (found === undefined) throw new Error(`${graph} has no stage ${pass}`);
  return found;
}

describe.each(texts)('%s', (name, text) => {
  const result = compiled(name, text);

  it.each([
    ['training', 'apply-optimizer', (model: Model) => trainingGraph(onlyStep(model))],
    ['evaluation', 'tidy', ({ evaluation }: Model) => evaluation],
    ['inference', 'tidy', ({ inference }: Model) => inference],
  ] as const)('%s keeps its meaning', (graph, last, before) => {
    const after = stage(result, graph, last);
    expectEqualMeaning(before(result.model), after, 1);
    expectSafe(after, 2);
  });

  it('is shown pass by pass as what is written in the end', () => {
    const { program } = result;
    if (program === undefined) throw new Error(`${name} is no program`);
    for (const graph of ['evaluation', 'inference'] as const)
      expect(printGraph(planMemory(stage(result, graph, 'name')))).toBe(printGraph(program[graph]));
  });
});

describe('compile', () => {
  it('is the same function every time', () => {
    const [first, second] = [1, 2].map(() => compiled('a', classifier + 'layer dense 3\nloss xent\noptim adam\n').text);
    expect(first).toBe(second);
  });

  it('answers a mistake with diagnostics alone', () => {
    const { model, text, diagnostics } = compile(
      { file: 'a.nn', text: `${classifier}layer dens 3\nloss xent\n` },
      { version: '0' },
    );
    expect({ model, text }).toEqual({ model: undefined, text: undefined });
    expect(diagnostics.map(({ severity }) => severity)).toContain('error');
  });

  it('takes seconds of the processor at most for ten thousand nodes', { timeout: 120_000 }, () => {
    const layers = Array.from({ length: 220 }, () => 'layer dense 8 gelu').join('\n');
    const text = `${classifier}${layers}\nlayer dense 3\nloss xent\noptim adamw\nclip norm 1\n`;

    const start = process.cpuUsage();
    const { stages } = compiled('deep', text);
    const { user, system } = process.cpuUsage(start);
    const nodes = Math.max(...stages.map(({ result }) => result.nodes.length));
    expect(nodes).toBeGreaterThan(5000);
    expect((user + system) / 1e6).toBeLessThan(15);
  });
});
