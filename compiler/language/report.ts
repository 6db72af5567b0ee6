/** Makes diagnostics of mistakes: at the user's own characters, with the line inside a definition beside them. */
import type { Span } from '../../grammar/ast.ts';
import { catalog } from '../diagnostics/catalog.ts';
import { isShown } from '../diagnostics/words.ts';
import { note } from '../diagnostics/catalog/notes.ts';
import type { Facts, Told } from '../diagnostics/say.ts';
import type { Code } from '../diagnostics/catalog.ts';
import type { Diagnostic, Label, Sink, Source } from '../diagnostics/types.ts';
import type { Made } from './datum.ts';

/** The use of a definition. */
export interface Call {
  readonly source: Source;
  readonly span: Span;
  /** What is used there: `dense`. */
  readonly what: string;
}

/** Where evaluation stands: the file being read, and the uses of definitions that led there, the user's own first. */
export interface Site {
  readonly source: Source;
  readonly calls: readonly Call[];
  /** The line of the user's statement. */
  readonly line: number;
  /** That statement, at top level. */
  readonly statement?: Span | undefined;
  /** What it is part of, for readers: `dense`. */
  readonly what: string;
}

/** Where a mistake is, and whose it is. */
export interface Where {
  readonly site: Site;
  readonly span: Span;
  readonly also?: readonly (Made & { readonly text: string })[];
  /**
   * Whose mistake it is when it is found inside a definition: the caller's, who gave what does not fit (unless said
   * otherwise), or the definition's own, which would be one with any arguments.
   */
  readonly fault?: 'caller' | 'definition';
  /** What is mistaken, where several places may meet it: it is told once, at the first of them. */
  readonly topic?: Facts;
}

export class Reporter {
  #sink: Sink;
  readonly #seen = new Set<string>();
  /** What led to the file in which mistakes are being looked for. */
  #around: readonly Label[] = [];
  #errors = 0;
  #reported = 0;
  readonly #codes = new Set<Code>();

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Tries something: its diagnostics are handed back, and are not reported. */
  attempt<T>(action: () => T): { readonly value: T; readonly found: readonly Diagnostic[] } {
    const [sink, errors, seen] = [this.#sink, this.#errors, new Set(this.#seen)];
    const found: Diagnostic[] = [];
    this.#sink = { report: (diagnostic) => void found.push(diagnostic) };
    try {
      return { value: action(), found };
    } finally {
      this.#sink = sink;
      this.#errors = errors;
      this.#seen.clear();
      for (const key of seen) this.#seen.add(key);
    }
  }

  /** Tries something: its diagnostics are reported if its outcome is kept, and are as if never met if not. */
  tentative<T>(action: () => T, isKept: (outcome: T) => boolean): T {
    const sink = this.#sink;
    const [errors, seen] = [this.#errors, new Set(this.#seen)];
    const found: Diagnostic[] = [];
    this.#sink = { report: (diagnostic) => void found.push(diagnostic) };
    try {
      const outcome = action();
      if (isKept(outcome)) found.forEach((diagnostic) => sink.report(diagnostic));
      else {
        this.#errors = errors;
        this.#seen.clear();
        for (const key of seen) this.#seen.add(key);
      }
      return outcome;
    } finally {
      this.#sink = sink;
    }
  }

  /** Shows this place beside all that is reported meanwhile. */
  during<T>(around: Label, action: () => T): T {
    const before = this.#around;
    this.#around = [around, ...before];
    try {
      return action();
    } finally {
      this.#around = before;
    }
  }

  /** Whether a mistake of this code has been met. */
  has(code: Code): boolean {
    return this.#codes.has(code);
  }

  /** How often something was reported, also where it had been told before. */
  get reported(): number {
    return this.#reported;
  }

  get errors(): number {
    return this.#errors;
  }

  report(told: Told, where: Where): void {
    this.#reported += 1;
    const { code, variant, facts, message, label = '', help } = told;
    const { site, span, fault = 'caller' } = where;
    this.#codes.add(code);
    if (catalog[code].severity === 'error') this.#errors += 1;
    const here: Label = { source: site.source, span, text: label };
    const outermost = site.calls[0];
    // The library's definitions are not the user's to mend.
    const inside = outermost !== undefined && (fault === 'caller' || outermost.source !== site.source);
    const primary = inside ? { source: outermost.source, span: outermost.span, text: note.use(outermost.what) } : here;
    // The training graph, the evaluation graph and each round of a repeat meet the same mistake again; a wrong
    // argument is one mistake, however many lines of the definition it breaks.
    const place = [primary.source.file, primary.span.start, primary.span.end].join(' ');
    // Operands inside a definition have its words for names, which the caller has not written: their shapes count.
    const known = JSON.stringify(facts, (_, fact: unknown) => (inside && isShown(fact) ? fact.shape : fact));
    const key = JSON.stringify(where.topic === undefined ? [code, place, variant, known] : [code, where.topic]);
    const definitionKey = `${code} ${here.source.file} ${span.start} ${span.end}`;
    if (this.#seen.has(key) || this.#seen.has(`definition ${definitionKey}`)) return;
    this.#seen.add(key);
    if (fault === 'definition') this.#seen.add(`definition ${definitionKey}`);
    const also = (where.also ?? []).filter(
      (label) =>
        !(
          label.source === primary.source &&
          label.span.start === primary.span.start &&
          label.span.end === primary.span.end
        ),
    );
    const seenLabels = new Set<string>();
    const secondary = [...(inside ? [here] : []), ...also, ...this.#around].filter((label) => {
      const at = `${label.source.file} ${label.span.start} ${label.span.end} ${label.text}`;
      if (seenLabels.has(at)) return false;
      seenLabels.add(at);
      return true;
    });
    this.#sink.report({ code, severity: catalog[code].severity, message, variant, facts, primary, secondary, help });
  }
}
