/** The files of `docs/reference`, which `npm run generate` writes. */
import { parse } from '../../grammar/parser.ts';
import { std } from '../../grammar/std/index.ts';
import { standardLibrary } from '../language/library.ts';
import { referenceFiles } from './markdown.ts';
import { allPages } from './pages.ts';

/** Their texts by path below that folder. */
export const docs = (): ReadonlyMap<string, string> => referenceFiles(allPages(standardLibrary(std, parse)));
