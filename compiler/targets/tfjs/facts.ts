/** What all functions of one emitted file share: its tables' keys, its numbers, its bodies, its names. */
import type { Shape, Value } from '../../ir/types.ts';
import type { Program } from '../../ir/program.ts';
import type { EmittedFunctions } from './emitted.ts';
import type { Bodies } from './map-body.ts';
import type { Scope } from './names.ts';
import type { Quotes } from './quotes.ts';

export interface Facts {
  readonly program: Program;
  /** Keys of `p` and of the gradients by path; parameters and states share them. */
  readonly memory: ReadonlyMap<string, readonly string[]>;
  /** Fields of `n`. */
  readonly numbers: ReadonlyMap<Value, string>;
  /** The type of `n`; undefined where each step has its own. */
  readonly numbersType: string | undefined;
  readonly constants: ReadonlyMap<Value, number>;
  readonly bodies: Bodies;
  readonly functions: EmittedFunctions;
  readonly quotes: Quotes;
  /** The names of the module. */
  readonly scope: Scope;
}

/** `[B, 128]`. */
export const shapeText = (shape: Shape): string => `[${shape.join(', ')}]`;
