/** Makes messages of facts: `say.NN2009.name({ name: 'h' })`. The prose of each case stands in the catalogue. */
import { sayings } from '../../grammar/sayings.ts';
import type { Said } from '../../grammar/sayings.ts';
import { catalog } from './catalog.ts';
import type { Code } from './catalog.ts';

export type { Facts } from '../../grammar/sayings.ts';

export type Told = Said<Code>;

type Prose = { readonly [C in Code]: (typeof catalog)[C]['messages'] };

const prose: Prose = Object.fromEntries(
  Object.entries(catalog).map(([code, { messages }]): unknown[] => [code, messages]),
);

export const say = sayings(prose);
