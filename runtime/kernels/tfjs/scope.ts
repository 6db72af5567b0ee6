/** Calls tfjs's kernels directly (no engine, no tape), and frees what they made when it ends. */
import { Tensor, getKernel, util } from '@tensorflow/tfjs-core';
import type { KernelBackend, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import { KernelError } from '../error.ts';
import type { Compose } from '../scalar/primitive.ts';
import { broadcastShapes } from '../shapes.ts';

export interface Tfjs {
  readonly name: string;
  readonly backend: KernelBackend;
  /** A number as a tensor that lasts as long as the device. */
  number(value: number): TensorInfo;
}

/** tfjs's kernels take named inputs, or (Concat) a list. */
type Inputs = Readonly<Record<string, TensorInfo>> | readonly TensorInfo[];

export class Scope implements Compose {
  readonly #tfjs: Tfjs;
  readonly #made = new Set<TensorInfo>();
  calls = 0;

  constructor(tfjs: Tfjs) {
    this.#tfjs = tfjs;
  }

  /** The first of what a kernel gives. */
  call(kernel: string, inputs: Inputs, attrs: NamedAttrMap = {}): TensorInfo {
    const [info] = this.results(kernel, inputs, attrs);
    if (info === undefined) throw new KernelError(`${kernel} gave nothing`);
    return info;
  }

  results(kernel: string, inputs: Inputs, attrs: NamedAttrMap): readonly TensorInfo[] {
    const { name, backend } = this.#tfjs;
    const config = getKernel(kernel, name);
    if (config === undefined || config === null) throw new KernelError(`the backend ${name} has no kernel ${kernel}`);
    if (!isInputs(inputs)) throw new KernelError(`${kernel} without inputs`);
    this.calls++;
    const answer = config.kernelFunc({ inputs, backend, attrs });
    return (Array.isArray(answer) ? answer : [answer]).map((info) => {
      if (info instanceof Tensor) return this.#untracked(info);
      // A kernel may hand on the very tensor that it was given; then it is not ours.
      const own = { dataId: info.dataId, shape: info.shape, dtype: info.dtype };
      this.#made.add(own);
      return own;
    });
  }

  /** cpu's Abs answers with a tensor that the engine counts: a copy of its elements is ours, and the tensor ends. */
  #untracked(tensor: Tensor): TensorInfo {
    const copy = this.call('Multiply', { a: tensor, b: this.number(1) });
    tensor.dispose();
    return copy;
  }

  number(value: number): TensorInfo {
    return this.#tfjs.number(value);
  }

  common(xs: readonly TensorInfo[]): TensorInfo[] {
    const shape = broadcastShapes(
      'select',
      xs.map((x) => x.shape),
    );
    return xs.map((x) => this.broadcast(x, shape));
  }

  reshape(x: TensorInfo, shape: readonly number[]): TensorInfo {
    return same(x.shape, shape) ? x : this.call('Reshape', { x }, { shape: [...shape] });
  }

  broadcast(x: TensorInfo, shape: readonly number[]): TensorInfo {
    if (same(x.shape, shape)) return x;
    const lead = Array.from({ length: shape.length - x.shape.length }, () => 1);
    const aligned = this.reshape(x, [...lead, ...x.shape]);
    const reps = shape.map((size, axis) => (aligned.shape[axis] === size ? 1 : size));
    return reps.every((times) => times === 1) ? aligned : this.call('Tile', { x: aligned }, { reps });
  }

  /** An own copy of elements of the host. */
  upload(elements: Float32Array | Int32Array, shape: readonly number[]): TensorInfo {
    const dtype = elements instanceof Int32Array ? 'int32' : 'float32';
    const sizes = [...shape];
    const info: TensorInfo = { dataId: this.#tfjs.backend.write(elements.slice(), sizes, dtype), shape: sizes, dtype };
    this.#made.add(info);
    return info;
  }

  /** Takes the tensor out of this scope, or shares it if it was not made here. The caller frees it. */
  keep(x: TensorInfo): TensorInfo {
    if (this.#made.delete(x)) return x;
    const shared = this.call('Identity', { x });
    this.#made.delete(shared);
    return shared;
  }

  /** Frees all that was made and not kept. */
  end(): void {
    for (const { dataId } of this.#made) this.#tfjs.backend.disposeData(dataId);
    this.#made.clear();
  }
}

const same = (a: readonly number[], b: readonly number[]): boolean => util.arraysEqual([...a], [...b]);

const isInputs = (inputs: object): inputs is NamedTensorInfoMap => Object.keys(inputs).length >= 0;
