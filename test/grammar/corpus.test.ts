/** The corpus: what a text parses to, how it is formatted, and what is said about what is wrong. */
import { expect } from 'vitest';
import { parse } from '../../grammar/parser.ts';
import { print } from '../../grammar/print.ts';
import { checkCorpus } from './corpus.ts';
import { showProblem } from './show-problem.ts';
import { showFile } from './show-tree.ts';

const parsed = (text: string) => {
  const { file, problems } = parse(text);
  expect(problems.map((problem) => showProblem(text, problem))).toEqual([]);
  return file;
};

checkCorpus('trees', (text) => showFile(parsed(text)));

checkCorpus('formatting', (text) => {
  const once = print(parsed(text), text);
  expect(print(parsed(once), once)).toBe(once);
  return once;
});

checkCorpus('errors', (text) => {
  const { problems } = parse(text);
  expect(problems.length).toBeGreaterThan(0);
  return problems.map((problem) => showProblem(text, problem)).join('\n');
});
