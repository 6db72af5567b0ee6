/** The model that the compiler makes of a text, with its passes behind it. */
import { compile } from '../../compiler/compile.ts';
import type { Model } from '../../compiler/ir/model.ts';
import { library } from '../library.ts';

/** Throws where the text has mistakes. */
export function modelOf(text: string): Model {
  const { model, diagnostics } = compile({ file: 'model.nn', text }, { version: '0.0.0', settings: {}, library });
  if (model === undefined) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return model;
}
