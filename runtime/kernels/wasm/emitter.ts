/** Straight-line vector code of one block, in the order in which values are needed. */
import type { Emit } from '../scalar/primitive.ts';
import type { FunctionBuilder, Local } from './assembler/function.ts';
import { v128 } from './assembler/instructions.ts';
import type { Code, Piece, V128 } from './assembler/instructions.ts';

export class Emitter implements Emit {
  readonly #f: FunctionBuilder;
  readonly #code: Piece[] = [];
  readonly #held: Local[] = [];
  readonly #hoisted: boolean;

  /**
   * Hoisted code stands before blocks that were built earlier: its variables must be its own, where a block's may be
   * used again by later blocks.
   */
  constructor(f: FunctionBuilder, place: 'block' | 'hoisted' = 'block') {
    this.#f = f;
    this.#hoisted = place === 'hoisted';
  }

  let(value: V128): V128 {
    const local = this.#hoisted ? this.#f.local('v128') : this.#f.reuse('v128');
    this.#held.push(local);
    this.add(local.set(value));
    return local.get;
  }

  floats = (value: number): V128 => this.#f.constant(v128.floats(value));

  constant = (value: V128): V128 => this.#f.constant(value);

  add(code: Code): void {
    this.#code.push(code);
  }

  /** The code, after which other blocks may use its variables. */
  end(): Code {
    this.#held.forEach((local) => this.#f.release(local));
    return this.#code;
  }
}
