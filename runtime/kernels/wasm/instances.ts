/** Instances of program modules. A module has no memory but the device's, and no address in it: one serves all trainers. */
import { Recent } from '../recent.ts';
import { exported } from './compile.ts';
import type { WasmFunction } from './compile.ts';

/** The programs of some trainers. */
const kept = 64;

export class Instances {
  readonly #memory: WebAssembly.Memory;
  readonly #runs = new Recent<WasmFunction>(kept);

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** The export `run` of the module that these bytes are. */
  async runOf(bytecode: Uint8Array<ArrayBuffer>): Promise<WasmFunction> {
    // One character for each byte.
    const key = new TextDecoder('latin1').decode(bytecode);
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    const { instance } = await WebAssembly.instantiate(bytecode, { env: { memory: this.#memory } });
    const run = exported(instance, 'run');
    this.#runs.set(key, run);
    return run;
  }
}
