/** What holds the tensors of a tfjs device and runs instructions on them, for both modes of `k`. */
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { checkCount } from '../buffer.ts';
import type { Buffer, View } from '../buffer.ts';
import type { Elements, Settings } from '../device.ts';
import { KernelError } from '../error.ts';
import { writes } from '../instruction.ts';
import type { KernelCall } from '../instruction.ts';
import type { DType, Shape } from '../k.ts';
import { execute } from './execute.ts';
import { Scope } from './scope.ts';
import type { Tfjs } from './scope.ts';

export class Machine implements Tfjs {
  readonly name: string;
  readonly backend: KernelBackend;
  readonly #tensors = new Map<Buffer, TensorInfo>();
  readonly #literals = new Map<number, TensorInfo>();

  constructor(name: string, backend: KernelBackend) {
    this.name = name;
    this.backend = backend;
  }

  number(value: number): TensorInfo {
    const known = this.#literals.get(value);
    if (known !== undefined) return known;
    const made = this.#written(Float32Array.of(value), []);
    this.#literals.set(value, made);
    return made;
  }

  /** Runs one instruction; what it overwrites is freed. Gives the number of kernel calls. */
  execute(instruction: KernelCall, numbers: Numbers): number {
    const scope = new Scope(this);
    try {
      const results = execute(scope, instruction, {
        backend: this.name,
        tensor: (own, view) => own.reshape(this.tensor(view.buffer), view.shape),
        scalar: (name) => numbers.scalar(name),
        seed: numbers.seed,
        counter: numbers.counter,
      });
      const kept = results.map((result) => scope.keep(result));
      writes(instruction).forEach(({ buffer }, index) => {
        const result = kept[index];
        if (result !== undefined) this.#put(buffer, result);
      });
    } finally {
      scope.end();
    }
    return scope.calls;
  }

  tensor(buffer: Buffer): TensorInfo {
    const tensor = this.#tensors.get(buffer);
    if (tensor === undefined) throw new KernelError('a value whose memory was released, or of another device');
    return tensor;
  }

  write(buffer: Buffer, shape: Shape, elements: ArrayLike<number>): void {
    checkCount(buffer, elements);
    this.#put(buffer, this.#written(typed(elements, buffer.dtype), shape));
  }

  async read({ buffer, dtype }: View): Promise<Elements> {
    const data = await this.backend.read(this.tensor(buffer).dataId);
    if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array)
      return typed(data, dtype);
    throw new KernelError('a value that is not of numbers');
  }

  free(buffer: Buffer): void {
    const tensor = this.#tensors.get(buffer);
    if (tensor === undefined) return;
    this.#tensors.delete(buffer);
    this.backend.disposeData(tensor.dataId);
  }

  get held(): { readonly bytes: number; readonly allocations: number } {
    const elements = [...this.#tensors.keys()].reduce((sum, buffer) => sum + buffer.elements, 0);
    return { bytes: 4 * elements, allocations: this.#tensors.size };
  }

  dispose(): void {
    for (const tensor of [...this.#tensors.values(), ...this.#literals.values()])
      this.backend.disposeData(tensor.dataId);
    this.#tensors.clear();
    this.#literals.clear();
  }

  /** A copy of the elements on the device. */
  upload(elements: Elements, shape: Shape): TensorInfo {
    return this.#written(elements.slice(), shape);
  }

  #put(buffer: Buffer, tensor: TensorInfo): void {
    this.free(buffer);
    this.#tensors.set(buffer, tensor);
  }

  #written(elements: Elements, shape: Shape): TensorInfo {
    const dtype = elements instanceof Int32Array ? 'int32' : 'float32';
    return { dataId: this.backend.write(elements, [...shape], dtype), shape: [...shape], dtype };
  }
}

/** A copy under the dtype. */
const typed = (elements: ArrayLike<number>, dtype: DType): Elements =>
  dtype === 'int32' ? Int32Array.from(elements) : Float32Array.from(elements);

/** The host's numbers of a run, as tensors. */
export class Numbers implements Settings {
  seed = 0;
  counter = 0;
  readonly #machine: Machine;
  readonly #tensors = new Map<string, TensorInfo>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  setScalar(name: string, value: number): void {
    this.#free(name);
    this.#tensors.set(name, this.#machine.upload(Float32Array.of(value), []));
  }

  setScalars(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.setScalar(name, value);
  }

  setSeed(seed: number): void {
    this.seed = seed;
  }

  setCounter(microBatches: number): void {
    this.counter = microBatches;
  }

  scalar(name: string): TensorInfo {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new KernelError(`the number ${name} was never set`);
    return tensor;
  }

  dispose(): void {
    for (const name of [...this.#tensors.keys()]) this.#free(name);
  }

  #free(name: string): void {
    const tensor = this.#tensors.get(name);
    if (tensor !== undefined) this.#machine.backend.disposeData(tensor.dataId);
    this.#tensors.delete(name);
  }
}
