/** What runs inside the browser: the tables of kernels and the hand-written model, on a backend of tfjs. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { Backend } from '../../../runtime/kernels/backends.ts';
import { createKernels } from '../../../runtime/kernels/index.ts';
import { cases } from '../cases.ts';
import {
  batchOf,
  distance as modelDistance,
  eagerSteps,
  parameterNames,
  plainSteps,
  recordedSteps,
  training,
} from '../drive.ts';
import { distance } from '../plain.ts';
import { runEager, runRecorded } from '../run-case.ts';

/** A sentence for each thing that is wrong; every `stride`-th case of the tables is run. `wasm` is tfjs's binary as a URL. */
export async function run(
  backend: Backend,
  stride: number,
  tolerance: number,
  wasm: string,
): Promise<{ ran: number; wrong: string[] }> {
  const names = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'];
  setWasmPaths(Object.fromEntries(names.map((name) => [name, wasm])), true);
  const kernels = await createKernels(backend);
  const wrong: string[] = [];
  let ran = 0;
  const check = (holds: boolean, message: string) => {
    if (!holds) wrong.push(message);
  };
  for (const [i, one] of cases.entries()) {
    if (i % stride !== 0) continue;
    ran++;
    const before = kernels.counters();
    try {
      const eager = await runEager(kernels, one);
      const recorded = await runRecorded(kernels, one);
      check(JSON.stringify(eager) === JSON.stringify(recorded), `${one.name}: eager and recorded differ`);
      one.expected.forEach(({ shape, data }, at) => {
        const result = eager[at];
        check(
          JSON.stringify(result?.shape) === JSON.stringify(shape),
          `${one.name}: shape ${JSON.stringify(result?.shape)}`,
        );
        const far = distance(result?.data ?? [], data);
        check(far < tolerance, `${one.name}: distance ${far}`);
      });
    } catch (error) {
      wrong.push(`${one.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    check(kernels.counters().allocations === before.allocations, `${one.name} keeps memory`);
  }

  const batches = [1, 2].map((seed) => batchOf(11, seed));
  const plain = plainSteps(batches);
  const eager = await eagerSteps(kernels, batches);
  const { steps } = await recordedSteps(kernels, batches);
  check(JSON.stringify(eager) === JSON.stringify(steps), 'the model: eager and recorded differ');
  steps.forEach((step, i) => {
    const expected = plain[i];
    check(
      Math.abs(step.loss - (expected?.loss ?? NaN)) < tolerance,
      `the model: loss ${step.loss}, not ${expected?.loss}`,
    );
    for (const name of parameterNames) {
      for (const kind of ['gradients', 'weights'] as const) {
        const far = modelDistance(step[kind][name], expected?.[kind][name] ?? []);
        check(far < tolerance, `the model: ${kind} of ${name} at a distance of ${far}`);
      }
    }
  });
  kernels.dispose();
  return { ran, wrong };
}

/** What the device is asked for in each step of the model, whose losses are read two steps later. */
export async function callsOfSteps(steps: number): Promise<readonly Readonly<Record<string, number>>[]> {
  const counts = { createBuffer: 0, createBindGroup: 0, createComputePipeline: 0, submit: 0 };
  const count = (prototype: object, name: keyof typeof counts): void => {
    const own: unknown = Reflect.get(prototype, name);
    if (typeof own !== 'function') throw new Error(`there is no ${name}`);
    Reflect.set(prototype, name, function (this: unknown, ...args: unknown[]): unknown {
      counts[name]++;
      return Reflect.apply(own, this, args);
    });
  };
  for (const name of ['createBuffer', 'createBindGroup', 'createComputePipeline'] as const)
    count(GPUDevice.prototype, name);
  count(GPUQueue.prototype, 'submit');
  const kernels = await createKernels('webgpu');
  const trained = await training(kernels, 11);
  const losses: Promise<number>[] = [];
  const calls: Readonly<Record<string, number>>[] = [];
  for (let i = 0; i < steps; i++) {
    const before = { ...counts };
    losses.push(trained.step(batchOf(11, i)));
    await losses[i - 2];
    calls.push(Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, n - Reflect.get(before, name)])));
  }
  await Promise.all(losses);
  trained.dispose();
  kernels.dispose();
  return calls;
}

Object.assign(globalThis, { runKernels: run, callsOfSteps });
