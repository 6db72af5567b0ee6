/** `k` line by line, where values are places in memory. */
import { Buffer, View, made, show, sizeOf } from '../buffer.ts';
import type { Eager } from '../device.ts';
import { Lines } from '../ends.ts';
import type { Ends } from '../ends.ts';
import { KernelError } from '../error.ts';
import { FrontEnd } from '../front.ts';
import { makes } from '../instruction.ts';
import type { KernelCall } from '../instruction.ts';
import type { K, Shape } from '../k.ts';
import { Made } from '../made.ts';
import { callText } from '../room.ts';
import type { Turns } from '../scan.ts';
import type { Owner } from './kernels.ts';

export abstract class MemoryEager<Place> implements Eager {
  readonly k: K;
  readonly #owner: Owner<Place>;
  readonly #made = new Made((buffer) => this.#free(buffer));
  readonly #onDispose: () => void;
  /** Positions are places in a value: nothing moves. */
  readonly #turns: Turns = {
    position: ({ shape: [, ...rest], buffer }, at) => this.#part(buffer, rest, at),
    stack: (steps, shape, dtype) => {
      const out = made([steps, ...shape], dtype);
      this.#begin(out.buffer, `k.scan → ${show(out.shape)}`);
      const put = (x: View, at: number) => this.execute({ kind: 'store', x, out: this.#part(out.buffer, shape, at) });
      return { put, held: [out], finish: () => out };
    },
    mark: () => this.#made.count,
    since: (mark) => this.#made.since(mark),
    end: this.#made.end,
    keep: (values, since) => this.#made.keep(values, since),
  };
  #disposed = false;

  constructor(owner: Owner<Place>, ends: Ends | undefined, onDispose: () => void) {
    this.#onDispose = onDispose;
    this.#owner = owner;
    this.k = new FrontEnd({
      emit: (call) => this.execute(call),
      scans: this.#turns,
      lines: ends && new Lines(ends, this.#made.end),
    });
  }

  /** Runs a call whose results have their places. */
  protected abstract run(call: KernelCall): void;
  /** The end of what the mode itself holds. */
  protected abstract close(): void;
  abstract setScalar(name: string, value: number): void;
  abstract setSeed(seed: number): void;
  abstract setCounter(microBatches: number): void;

  setScalars(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.setScalar(name, value);
  }

  execute(call: KernelCall): void {
    this.checkAlive();
    for (const buffer of makes(call)) this.#begin(buffer, callText(call));
    this.run(call);
  }

  end(buffer: Buffer): void {
    this.#made.end(buffer);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#made.keep([]);
    this.close();
    this.#onDispose();
  }

  protected checkAlive(): void {
    if (this.#disposed) throw new KernelError('this `k` was disposed of');
  }

  #begin(buffer: Buffer, who: string): void {
    this.#owner.adopt(buffer, this.#owner.heap.allocate(4 * buffer.elements, who));
    this.#made.add(buffer);
  }

  /** A position of a buffer along its first axis. */
  #part(whole: Buffer, shape: Shape, at: number): View {
    const part = new Buffer(sizeOf(shape), whole.dtype, 'part');
    this.#owner.adopt(part, this.#owner.heap.behind(this.#owner.placeOf(whole), part.elements * at));
    this.#made.add(part);
    return new View(part, shape);
  }

  #free(buffer: Buffer): void {
    if (buffer.lifetime === 'temporary') this.#owner.heap.free(this.#owner.placeOf(buffer));
    this.#owner.forget(buffer);
  }
}
