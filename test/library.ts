/** The standard library of this repository, read once. */
import { standardLibrary } from '../compiler/language/standard-library.ts';

export const library = standardLibrary();
