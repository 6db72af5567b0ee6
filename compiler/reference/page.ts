/** What the reference says of one name, whatever shows it: a file of `docs/reference`, or `nnc explain` in a terminal. */
import type { NameElsewhere } from '../../grammar/documentation.ts';
import type { Sort } from '../../grammar/ast.ts';

/** What a page is about: a definition of a sort, an operation of the compiler, a statement, a word within statements. */
export type Subject = Sort | 'operation' | 'statement' | 'word';

export interface Page {
  readonly subject: Subject;
  readonly name: string;
  /** What a statement of several forms is for, in a sentence. */
  readonly summary: string | undefined;
  /** How it is written; of a statement each form with what it does. */
  readonly forms: readonly Form[];
  /** Without line breaks; code in them stands between backticks. */
  readonly paragraphs: readonly string[];
  readonly parameters: readonly ParameterRow[];
  /** What its body calculates, line by line. */
  readonly formula: readonly string[];
  /** The names in it that stand in no table of the page. */
  readonly seen: readonly SeenRow[];
  /** Of an operation on single elements what each input gets of `dy`, the gradient of its result y; of a loss what it says. */
  readonly derivative: readonly string[];
  readonly weights: readonly WeightRow[];
  /** What it remembers: states of a layer, slots of an optimizer. */
  readonly states: readonly WeightRow[];
  /** The definitions of its sort that it is made of. */
  readonly parts: readonly PartRow[];
  /** What it asks of who uses it. */
  readonly asks: readonly Demand[];
  readonly elsewhere: readonly NameElsewhere[];
  readonly also: readonly string[];
  /** The papers that its prose names. */
  readonly papers: readonly string[];
  /** A whole spec. */
  readonly example: string | undefined;
  /** Of a definition its text without the comment above it, and the file in which it stands. */
  readonly source: { readonly file: string; readonly text: string } | undefined;
}

export interface Form {
  readonly written: string;
  readonly meaning?: string;
}

export interface SeenRow {
  readonly name: string;
  readonly meaning: string;
}

export interface ParameterRow {
  readonly name: string;
  /** `a whole number`, `` `valid` or `same` ``. */
  readonly takes: string;
  /** `` `glorot_uniform` ``, `all axes`; undefined where it has to be given. */
  readonly default: string | undefined;
}

export interface WeightRow {
  /** From the layer on: `kernel`, `encoder.0.gamma`. */
  readonly path: string;
  /** `[in, units]`; undefined where it is that of the parameter that an optimizer updates. */
  readonly shape: string | undefined;
  /** The initialiser or the value that it starts from. */
  readonly start: string;
  /** The conditions under which it is there, all of them. */
  readonly when: readonly string[];
}

export interface PartRow {
  readonly path: string;
  /** What it is: the name of a definition, or of a parameter that names one. */
  readonly kind: string;
  readonly when: readonly string[];
}

export interface Demand {
  readonly condition: string;
  readonly message: string;
  readonly when: readonly string[];
}

/** A page of which nothing is known yet but its name. */
export const emptyPage = (subject: Subject, name: string): Page => ({
  subject,
  name,
  summary: undefined,
  forms: [],
  paragraphs: [],
  parameters: [],
  formula: [],
  seen: [],
  derivative: [],
  weights: [],
  states: [],
  parts: [],
  asks: [],
  elsewhere: [],
  also: [],
  papers: [],
  example: undefined,
  source: undefined,
});
