/** What the statements of a spec say besides its graph: collected in order, and used when the graph is complete. */
import type { Command, Selector, Span, Statement } from '../../../grammar/ast.ts';
import type { Datum } from '../../language/datum.ts';
import type {
  Budget,
  Clip,
  DataSettings,
  LoadSettings,
  Noise,
  Port,
  PrepSettings,
  TrainSettings,
} from '../../ir/model.ts';
import type { Origin, Value } from '../../ir/types.ts';
import type { Frame } from './context.ts';
import { say } from '../../diagnostics/say.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { report } from './report.ts';

/** A statement that is understood once all parameters are known, with the frame in which its arguments mean something. */
export interface Later {
  readonly command: Command;
  readonly frame: Frame;
}

/** `lora SELECTOR rank=r alpha=a`: which matrices it adapts is known once all have been read. */
export interface Lora {
  readonly selector: Selector;
  readonly rank: number;
  readonly alpha: number;
  readonly rankSpan: Span;
  readonly frame: Frame;
}

/** `ema d`: e ← d·e + (1−d)·w after each update. */
export interface Ema {
  /** d; 0 where there is to be no average. */
  readonly decay: number;
  readonly origin: Origin;
}

export interface Spec {
  name: string | undefined;
  readonly ports: Port[];
  readonly noises: Noise[];
  readonly targets: { readonly name: string; readonly datum: Datum }[];
  readonly hypers: { readonly name: string; readonly value: number; readonly set: boolean }[];
  readonly losses: { readonly value: Value; readonly weighted: Value; readonly origin: Origin }[];
  /** Loss statements that were written, also those with mistakes. */
  lossStatements: number;
  /** The first of them. */
  lossStatement: Span | undefined;
  readonly penalties: Later[];
  readonly optimizers: Later[];
  schedule: Later | undefined;
  readonly clips: Clip[];
  accumulate: number;
  ema: Ema | undefined;
  readonly freezes: { readonly selector: Selector; readonly frozen: boolean; readonly span: Span }[];
  readonly loras: Lora[];
  readonly reparams: Later[];
  readonly loads: {
    readonly selector: Selector;
    readonly file: string;
    readonly names: LoadSettings['names'];
    readonly origin: Origin;
    readonly frame: Frame;
  }[];
  /** They name inputs, which may stand below them. */
  readonly augments: Later[];
  readonly metrics: {
    readonly name: string;
    /** As the metric says; what is also a loss is best at its lowest. */
    readonly best: 'lowest' | 'highest';
    readonly value: Value | undefined;
    readonly origin: Origin;
  }[];
  predicts: { readonly name: string; readonly datum: Datum; readonly span: Span; readonly frame: Frame }[] | undefined;
  data: DataSettings | undefined;
  readonly prep: PrepSettings[];
  train:
    | {
        readonly settings: TrainSettings;
        readonly monitor: Monitor | undefined;
        readonly epochsSpan: Span | undefined;
      }
    | undefined;
  budget: Budget | undefined;
  /** `remat auto`. */
  remat: { readonly origin: Origin } | undefined;
  /** `cache features`. */
  cache: { readonly origin: Origin } | undefined;
  /** Statements that may stand once, by keyword. */
  readonly once: Map<string, Span>;
}

/** A phase or a step that is in effect, and what it says by itself. */
export type Part = { readonly span: Span; readonly spec: Spec } & (
  | {
      readonly type: 'phase';
      readonly statement: Extract<Statement, { readonly type: 'phase' }>;
      readonly epochs: number;
      readonly patience: number | undefined;
      readonly monitor: Monitor | undefined;
    }
  | {
      readonly type: 'step';
      readonly statement: Extract<Statement, { readonly type: 'step' }>;
      readonly times: number;
      /** The phase in which it stands. */
      readonly phase: Statement | undefined;
    }
);

/** The figure that patience watches, as it is written. */
export interface Monitor {
  readonly name: string;
  readonly span: Span;
}

/** A spec whose statements are being run. */
export interface TopLevel {
  readonly spec: Spec;
  /** In the order in which they are written. */
  readonly parts: Part[];
  /** The innermost of them in which the statements stand. */
  readonly inside: Part['statement'] | undefined;
  /** Hypers overridden, as written. */
  readonly settings: Readonly<Record<string, string>>;
  /** `data` and `prep` name ports, which may stand below them. */
  readonly data: Later[];
  readonly prep: Later[];
}

/** One pass over the statements, at its end. */
export interface Session {
  readonly spec: Spec;
  readonly frame: Frame;
  readonly parts: readonly Part[];
  /** What stands outside of phases and steps. */
  readonly outside: Pick<Spec, 'freezes' | 'lossStatement'>;
}

export function emptySpec(): Spec {
  return {
    name: undefined,
    ports: [],
    noises: [],
    targets: [],
    hypers: [],
    losses: [],
    lossStatements: 0,
    lossStatement: undefined,
    penalties: [],
    optimizers: [],
    schedule: undefined,
    clips: [],
    accumulate: 1,
    ema: undefined,
    freezes: [],
    loras: [],
    reparams: [],
    loads: [],
    augments: [],
    metrics: [],
    predicts: undefined,
    data: undefined,
    prep: [],
    train: undefined,
    budget: undefined,
    remat: undefined,
    cache: undefined,
    once: new Map(),
  };
}

/** Whether the statement is the first of its keyword; a second one is a mistake. */
export function first(spec: Spec, keyword: string, span: Span, frame: Frame): boolean {
  const before = spec.once.get(keyword);
  if (before === undefined) {
    spec.once.set(keyword, span);
    return true;
  }
  report(say.NN3010.keyword({ keyword }), span, frame, {
    also: [{ source: frame.site.source, span: before, text: note.first }],
  });
  return false;
}
