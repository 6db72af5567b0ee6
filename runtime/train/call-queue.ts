/** The calls on a trainer, in the order in which they were made: each that changes something runs alone. */
import { UserError } from '../user-error.ts';

/** Calls that read run beside each other, so that the batches of an evaluation may ask for predictions. */
export type Access = 'reads' | 'changes';

interface Call {
  readonly access: Access;
  begin(): void;
}

const disposedOf = (): UserError =>
  new UserError('NN5012', 'the trainer was disposed of', 'make another one with createTrainer');

export class CallQueue {
  readonly #waiting: Call[] = [];
  #running = 0;
  #changing = false;
  #last: (() => void) | undefined;

  /** Runs the work in its turn: at once if nothing is under way that it has to wait for. */
  enter<T>(access: Access, work: () => T | Promise<T>): Promise<T> {
    if (this.closed) return Promise.reject(disposedOf());
    if (this.#waiting.length === 0 && this.#isFree(access)) return this.#perform(access, work);
    return new Promise((resolve) => {
      this.#waiting.push({ access, begin: () => resolve(this.#perform(access, work)) });
    });
  }

  /** A change that takes no time: made before this returns if nothing is under way, in its turn otherwise. */
  change(work: () => void): void {
    if (this.closed) throw disposedOf();
    if (this.#running === 0) {
      work();
      return;
    }
    void this.enter('changes', work);
  }

  get closed(): boolean {
    return this.#last !== undefined;
  }

  /** Refuses all calls from now on, and does the last work when those made before have ended: at once if none is left. */
  close(last: () => void): void {
    if (this.closed) return;
    this.#last = last;
    if (this.#running === 0) last();
  }

  /** What the work throws is a rejection. */
  async #perform<T>(access: Access, work: () => T | Promise<T>): Promise<T> {
    this.#running++;
    this.#changing = access === 'changes';
    try {
      return await work();
    } finally {
      this.#running--;
      this.#proceed();
      if (this.#running === 0) this.#last?.();
    }
  }

  #isFree(access: Access): boolean {
    return this.#running === 0 || (access === 'reads' && !this.#changing);
  }

  #proceed(): void {
    for (let [next] = this.#waiting; next !== undefined && this.#isFree(next.access); [next] = this.#waiting) {
      this.#waiting.shift();
      next.begin();
    }
  }
}
