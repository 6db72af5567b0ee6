/** The abstract syntax tree of a `.nn` file: what the parser makes and the printer prints. */

/** A half-open range of UTF-16 offsets in the file's text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Identifier {
  readonly text: string;
  readonly span: Span;
}

export interface File {
  readonly statements: readonly Statement[];
  /** Every comment of the file in order; the printer puts each back beside the statement that it belongs to. */
  readonly comments: readonly Comment[];
  readonly span: Span;
}

export interface Comment {
  /** The text after `#` or `##`, without the line end. */
  readonly text: string;
  readonly documentation: boolean;
  /** Whether it stands alone on its line. */
  readonly ownLine: boolean;
  readonly span: Span;
}

// ---------------------------------------------------------------------------------------------- expressions

export type BinaryOperator =
  '^' | '@' | '*' | '/' | '%' | '+' | '-' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or';
export type UnaryOperator = '-' | 'not';

export type Expression =
  | { readonly type: 'number'; readonly value: number; readonly text: string; readonly span: Span }
  | { readonly type: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly type: 'none'; readonly span: Span }
  | { readonly type: 'string'; readonly value: string; readonly span: Span }
  /** `3x3`, `2x2x2`. */
  | { readonly type: 'size'; readonly sizes: readonly number[]; readonly span: Span }
  /** `0.8/0.1/0.1` as an argument: a number parameter takes the quotient, `split` takes the parts. */
  | { readonly type: 'ratio'; readonly parts: readonly Expression[]; readonly span: Span }
  /** A name, or a dotted path: `tok.table`, `h.all`, `backbone.*.kernel` (selectors may hold `*` and `**`). */
  | { readonly type: 'path'; readonly parts: readonly Identifier[]; readonly span: Span }
  | { readonly type: 'list'; readonly items: readonly Item[]; readonly span: Span }
  | { readonly type: 'call'; readonly callee: PathExpression; readonly args: readonly Argument[]; readonly span: Span }
  | { readonly type: 'index'; readonly of: Expression; readonly items: readonly IndexItem[]; readonly span: Span }
  | { readonly type: 'unary'; readonly operator: UnaryOperator; readonly of: Expression; readonly span: Span }
  | {
      readonly type: 'binary';
      readonly operator: BinaryOperator;
      readonly operatorSpan: Span;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  /** Written parentheses; kept so that printing keeps them. */
  | { readonly type: 'group'; readonly of: Expression; readonly span: Span };

export type PathExpression = Extract<Expression, { type: 'path' }>;

/** A list's item: an expression or a splat `*xs`. */
export type Item = Expression | { readonly type: 'splat'; readonly of: Expression; readonly span: Span };

/** `x[0, ..., 1::2]`: a position or a slice on each axis, and in one place all axes that are left. */
export type IndexItem =
  | Expression
  | {
      readonly type: 'slice';
      readonly start: Expression | undefined;
      readonly end: Expression | undefined;
      readonly step: Expression | undefined;
      readonly span: Span;
    }
  | { readonly type: 'rest'; readonly span: Span };

/** A positional or a named argument, of a statement or of a call. */
export interface Argument {
  readonly name: Identifier | undefined;
  readonly value: Expression;
  readonly span: Span;
}

// ---------------------------------------------------------------------------------------------- statements

/**
 * Statements of the general shape `keyword [kind] argument… name=argument… clauses as name`.
 * `model`, `nn`, `import`, `clip`, `accumulate`, … put all they have into `args`.
 */
export type CommandKeyword =
  | 'nn'
  | 'model'
  | 'import'
  | 'layer'
  | 'reuse'
  | 'loss'
  | 'penalty'
  | 'optim'
  | 'schedule'
  | 'clip'
  | 'accumulate'
  | 'ema'
  | 'freeze'
  | 'unfreeze'
  | 'load'
  | 'lora'
  | 'metric'
  | 'data'
  | 'prep'
  | 'augment'
  | 'train'
  | 'budget'
  | 'remat'
  | 'cache'
  | 'predict'
  | 'reparam';

export interface Command {
  readonly type: 'command';
  readonly keyword: CommandKeyword;
  readonly keywordSpan: Span;
  /**
   * Positional and named arguments in the order written, the kind (`dense`, `adam`, `norm`) first where the statement
   * has one: it is then a path expression.
   */
  readonly args: readonly Argument[];
  /** `from a, b` · `from (it[0, :])` · `from "weights.safetensors"`. */
  readonly from: readonly Expression[] | undefined;
  /** `on SELECTOR` of penalty and reparam. */
  readonly on: Selector | undefined;
  /** `for SELECTOR` of optim. */
  readonly for: Selector | undefined;
  readonly as: Identifier | undefined;
  readonly span: Span;
}

/** Whole names with `*` (one name) and `**` (any number): `bert.encoder.*.attention`. */
export interface Selector {
  readonly parts: readonly Identifier[];
  readonly span: Span;
}

/** `f32[28, 28, 1]` · `i32[128]` · `class[10]` · `class[78][128]`. */
export interface PortType {
  readonly kind: Identifier;
  /** The first bracket's items: the shape, or for `class` the number of classes. */
  readonly items: readonly Item[];
  /** `class[K][T]`: the second bracket's items. */
  readonly positions: readonly Item[] | undefined;
  readonly span: Span;
}

/** What a `hyper` may be: a list of values, or a range (ends included), perhaps on a logarithmic scale. */
export type Domain =
  | { readonly type: 'choices'; readonly items: readonly Item[]; readonly span: Span }
  | {
      readonly type: 'range';
      readonly scale: 'linear' | 'log';
      readonly low: Expression;
      readonly high: Expression;
      readonly span: Span;
    };

export type Sort =
  'layer' | 'loss' | 'penalty' | 'metric' | 'optim' | 'schedule' | 'init' | 'fn' | 'reparam' | 'augment';

/** One type of a parameter's union: a word (`int`, `size`, `value`, or a symbol such as `same`), perhaps variadic. */
export interface Parameter {
  readonly name: Identifier;
  /** `size|global` → two words; undefined where nothing was written. */
  readonly types: readonly Identifier[] | undefined;
  /** `xs: value...` */
  readonly variadic: boolean;
  readonly default: Expression | undefined;
  readonly span: Span;
}

export interface Definition {
  readonly type: 'def';
  readonly sort: Sort;
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  /** `{ … }`, or the short form `= expression`. */
  readonly body: Body | Expression;
  /** The `##` comment above it. */
  readonly documentation: string | undefined;
  readonly span: Span;
}

export interface Body {
  readonly type: 'body';
  readonly statements: readonly Statement[];
  readonly span: Span;
}

export type Statement =
  | Command
  | Definition
  | {
      readonly type: 'hyper';
      readonly name: Identifier;
      readonly value: Expression;
      readonly domain: Domain | undefined;
      readonly span: Span;
    }
  | {
      readonly type: 'port';
      readonly role: 'input' | 'target' | 'noise';
      readonly name: Identifier;
      readonly portType: PortType;
      /** `in 0..1`, checked on the raw data. */
      readonly range: { readonly low: Expression; readonly high: Expression; readonly span: Span } | undefined;
      /** The distribution of a noise. */
      readonly distribution: Expression | undefined;
      readonly span: Span;
    }
  | {
      readonly type: 'weight';
      readonly name: Identifier;
      /** The bracketed shape: `[*size, in/groups, ch]`. */
      readonly shape: Extract<Expression, { type: 'list' }>;
      readonly init: Expression | undefined;
      readonly span: Span;
    }
  | {
      readonly type: 'state';
      readonly name: Identifier;
      readonly shape: Extract<Expression, { type: 'list' }> | undefined;
      readonly value: Expression;
      readonly span: Span;
    }
  /** `mean <- expression`. */
  | { readonly type: 'update'; readonly name: Identifier; readonly value: Expression; readonly span: Span }
  /** `name = expression`, `it = expression`, and at top level or in a step `loss = expression`. */
  | { readonly type: 'assign'; readonly name: Identifier; readonly value: Expression; readonly span: Span }
  | { readonly type: 'require'; readonly condition: Expression; readonly message: string; readonly span: Span }
  | { readonly type: 'block'; readonly name: Identifier; readonly body: Body; readonly span: Span }
  | {
      readonly type: 'repeat';
      /** `repeat 6 { … }`, or `repeat x in xs { … }`. */
      readonly count: Expression;
      readonly each: Identifier | undefined;
      readonly as: Identifier | undefined;
      readonly body: Body;
      readonly span: Span;
    }
  | {
      readonly type: 'if';
      readonly condition: Expression;
      readonly then: Body;
      /** `else { … }`, or `else if …` as a body of that one statement. */
      readonly else: Body | undefined;
      readonly span: Span;
    }
  | {
      readonly type: 'scan';
      readonly names: readonly Identifier[];
      readonly over: readonly Expression[];
      readonly carried: readonly { readonly name: Identifier; readonly value: Expression }[];
      readonly named: readonly Argument[];
      readonly body: Body;
      readonly span: Span;
    }
  | {
      readonly type: 'phase';
      readonly name: Identifier;
      readonly named: readonly Argument[];
      readonly body: Body;
      readonly span: Span;
    }
  | {
      readonly type: 'step';
      readonly name: Identifier;
      readonly updates: Selector;
      readonly named: readonly Argument[];
      readonly body: Body;
      readonly span: Span;
    };
