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
    return new Promise<T>((resolve, reject) => {
      const begin = (): void => {
        this.#running++;
        this.#changing = access === 'changes';
        const done = started(work);
        done.then(resolve, reject);
        const end = (): void => this.#end();
        done.then(end, end);
      };
      this.#waiting.push({ access, begin });
      this.#proceed();
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

  #proceed(): void {
    for (;;) {
      const [next] = this.#waiting;
      const free = this.#running === 0 || (next?.access === 'reads' && !this.#changing);
      if (next === undefined || !free) return;
      this.#waiting.shift();
      next.begin();
    }
  }

  #end(): void {
    this.#running--;
    this.#proceed();
    if (this.#running === 0) this.#last?.();
  }
}

/** Work begins at once; what it throws is a rejection. */
async function started<T>(work: () => T | Promise<T>): Promise<T> {
  return await work();
}
