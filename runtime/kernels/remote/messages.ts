/** What is said between who records and who runs. Numbers name eager `k`s and programs. */
import type { Buffer, View } from '../buffer.ts';
import type { Elements } from '../device.ts';
import type { Instruction, KernelCall } from '../instruction.ts';
import type { Shape } from '../k.ts';

/** In the order of being said. */
export type Message =
  | { readonly do: 'allocate'; readonly buffer: Buffer; readonly shape: Shape; readonly elements: Elements | undefined }
  | { readonly do: 'write'; readonly buffer: Buffer; readonly elements: Elements }
  | { readonly do: 'release'; readonly buffers: readonly Buffer[] }
  | { readonly do: 'eager'; readonly of: number }
  | { readonly do: 'call'; readonly of: number; readonly call: KernelCall }
  | { readonly do: 'end'; readonly of: number; readonly buffer: Buffer }
  | {
      readonly do: 'set';
      readonly of: number;
      readonly scalars?: Readonly<Record<string, number>>;
      readonly seed?: number;
      readonly counter?: number;
    }
  | { readonly do: 'input'; readonly of: number; readonly name: string; readonly elements: Elements }
  | { readonly do: 'run'; readonly of: number }
  | { readonly do: 'dispose'; readonly of: number }
  | Question;

/** What is answered by a message of the same number. */
export type Question =
  | { readonly do: 'read'; readonly question: number; readonly view: View }
  | {
      readonly do: 'program';
      readonly question: number;
      readonly of: number;
      readonly name: string;
      readonly instructions: readonly Instruction[];
      readonly inputs: readonly (readonly [string, View])[];
      readonly outputs: readonly (readonly [string, View])[];
    }
  | { readonly do: 'result'; readonly question: number; readonly of: number; readonly name: string };

export interface Answer {
  readonly question: number;
  readonly elements?: Elements;
  /** Of a program. */
  readonly arena?: number;
  readonly fault?: Fault;
}

/** What went wrong, with the code of what is the user's business. */
export interface Fault {
  readonly code?: string;
  readonly message: string;
  readonly help?: string;
}

/** What the other side is, said first. */
export interface Hello {
  readonly backend: string;
  readonly kernelSet: string;
  readonly memoryLimit: number;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Both sides are of one build, so what has the form is meant. */
export const isMessage = (value: unknown): value is Message => isObject(value) && 'do' in value;

export const isAnswer = (value: unknown): value is Answer => isObject(value) && 'question' in value;

export const isHello = (value: unknown): value is Hello => isObject(value) && 'kernelSet' in value;

export const isFault = (value: unknown): value is Fault => isObject(value) && 'message' in value;
