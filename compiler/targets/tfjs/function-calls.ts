/** Calls of functions of the file: one at a time, or the rounds of a repeat on one line. */
import { InternalError } from '../../diagnostics/types.ts';
import { isBelow, within, wordOf } from '../../ir/paths.ts';
import type { Store } from '../../ir/plan.ts';
import { isStore } from '../../ir/plan.ts';
import type { Node, Origin, Value } from '../../ir/types.ts';
import { functionOf, passOf, resultsOf } from '../../ops/call_function.ts';
import { roundOf, withChains } from './chains.ts';
import type { Chain, Step } from './chains.ts';
import { below } from './emitted.ts';
import type { Emitted, Signature } from './emitted.ts';
import type { Facts } from './facts.ts';
import { shapeText } from './facts.ts';
import type { Frame } from './frame.ts';
import type { Doc } from './layout.ts';
import { call } from './layout.ts';
import { member, quoted } from './names.ts';

/** The function in which the calls stand. */
export interface Caller {
  readonly facts: Facts;
  readonly frame: Frame;
  /** The keys of its own parameters and states. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** Its parameter that holds the path at which it was called. */
  readonly at: string | undefined;
  /** What stands before the names of random streams where it has none. */
  readonly streams: string;
  readonly ref: (value: Value) => string;
  /** The text of the local that holds a value which is a part of it. */
  readonly holder: (value: Value) => string | undefined;
  /** Takes down that the function reads one of its parameters. */
  readonly reads: (what: 'p' | 'n' | 'at' | 'B') => void;
  /** Takes down that these fields of `n` are read by what is called. */
  readonly numbers: (fields: readonly string[]) => void;
  readonly line: (origin: Origin, code: Doc, comment: string) => void;
  /** Says how a value is written from here on: as it stands in a local, or as a part of one, the root. */
  readonly name: (value: Value, text: string, root: string) => void;
}

/** What stands for the parameters of a function in a call. */
interface Given {
  readonly p: string;
  readonly at: string;
  readonly kept: string | undefined;
}

export class FunctionCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** The steps with the rounds of a repeat as one, where they can be. */
  joined(steps: readonly (Node | Store)[]): readonly Step[] {
    const nodes = steps.filter((step): step is Node => !isStore(step));
    const { functions } = this.#caller.facts;
    const isElement = (node: Node): boolean => {
      const place = roundOf(node);
      const tables = place === undefined ? undefined : below(`${place.repeat}.${place.round}`, this.#caller.keys);
      return tables?.there.at(-1) === String(place?.round);
    };
    return withChains(steps, nodes, isElement, (node) => functions.nameOf(node));
  }

  /** `const encoder_0 = encoder(k, p.encoder[0], x);` */
  one(node: Node): void {
    const { facts, frame, keys, ref, line, reads, streams } = this.#caller;
    const { at } = node.attrs;
    const path = typeof at === 'string' ? at : '';
    const emitted = facts.functions.of(node);
    const signature = signatureOf(node, emitted);
    const isBack = isBackward(node);
    const local = frame.scope.take(`${isBack ? 'd_' : ''}${wordOf(path)}`);
    const [token] = isBack ? node.inputs : [];
    if (signature.takes.p) reads('p');
    const given: Given = {
      p: member('p', ...(below(path, keys)?.there ?? [])),
      at: this.#pathText(quoted(`${streams}${path}`), path),
      kept: token === undefined ? undefined : ref(token),
    };
    line(node.origin, [`const ${local} = `, this.#text(signature, node, given, ref), ';'], commentOf(node));
    this.#nameResults(node, emitted, local, local, undefined);
  }

  /** `const encoder_rounds = chain(p.encoder, x, (q, x) => encoder(k, q, x));` */
  chain({ calls, carried }: Chain): void {
    const { facts, frame, ref, line, streams } = this.#caller;
    const [first, second] = calls;
    const place = first === undefined ? undefined : roundOf(first);
    const start = first?.inputs[carried];
    if (first === undefined || place === undefined || start === undefined) throw new InternalError('an empty chain');
    const { repeat } = place;
    const emitted = facts.functions.of(first);
    const signature = signatureOf(first, emitted);
    const isBack = isBackward(first);
    const from = Math.min(...calls.map((each) => roundOf(each)?.round ?? 0));
    const inner = frame.scope.inner();
    const [q, x, i] = [inner.take('q'), inner.take(isBack ? 'd_x' : 'x'), inner.take('i')];
    const kept = isBack ? inner.take('made') : undefined;
    const path = `${repeat}.\${${from === 0 ? i : `${i} + ${from}`}}`;
    const given: Given = { p: q, at: this.#pathText(`\`${streams}${path}\``, path), kept };
    const code = this.#text(signature, first, given, (value, input) => (input === carried ? x : ref(value)));
    const tables = this.#tables(repeat, from, calls.length, first.origin);
    const index = signature.takes.at ? [i] : [];
    if (emitted.backward === undefined) {
      const local = frame.scope.take(wordOf(repeat));
      const parameters = [x, q, ...index].join(', ');
      const body = call(`${tables}.reduce<Value>`, [[`(${parameters}) => `, code], ref(start)]);
      line(first.origin, [`const ${local} = `, body, ';'], commentOf(first));
      for (const each of calls) this.#nameResults(each, emitted, local, local, undefined);
      return;
    }
    const before = kept === undefined ? [] : [this.#kept(calls)];
    const parameters = [q, ...(kept === undefined ? [] : [kept]), x, ...index].join(', ');
    const body = call(isBack ? 'chainBack' : 'chain', [tables, ...before, ref(start), [`(${parameters}) => `, code]]);
    const local = frame.scope.take(`${isBack ? 'd_' : ''}${wordOf(repeat)}_rounds`);
    line(first.origin, [`const ${local} = `, body, ';'], commentOf(first));
    for (const each of calls) {
      const round = (roundOf(each)?.round ?? from) - from;
      this.#nameResults(each, emitted, `${local}.rounds[${round}]`, local, calls.length);
    }
    const handed = first.outputs.findIndex((output) => output === second?.inputs[carried]);
    const last = calls.at(-1)?.outputs[handed];
    if (last !== undefined) this.#caller.name(last, `${local}.${isBack ? 'd_x' : 'it'}`, local);
    frame.chains.set(local, calls);
  }

  /** What the rounds of the way back are given of what those forward have kept. */
  #kept(calls: readonly Node[]): string {
    const { frame, holder, ref } = this.#caller;
    const tokens = calls.flatMap(({ inputs: [token] }) => (token === undefined ? [] : [token])).toReversed();
    const texts = tokens.map(ref);
    const [root, ...others] = new Set(tokens.map((token) => frame.roots.get(token)));
    const chain = root === undefined || others.length > 0 ? undefined : frame.chains.get(root);
    const from = chain?.findIndex(({ outputs }) => outputs.at(-1) === tokens[0]);
    if (chain === undefined || from === undefined) return `[${texts.join(', ')}]`;
    const to = from + tokens.length;
    const rounds = `${tokens[0] === undefined ? '' : holder(tokens[0])}.rounds`;
    if (from === 0 && to === chain.length) return rounds;
    return `${rounds}.slice(${to === chain.length ? from : `${from}, ${to}`})`;
  }

  #text(
    { name, takes, numbers, args }: Signature,
    node: Node,
    { p, at, kept }: Given,
    ref: (value: Value, input: number) => string,
  ): Doc {
    const { reads, numbers: readNumbers } = this.#caller;
    if (takes.n) reads('n');
    readNumbers(numbers);
    if (takes.at && this.#caller.at !== undefined) reads('at');
    if (takes.B) reads('B');
    const values = args.flatMap((arg) => {
      const input = isBackward(node) ? arg + 1 : arg;
      const value = node.inputs[input];
      return value === undefined ? [] : [ref(value, input)];
    });
    const first = [takes.p ? p : '', takes.n ? 'n' : '', takes.at ? at : '', takes.B ? 'B' : ''];
    const keptText = takes.kept ? (kept ?? '') : '';
    return call(name, ['k', ...[...first, keptText].filter((text) => text !== ''), ...values]);
  }

  /** A path, from the one at which the function itself was called. */
  #pathText(alone: string, path: string): string {
    const { at } = this.#caller;
    return at === undefined ? alone : `\`\${${at}}.${path}\``;
  }

  /** `p.encoder`; of some of its rounds, a local that holds them. */
  #tables(repeat: string, from: number, count: number, origin: Origin): string {
    const { frame, keys, line, reads } = this.#caller;
    reads('p');
    const table = member('p', ...(below(`${repeat}.${from}`, keys)?.there ?? []).slice(0, -1));
    const rounds = new Set(
      [...keys.keys()].flatMap((path) => (isBelow(repeat, path) ? [within(repeat, path).split('.')[0]] : [])),
    );
    if (from === 0 && count === rounds.size) return table;
    if (from + count < rounds.size) return `${table}.slice(${from}, ${from + count})`;
    const local = frame.scope.take(`${wordOf(repeat)}_rest`);
    line(origin, `const [${', '.repeat(from)}...${local}] = ${table};`, '');
    return local;
  }

  /** Names what a call gives, as parts of what holds its results. */
  #nameResults(node: Node, { backward, keys }: Emitted, local: string, root: string, rounds: number | undefined): void {
    const { frame, name: say } = this.#caller;
    const body = functionOf(node.bodies);
    const pass = passOf(node.attrs);
    const { at } = node.attrs;
    const inside = typeof at === 'string' ? below(at, this.#caller.keys)?.inside : undefined;
    for (const [i, { role, name }] of resultsOf(body, pass).entries()) {
      const output = node.outputs[i];
      if (output === undefined) continue;
      if (role === 'state') frame.stored.add(output);
      else if (role !== 'grad') say(output, backward === undefined ? local : member(local, 'it'), root);
      else {
        const key = keys.get(Number(name));
        const way = inside?.get(body.inputs[Number(name)]?.name ?? '') ?? [];
        say(output, key === undefined ? member(local, 'g', ...way) : member(local, key), root);
        const chain = rounds === undefined ? undefined : { local: root, rounds };
        if (key === undefined) frame.given.set(output, { call: node, local, keys: way, chain });
      }
    }
    const token = pass === 'forward' ? node.outputs.at(-1) : undefined;
    if (token !== undefined) say(token, local, root);
  }
}

const isBackward = ({ attrs }: Node): boolean => passOf(attrs) === 'backward';

function signatureOf(node: Node, { forward, backward }: Emitted): Signature {
  const signature = isBackward(node) ? backward : forward;
  if (signature === undefined) throw new InternalError('a function that has no way back');
  return signature;
}

/** The shape of what a call gives; gradients say theirs where they are made. */
function commentOf(node: Node): string {
  const [output] = node.outputs;
  return isBackward(node) || output === undefined ? '' : shapeText(output.type.shape);
}
