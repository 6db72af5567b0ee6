/** A WebAssembly module of functions over one imported memory. */
import { name, sized, unsigned, vector } from './encode.ts';
import type { Bytes } from './encode.ts';
import { kindByte } from './function.ts';

export interface ModuleFunction {
  /** How many integers it takes. */
  readonly parameters: number;
  /** Its entry in the code section. */
  readonly code: Bytes;
  readonly exportedAs?: string;
}

const section = (id: number, content: Bytes): Bytes => [id, ...sized(content)];

/** What a shared memory must declare as its maximum: that of tfjs's threaded build, 4 GiB. */
const sharedMaximum = 65536;

export function assemble(functions: readonly ModuleFunction[], shared: boolean): Uint8Array<ArrayBuffer> {
  const arities = [...new Set(functions.map((fn) => fn.parameters))];
  const types = arities.map((n): Bytes => [0x60, ...vector(Array.from({ length: n }, () => [kindByte.i32])), 0]);
  const memory = shared ? [3, ...unsigned(1), ...unsigned(sharedMaximum)] : [0, ...unsigned(1)];
  const exports = functions.flatMap((fn, index): Bytes[] =>
    fn.exportedAs === undefined ? [] : [[...name(fn.exportedAs), 0, ...unsigned(index)]],
  );
  const parts: Bytes[] = [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, vector(types)),
    section(2, vector([[...name('env'), ...name('memory'), 2, ...memory]])),
    section(3, vector(functions.map((fn) => unsigned(arities.indexOf(fn.parameters))))),
    section(7, vector(exports)),
    section(10, vector(functions.map((fn) => fn.code))),
  ];
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
