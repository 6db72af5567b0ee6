/** `k` on WebGPU, line by line. */
import { KernelError } from '../error.ts';
import type { Ends } from '../ends.ts';
import { isView } from '../instruction.ts';
import type { KernelCall } from '../instruction.ts';
import { MemoryEager } from '../memory/eager.ts';
import type { Owner } from '../memory/kernels.ts';
import { behind, dispatch, placesOf } from './dispatch.ts';
import type { Gpu } from './gpu.ts';
import { placesBytes } from './gpu.ts';
import { kernelsOf } from './kernels.ts';
import { Numbers } from './numbers.ts';

export class GpuEager extends MemoryEager<number> {
  readonly #owner: Owner<number>;
  readonly #gpu: Gpu;
  readonly #numbers: Numbers;
  readonly #places: GPUBuffer;
  #group: { readonly generation: number; readonly group: GPUBindGroup } | undefined;

  constructor(owner: Owner<number>, gpu: Gpu, ends: Ends | undefined, onDispose: () => void) {
    super(owner, ends, onDispose);
    this.#owner = owner;
    this.#gpu = gpu;
    this.#numbers = new Numbers(gpu);
    this.#places = gpu.uniform(placesBytes);
  }

  setScalar(name: string, value: number): void {
    this.checkAlive();
    this.#numbers.setScalar(name, value);
  }

  setSeed(seed: number): void {
    this.checkAlive();
    this.#numbers.setSeed(seed);
  }

  setCounter(microBatches: number): void {
    this.checkAlive();
    this.#numbers.setCounter(microBatches);
  }

  protected run(call: KernelCall): void {
    for (const kernel of kernelsOf(call)) {
      const places = placesOf([kernel], (operand) =>
        behind(isView(operand) ? this.#owner.placeOf(operand.buffer) : this.#numberAt(operand.scalar), operand),
      );
      this.#numbers.send();
      this.#gpu.writeUniform(this.#places, places);
      this.#gpu.run([dispatch(this.#gpu.pipeline(kernel.code), kernel)], this.#bound());
      this.#gpu.flush();
    }
  }

  protected close(): void {
    this.#numbers.dispose();
    this.#places.destroy();
  }

  #numberAt(name: string): number {
    if (!this.#numbers.has(name)) throw new KernelError(`the number ${name} was never set`);
    return this.#numbers.add(name);
  }

  #bound(): GPUBindGroup {
    const { generation } = this.#gpu;
    if (this.#group?.generation !== generation) {
      this.#group = { generation, group: this.#gpu.group(this.#places, this.#numbers.buffer) };
    }
    return this.#group.group;
  }
}
