/** The keywords that open a statement, and the words that are reserved everywhere. */
import type { TokenType } from 'chevrotain';
import type { CommandKeyword, Sort } from './ast.ts';
import * as T from './tokens.ts';

/** Statements of the general shape `keyword [kind] argument… name=argument… clauses as name`. */
export const commandKeywords: ReadonlySet<CommandKeyword> = new Set<CommandKeyword>([
  ...(['nn', 'model', 'import', 'layer', 'reuse', 'loss', 'penalty', 'optim', 'schedule', 'clip'] as const),
  ...(['accumulate', 'ema', 'freeze', 'unfreeze', 'load', 'lora', 'metric', 'data', 'prep', 'augment'] as const),
  ...(['train', 'budget', 'remat', 'cache', 'predict', 'reparam'] as const),
]);

export const isCommandKeyword = (word: string): word is CommandKeyword =>
  [...commandKeywords].some((keyword) => keyword === word);

/** The sorts of definitions: `def SORT name`. */
export const sorts: readonly Sort[] = [
  ...(['layer', 'loss', 'penalty', 'metric', 'optim', 'schedule', 'init', 'fn', 'reparam', 'augment'] as const),
];

export const isSort = (word: string): word is Sort => sorts.some((sort) => sort === word);

/** A keyword is one only where a statement starts. */
export const keywords: ReadonlyMap<string, TokenType> = new Map<string, TokenType>([
  ...[...commandKeywords].map((word): [string, TokenType] => [word, T.Command]),
  ['def', T.Def],
  ['hyper', T.Hyper],
  ['input', T.Port],
  ['target', T.Port],
  ['noise', T.Port],
  ['weight', T.Weight],
  ['state', T.State],
  ['require', T.Require],
  ['block', T.Block],
  ['repeat', T.Repeat],
  ['if', T.If],
  ['else', T.Else],
  ['scan', T.Scan],
  ['phase', T.Phase],
  ['step', T.Step],
]);

/** Never a name, wherever it stands. */
export const reserved: ReadonlyMap<string, TokenType> = new Map<string, TokenType>([
  ['from', T.From],
  ['as', T.As],
  ['on', T.On],
  ['for', T.For],
  ['over', T.Over],
  ['with', T.With],
  ['updates', T.Updates],
  ['true', T.True],
  ['false', T.False],
  ['none', T.None],
  ['and', T.And],
  ['or', T.Or],
  ['not', T.Not],
]);
