/** What runs inside the browser: the tables of kernels and the hand-written model, on a backend of tfjs. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { Backend } from '../../../runtime/kernels/backends.ts';
import { createKernels } from '../../../runtime/kernels/index.ts';
import { cases } from '../cases.ts';
import { batchOf, distance as modelDistance, eagerSteps, parameterNames, plainSteps, recordedSteps } from '../drive.ts';
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

Object.assign(globalThis, { runKernels: run });
