/** What values are called that nobody has given a word: after what makes them, and of what. */
import { registry } from '../ops/index.ts';
import { calledAs, inForm, localWord, nameOf, parted } from './called.ts';
import type { Called } from './called.ts';
import { join } from './paths.ts';
import { constantOf, filledWith } from './traits.ts';
import type { Node, Value } from './types.ts';
import { definitions } from './uses.ts';

/** Ops of which a word may tell: `sqrt_v`, `sum_square_d`; more would be a formula. */
const MOST_OPS = 2;

const numberWords: ReadonlyMap<number, string> = new Map([
  [0, 'zero'],
  [1, 'one'],
]);

/** The last part of a word. */
const ownOf = (word: string): string => nameOf(word.replace(/^(∂*).*\./u, '$1'));

interface Said extends Called {
  readonly word: string;
  /** Of another form of a value, what that is called. */
  readonly shown?: string;
  /** Of a sum, what its terms are called. */
  readonly terms?: string;
  /** How many ops it tells of: none where somebody has said it. */
  readonly ops: number;
}

/** The words of the values that some nodes make and read. Who asks in the order of the nodes asks no deep question. */
export class Words {
  readonly #makers: ReadonlyMap<Value, Node>;
  readonly #said = new Map<Value, Said>();

  constructor(nodes: readonly Node[]) {
    this.#makers = definitions({ nodes });
  }

  /** What a value is called; after what makes it, where nobody has said. */
  of(value: Value): Called & { readonly word: string; readonly terms?: string } {
    return this.#of(value);
  }

  /** Says what a value is called, for what is made of it. */
  say(value: Value, called: Called & { readonly word: string; readonly terms?: string }): void {
    const known = this.#said.get(value);
    const shown = known?.word === called.word ? known.shown : undefined;
    const terms = called.terms ?? this.#termsOf(value);
    this.#said.set(value, {
      ...calledAs(called),
      word: called.word,
      ...(shown === undefined ? {} : { shown }),
      ...(terms === undefined ? {} : { terms }),
      ops: 0,
    });
  }

  #termsOf(value: Value): string | undefined {
    const maker = this.#makers.get(value);
    const [summed] = maker?.op === 'sum' ? maker.inputs : [];
    return summed === undefined ? undefined : ownOf(this.#of(summed).word);
  }

  #of(value: Value): Said {
    const known = this.#said.get(value);
    if (known !== undefined) return known;
    const { word, givenAs } = value;
    const maker = this.#makers.get(value);
    const said: Said =
      word !== undefined
        ? { word, givenAs, ops: 0 }
        : maker === undefined
          ? { word: 'value', givenAs, ops: 0 }
          : this.#made(value, maker);
    this.#said.set(value, said);
    return said;
  }

  #made(value: Value, node: Node): Said {
    const { givenAs } = value;
    const { scope = '' } = node.origin;
    const constant = constantOf(node) ?? filledWith(node);
    if (constant !== undefined) return { word: numberWords.get(constant) ?? 'number', givenAs, ops: 0 };
    const { shows } = registry.get(node.op) ?? {};
    const [shown] = node.inputs;
    if (shows !== undefined && shown !== undefined) return this.#inForm(shows, shown, givenAs);
    const mean = this.#mean(node);
    if (mean !== undefined) return { word: join(scope, mean), givenAs, ops: 1 };
    const [operand, other] = node.inputs.filter((input) => !this.#isConstant(input));
    if (operand !== undefined && other === undefined && node.outputs.length === 1) {
      const of = this.#of(operand);
      // A sum of sums is a sum.
      if (this.#makers.get(operand)?.op === node.op && operand.word === undefined) return { ...of, givenAs };
      // In which form it is taken is not told.
      const word = of.shown ?? of.word;
      const what = ownOf(parted(word).path);
      const name = localWord({ ...of, word }, { scope, what }) ?? ownOf(word);
      if (node.inputs.length === 1 && of.ops < MOST_OPS)
        return { word: join(scope, `${node.op}_${name}`), givenAs, ops: of.ops + 1 };
    }
    return { word: join(scope, nounOf(node.op)), givenAs, ops: MOST_OPS };
  }

  /** A sum over a number of the host, be it in two steps: `mean_d_x`. */
  #mean({ op, inputs: [sum, count] }: Node): string | undefined {
    if (op !== 'div' || sum === undefined || count?.type.dtype !== 'f64') return undefined;
    const maker = this.#makers.get(sum);
    if (maker !== undefined && sum.word === undefined && maker.op === op) return this.#mean(maker);
    const terms = this.#said.get(sum)?.terms ?? this.#termsOf(sum);
    return terms === undefined ? undefined : `mean_${terms}`;
  }

  /** A value in another form: of several in a row the last is said. */
  #inForm(form: string, value: Value, givenAs: Value['givenAs']): Said {
    const of = this.#of(value);
    if (form === '') return { ...of, givenAs: givenAs ?? of.givenAs };
    const shown = value.word === undefined ? (of.shown ?? of.word) : of.word;
    const { word = shown, ...called } = inForm({ ...of, word: shown }, form);
    return { ...called, word, shown, ops: of.ops };
  }

  #isConstant(value: Value): boolean {
    const maker = this.#makers.get(value);
    return maker !== undefined && constantOf(maker) !== undefined;
  }
}

/** What comes out of an op. */
const nounOf = (op: string): string => registry.get(op)?.noun ?? op;

/** The words of what some nodes make, in their order. */
export function wordsOf(nodes: readonly Node[]): Words {
  const words = new Words(nodes);
  for (const { outputs } of nodes) for (const output of outputs) words.of(output);
  return words;
}
