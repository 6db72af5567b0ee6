/** What a generated file defines. The file need not be there: nothing is left behind, and no disk is needed. */
import { compileFunction } from 'node:vm';
import * as runtime from '../index.ts';

/**
 * The exports of a generated file, given `withoutTypes`. Its `nnc/runtime` is this one, wherever the file lies: the folder
 * may have no node_modules, or another version in them.
 */
export function exportsOf(javascript: string, file: string): { readonly model?: unknown } {
  const module = { exports: {} };
  compileFunction(javascript, ['module', 'exports', 'require'], { filename: file })(
    module,
    module.exports,
    () => runtime,
  );
  return module.exports;
}
