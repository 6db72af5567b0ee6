/** The standard library of this repository, read once. */
import { standardLibrary } from '../compiler/language/library.ts';
import { parse } from '../grammar/parser.ts';
import { std } from '../grammar/std/index.ts';

export const library = standardLibrary(std, parse);
