/** What the suites say of the project as it is: without it, a suite that always fails would notice everything. */
import { Copy } from './copy.ts';
import type { Test } from './copy.ts';

/** Suites that end within so many seconds are not endless, on whatever machine. */
const patience = 300;

export class Unbroken {
  readonly #copy: Copy;
  readonly #passed = new Map<string, Promise<void>>();
  readonly #seconds = new Map<string, Promise<number>>();
  /** One run at a time. */
  #last: Promise<unknown> = Promise.resolve();

  readonly #isKnown: boolean;

  /** Where all are known to pass none is run for it. */
  constructor(root: string, isKnown: boolean) {
    this.#isKnown = isKnown;
    this.#copy = new Copy(root);
  }

  /** Throws if the test fails on the project as it is. */
  mustPass({ file, name }: Test): Promise<void> {
    if (this.#isKnown) return Promise.resolve();
    const key = `${file}\0${name ?? ''}`;
    const known = this.#passed.get(key) ?? this.#run([file], name).then(() => undefined);
    this.#passed.set(key, known);
    return known;
  }

  /** Whether suites that have run for so long run far longer than they should, on a machine that may be busy. */
  async isTooLong(suites: readonly string[], seconds: number): Promise<boolean> {
    if (seconds < patience) return false;
    const key = suites.join(' ');
    const known = this.#seconds.get(key) ?? this.#run(suites, undefined);
    this.#seconds.set(key, known);
    return seconds > patience && seconds > 5 * (await known);
  }

  /** How long they take, in seconds. */
  #run(suites: readonly string[], only: string | undefined): Promise<number> {
    const run = async (): Promise<number> => {
      const begin = performance.now();
      const { as } = await this.#copy.run(suites, { inOrder: true, ...(only === undefined ? {} : { only }) });
      if (as !== 'passed') throw new Error(`fails before anything is broken: ${only ?? suites.join(' ')}`);
      return (performance.now() - begin) / 1000;
    };
    const next = this.#last.then(run);
    this.#last = next.catch(() => undefined);
    return next;
  }

  dispose(): void {
    this.#copy.dispose();
  }
}
