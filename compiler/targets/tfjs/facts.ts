/** What all functions of one emitted file share: its tables' keys, its numbers, its bodies, its names. */
import type { Origin, Shape, Value } from '../../ir/types.ts';
import type { Program } from '../../ir/program.ts';
import type { Bodies } from './map-body.ts';
import type { Scope } from './names.ts';

export interface Facts {
  readonly program: Program;
  /** Keys of `p` and of the gradients by path; parameters and states share them. */
  readonly memory: ReadonlyMap<string, string>;
  /** Keys of `s` by `<parameter path>/<slot>`. */
  readonly slots: ReadonlyMap<string, string>;
  /** Fields of `n`. */
  readonly numbers: ReadonlyMap<Value, string>;
  readonly constants: ReadonlyMap<Value, number>;
  readonly bodies: Bodies;
  /** The names of the module. */
  readonly scope: Scope;
}

/** `[B, 128]`. */
export const shapeText = (shape: Shape): string => `[${shape.join(', ')}]`;

/** A file's name within a comment, on one line. It holds no slash, so that it cannot end a comment otherwise. */
export const fileText = (file: string): string =>
  file.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );

/** `digits.nn:7`. */
export const placeText = (facts: Facts, origin: Origin): string =>
  `${fileText(facts.program.source.file)}:${origin.line}`;
