/** Where a page lies, and under which heading it is listed. */
import { isSort } from '../../grammar/keywords.ts';
import { nouns } from '../diagnostics/words.ts';
import type { Page, Subject } from './page.ts';

/** The folder of each subject; functions of the library and operations are called alike, and lie together. */
export const folders: Readonly<Record<Subject, string>> = {
  layer: 'layers',
  loss: 'losses',
  metric: 'metrics',
  optim: 'optimizers',
  schedule: 'schedules',
  init: 'initialisers',
  penalty: 'penalties',
  reparam: 'reparams',
  augment: 'augments',
  fn: 'functions',
  operation: 'functions',
  statement: 'statements',
  word: 'words',
};

/** The headings of the folders, in the order in which they are listed. */
export const headings: Readonly<Record<string, string>> = {
  layers: 'Layers',
  losses: 'Losses',
  metrics: 'Metrics',
  optimizers: 'Optimizers',
  schedules: 'Schedules',
  initialisers: 'Initialisers',
  penalties: 'Penalties',
  reparams: 'Reparametrisations',
  augments: 'Augmentations',
  functions: 'Functions',
  statements: 'Statements',
  words: 'Words within statements',
};

/** What a reader calls the subject: `the layer dense`. */
export const subjects: Readonly<Record<Subject, string>> = {
  ...nouns,
  operation: 'function',
  statement: 'statement',
  word: 'word',
};

/** The page of the statement that uses what a page is about. */
export const statementOf = ({ subject }: Page): string | undefined =>
  subject === 'init' ? 'weight' : folders[subject] === folders.fn || !isSort(subject) ? undefined : subject;

export const pathOf = ({ subject, name }: Page): string => `${folders[subject]}/${name}.md`;
