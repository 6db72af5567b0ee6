/** The files of `docs/reference`, which `npm run generate` writes. */
import { standardLibrary } from '../language/standard-library.ts';
import { referenceFiles } from './markdown.ts';
import { allPages } from './pages.ts';

/** Their texts by path below that folder. */
export const docs = (): ReadonlyMap<string, string> => referenceFiles(allPages(standardLibrary()));
