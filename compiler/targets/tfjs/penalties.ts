/** Penalties of the emitted file: what parameters have that are treated alike stands there once, and is called for each. */
import { wordFor } from '../../ir/called.ts';
import { InternalError } from '../../diagnostics/types.ts';
import { lossTerms, ownTerms } from '../../ir/own-terms.ts';
import type { LossTerm, OwnTerm } from '../../ir/own-terms.ts';
import type { Plan } from '../../ir/plan.ts';
import type { InputRole, Node, Origin, Value } from '../../ir/types.ts';
import type { Facts } from './facts.ts';
import type { Frame } from './frame.ts';
import { sharedFrame } from './frame.ts';
import { FunctionCode } from './function-code.ts';
import type { Doc, Line } from './layout.ts';
import { WIDTH, call, flat, layLines, render } from './layout.ts';
import { member, property } from './names.ts';
import { Headings } from './quotes.ts';
import { telling } from './slot-rules.ts';
import { meaningOf } from './updates.ts';

/** Parameters with which the same is done. */
interface Group<Member extends { readonly path: string }> {
  /** The rule of the table that says which they are. */
  readonly rule: string;
  readonly members: readonly [Member, Member, ...Member[]];
}

export interface Penalised {
  /** The paths that each rule is for, and the statement that it comes from. */
  readonly rules: ReadonlyMap<string, { readonly paths: readonly string[]; readonly origin: Origin }>;
  /** Terms with the functions that compute them. */
  readonly terms: readonly (Group<LossTerm> & { readonly name: string })[];
  readonly gradients: readonly Group<OwnTerm>[];
  /** What is written in those functions, and not as lines of its own. */
  readonly inside: ReadonlySet<Node>;
}

/** What a training graph does alike for several parameters. */
export function penalisedBy(plan: Plan, facts: Facts): Penalised {
  const rules = new Map<string, { readonly paths: readonly string[]; readonly origin: Origin }>();
  const ruleOf = (paths: readonly string[], origin: Origin): string => {
    const known = [...rules].find(([, rule]) => rule.paths.join(' ') === paths.join(' '));
    if (known !== undefined) return known[0];
    const words = [origin.what, ...Array.from({ length: rules.size }, (_, i) => `${origin.what}_${i + 1}`)];
    const free = words.find((word) => !rules.has(word)) ?? origin.what;
    rules.set(free, { paths, origin });
    return free;
  };
  const terms = alike(lossTerms(plan), ({ parameter, nodes }) => meaning([['parameter', parameter]], nodes, facts));
  const gradients = alike(ownTerms(plan), ({ parameter, part, node }) =>
    meaning(
      [
        ['parameter', parameter],
        ['grad', part],
      ],
      [node],
      facts,
    ),
  );
  const ruled = <Member extends { readonly path: string }>(
    members: Group<Member>['members'],
    { origin }: Node,
  ): Group<Member> => ({ members, rule: ruleOf(members.map(({ path }) => path).toSorted(), origin) });
  return {
    terms: terms.map((members) => {
      const last = lastOf(members[0]);
      return { ...ruled(members, last), name: facts.scope.takeFunction(last.origin.what) };
    }),
    gradients: gradients.map((members) => ruled(members, members[0].node)),
    rules,
    inside: new Set([...terms.flat().flatMap(({ nodes }) => nodes), ...gradients.flat().map(({ node }) => node)]),
  };
}

/** The table that says which parameters they are, if there is anything to say. */
export interface PenaltyTable {
  readonly text: readonly string[];
  /** Functions of the runtime that it calls, or that are called with it. */
  readonly imported: readonly string[];
}

/** `const penalised = covered(parameters, { … });`. */
export function writePenalised(facts: Facts, { rules, terms, gradients }: Penalised, name: string): PenaltyTable {
  if (rules.size === 0) return { text: [], imported: [] };
  const trained = facts.program.model.parameters.filter(({ frozen }) => !frozen);
  const headings = new Headings(facts.quotes);
  const told = [...rules].map(([rule, { paths, origin }]) => {
    const own = new Set(paths);
    const members = trained.filter(({ path }) => own.has(path));
    const others = trained.filter(({ path }) => !own.has(path));
    return { rule, origin, ...(others.length === 0 ? EVERY : telling(members, others)) };
  });
  const lines = told.flatMap(({ rule, origin, head, test }): readonly Line[] => {
    const key = `${property(rule)}: ${head}`;
    const heading = headings.above(origin);
    if (key.length + flat(test).length + 4 <= WIDTH) return [{ heading, code: [key, ' ', test, ','] }];
    // As prettier has it: what does not fit stands below its head.
    return [{ heading, code: key }, { code: `  ${render(test, 4, 4, 1)},` }];
  });
  const table = `export const ${name} = covered(parameters, {\n${layLines(lines)}\n});`;
  return {
    text: [`/** The parameters that penalties treat alike. */\n${table}`],
    imported: [
      'covered',
      ...(terms.length > 0 ? ['leavesAt'] : []),
      ...(gradients.length > 0 ? ['withTerms'] : []),
      ...(told.some(({ test }) => flat(test).includes('within(')) ? ['within'] : []),
    ],
  };
}

const EVERY = { head: '() =>', test: 'true' };

/** The functions that compute the terms, and for `forward` the lists of what they give. */
export function writeTerms(
  facts: Facts,
  { terms }: Penalised,
  table: string,
): { readonly texts: readonly string[]; readonly lists: Frame['lists'] } {
  const lists = new Map<Value, Doc>();
  const texts = terms.map(({ name, rule, members }) => {
    const text: Doc = call(`leavesAt(p, ${member(table, rule)}).map`, [`(w) => ${name}(k, w)`]);
    members.forEach(({ value }) => lists.set(value, text));
    return termText(facts, name, members[0]);
  });
  return { texts, lists };
}

/** `function l2(k: K, w: Value) { … }`. */
function termText(facts: Facts, name: string, term: LossTerm): string {
  const { parameter, value, nodes } = term;
  const whole = wordFor(value);
  const own = nodes.flatMap(({ outputs }) => outputs.filter((output) => wordFor(output).startsWith(`${whole}_`)));
  const words = new Map(own.map((output) => [output, wordFor(output).slice(whole.length + 1)]));
  const code = codeOver(facts, new Map([[parameter, 'w']]), nodes, words);
  for (const node of nodes.slice(0, -1)) code.node(node);
  const last = lastOf(term);
  code.lines.push({ code: ['return ', code.expression(last), ';'] });
  const head = `/** ${facts.quotes.of(last.origin)} */\nfunction ${name}(k: K, w: Value): Value {`;
  return [...facts.bodies.take(), `${head}\n${layLines(code.lines)}\n}`].join('\n\n');
}

/** What `backward` returns, where it has not returned the gradients with their terms by then. */
export function returnGradients(
  facts: Facts,
  { gradients }: Penalised,
  rules: string,
  { code, frame, table }: { readonly code: FunctionCode; readonly frame: Frame; readonly table: Doc },
): Doc | undefined {
  let sofar = 'g';
  gradients.forEach(({ rule, members: [{ node, parameter, part }] }, i) => {
    if (i === 0) code.lines.push({ code: [`const ${sofar} = `, table, ';'] });
    const one = codeOver(
      facts,
      new Map([
        [parameter, 'w'],
        [part, 'd_w'],
      ]),
      [node],
    );
    const made: Doc = ['(d_w, w) => ', one.expression(node)];
    for (const object of ['p', ...one.objects].filter((each) => each !== 'w' && each !== 'd_w'))
      code.objects.add(object);
    for (const number of one.numbers) code.numbers.add(number);
    const next = i === gradients.length - 1 ? undefined : frame.scope.take('g');
    const args = [sofar, 'p', member(rules, rule), made];
    code.line(node.origin, [call(next === undefined ? 'return withTerms' : `const ${next} = withTerms`, args), ';']);
    sofar = next ?? sofar;
  });
  return gradients.length === 0 ? table : undefined;
}

/** Gradients before their terms are added, by what they are then. */
export const partsOf = ({ gradients }: Penalised): ReadonlyMap<Value, Value> =>
  new Map(
    gradients.flatMap(({ members }) => members.flatMap(({ node, part }) => node.outputs.map((made) => [made, part]))),
  );

/** Code that is given values under names of its own, and stands for many parameters. */
function codeOver(
  facts: Facts,
  given: ReadonlyMap<Value, string>,
  nodes: readonly Node[],
  words: Frame['words'] = new Map(),
): FunctionCode {
  const scope = facts.scope.inner(['k', 'p', 'n', ...given.values()]);
  const fields = new Map([...given].map(([value, object]) => [value, { object, keys: [] }]));
  const frame = sharedFrame(scope, fields, new Set(nodes.flatMap(({ inputs }) => inputs)), words);
  return new FunctionCode(facts, frame, {}, { headings: 'none' });
}

function lastOf({ nodes }: LossTerm): Node {
  const last = nodes.at(-1);
  if (last === undefined) throw new InternalError('a term is made by nothing');
  return last;
}

/** Lists of two and more that mean the same. */
function alike<Member extends { readonly path: string }>(
  all: readonly Member[],
  meaningOf: (member: Member) => string,
): readonly Group<Member>['members'][] {
  const groups = new Map<string, Member[]>();
  for (const each of all) {
    const key = meaningOf(each);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap(([first, second, ...rest]) =>
    first === undefined || second === undefined ? [] : [[first, second, ...rest]],
  );
}

function meaning(given: readonly (readonly [InputRole, Value])[], nodes: readonly Node[], facts: Facts): string {
  const [first] = nodes;
  const inputs = given.map(([role, value]) => ({ role, name: role, value }));
  return `${first?.origin.statement?.start ?? ''} ${meaningOf({ inputs, steps: nodes }, facts)}`;
}
