/** The table of slots: for each kind of update, which parameters it takes, and what is remembered of one. */
import type { Update } from '../../ir/model.ts';
import type { Facts } from './facts.ts';
import type { Doc, Line } from './layout.ts';
import { WIDTH, call, flat, layLines, object, render } from './layout.ts';
import { property, quoted } from './names.ts';
import { Headings } from './quotes.ts';
import type { StepFacts } from './steps.ts';
import type { Kind } from './updates.ts';

/** A rule of the table, and the function that updates its parameters. */
export interface SlotRule {
  readonly key: string;
  readonly kind: Kind;
}

interface Rule extends SlotRule {
  readonly slots: Doc;
  readonly members: readonly Member[];
  readonly hasOwnShape: boolean;
}

/** A parameter of the table. */
export interface Member {
  readonly path: string;
  readonly shape: readonly number[];
}

export interface SlotTable {
  readonly text: string;
  readonly rules: readonly SlotRule[];
  /** Functions of the runtime that it calls. */
  readonly imported: readonly string[];
}

/**
 * `export const slots = remembered(parameters, { … });`. `initial` writes the initial value of an update's slot. The table
 * of parameters may say of some that they are trained, and other steps train them.
 */
export function writeSlots(
  facts: Facts,
  { kinds, names }: Pick<StepFacts, 'kinds' | 'names'>,
  initial: (slot: Update['slots'][number]) => string,
): SlotTable {
  const doc = '/** What the optimizer remembers of each parameter: by the first rule that is for it. */';
  if (kinds.length === 0)
    return { text: `${doc}\nexport const ${names.slots} = {} as const;`, rules: [], imported: [] };
  const headings = new Headings(facts.quotes);
  const shapes = new Map(facts.program.model.parameters.map(({ path, shape }) => [path, shape]));
  const own = new Set(kinds.flatMap(({ updates }) => updates.map(({ parameter }) => parameter)));
  const others = facts.program.model.parameters.filter(({ path, frozen }) => !frozen && !own.has(path));
  const rules = inOrder(
    kinds.flatMap((kind) => rulesOf(facts, kind, shapes, initial)),
    others,
  );
  const lines = rules.flatMap(({ rule, of }): readonly Line[] => {
    const [update] = rule.kind.updates;
    const heading = update === undefined ? undefined : headings.above(update.origin);
    const slots: Doc = ['slots: ', rule.slots];
    const key = `${property(rule.key)}: `;
    if (of === undefined) return [{ heading, code: [key, object([slots]), ','] }];
    const whole = [key, object([['of: ', of.head, ' ', of.test], slots]), ','];
    if (flat(whole).length + 2 <= WIDTH) return [{ heading, code: whole }];
    const test = `of: ${of.head} ${flat(of.test)},`;
    // As prettier has it: what does not fit stands below its head.
    const written = test.length + 4 <= WIDTH ? [test] : [`of: ${of.head}`, `  ${render(of.test, 6, 6, 1)},`];
    return [
      { heading, code: `${key}{` },
      ...[...written, `${render(slots, 4, 4, 1)},`].map((line): Line => ({ code: `  ${line}` })),
      { code: '},' },
    ];
  });
  const text = `${doc}\nexport const ${names.slots} = remembered(parameters, {\n${layLines(lines)}\n});`;
  const hasOwnShapes = rules.some(({ rule }) => rule.hasOwnShape);
  const asks = (callee: string): boolean => rules.some(({ of }) => of !== undefined && flat(of.test).includes(callee));
  return {
    text,
    rules: rules.map(({ rule: { key, kind } }) => ({ key, kind })),
    imported: [
      'remembered',
      'each',
      ...(hasOwnShapes ? ['slot'] : []),
      ...(kinds.some(hasAverage) ? [AVERAGE] : []),
      ...(asks('within(') ? ['within'] : []),
    ],
  };
}

const hasAverage = ({ updates }: Kind): boolean =>
  updates.some(({ slots }) => slots.some(({ isAverage }) => isAverage === true));

const sizes = (shape: readonly unknown[]): string => shape.join(', ');

/** A rule for each way in which slots of one kind start. */
function rulesOf(
  facts: Facts,
  kind: Kind,
  shapes: ReadonlyMap<string, readonly number[]>,
  initial: (slot: Update['slots'][number]) => string,
): readonly Rule[] {
  const shapeOf = ({ parameter }: Update): readonly number[] => shapes.get(parameter) ?? [];
  const [first] = kind.updates;
  const forms = (first?.slots ?? []).map((_, i) => {
    const pairs = kind.updates.map((update) => [update.slots[i]?.shape ?? [], shapeOf(update)] as const);
    return shapeForm(pairs);
  });
  const groups = new Map<string, { readonly slots: Doc; readonly members: Member[] }>();
  for (const update of kind.updates) {
    const entries = update.slots.map((slot, i): readonly [string, string] => {
      if (slot.isAverage === true) return [slot.name, AVERAGE];
      const form = forms[i] ?? `() => [${sizes(slot.shape)}]`;
      return [slot.name, form === OWN ? initial(slot) : `slot(${form}, ${initial(slot)})`];
    });
    const key = JSON.stringify(entries);
    const known = groups.get(key) ?? {
      slots: object(entries.map(([name, text]) => (name === text ? name : `${property(name)}: ${text}`))),
      members: [],
    };
    groups.set(key, known);
    known.members.push({ path: update.parameter, shape: shapeOf(update) });
  }
  return [...groups.values()].map(({ slots, members }, i) => ({
    key: i === 0 ? kind.name : facts.scope.takeFunction(kind.name),
    kind,
    slots,
    members,
    hasOwnShape: forms.some((form) => form !== OWN),
  }));
}

/** The runtime's word for a slot that is the average of its parameter. */
const AVERAGE = 'average';

/** The parameter's shape as it is. */
const OWN = '';

/** How the shape of a slot follows from that of its parameter, for all that are given; undefined where it does not. */
function shapeForm(
  pairs: readonly (readonly [slot: readonly unknown[], parameter: readonly number[]])[],
): string | undefined {
  const fits = (of: (parameter: readonly number[]) => readonly unknown[] | undefined): boolean =>
    pairs.every(([slot, parameter]) => {
      const shape = of(parameter);
      return shape !== undefined && shape.length === slot.length && sizes(shape) === sizes(slot);
    });
  const [[first] = [[]]] = pairs;
  if (fits((parameter) => parameter)) return OWN;
  for (let axis = 1; axis <= first.length; axis++) {
    if (fits((parameter) => (axis <= parameter.length ? parameter.with(-axis, 1) : undefined)))
      return `(shape) => shape.with(-${axis}, 1)`;
  }
  return fits(() => first) ? `() => [${sizes(first)}]` : undefined;
}

/** The rules in an order in which each is easily told from those behind it, and from parameters that none is for. */
function inOrder(
  rules: readonly Rule[],
  others: readonly Member[],
): readonly { readonly rule: Rule; readonly of: Test | undefined }[] {
  const rest = [...rules];
  const ordered: { readonly rule: Rule; readonly of: Test | undefined }[] = [];
  while (rest.length > (others.length > 0 ? 0 : 1)) {
    const choices = rest.map((rule) => ({
      rule,
      test: telling(rule.members, [
        ...rest.filter((other) => other !== rule).flatMap(({ members }) => members),
        ...others,
      ]),
    }));
    const [first, ...more] = choices;
    if (first === undefined) break;
    const best = more.reduce((sofar, choice) => (choice.test.terms < sofar.test.terms ? choice : sofar), first);
    ordered.push({ rule: best.rule, of: best.test });
    rest.splice(rest.indexOf(best.rule), 1);
  }
  return [...ordered, ...rest.map((rule) => ({ rule, of: undefined }))];
}

/** `({ shape }) =>` and what is asked of it. */
export interface Test {
  readonly head: string;
  readonly test: Doc;
  /** How much there is to read. */
  readonly terms: number;
}

/** What is true of some parameters and not of others: of their axes, of the beginnings of their paths, or of both. */
export function telling(members: readonly Member[], others: readonly Member[]): Test {
  const rank = ({ shape }: Member): number => shape.length;
  const ranks = new Set(members.map(rank));
  const [lowest, highest] = [Math.min(...ranks), Math.max(...ranks)];
  const bounds = [
    { text: `shape.length > ${lowest - 1}`, holds: (member: Member) => rank(member) >= lowest },
    { text: `shape.length < ${highest + 1}`, holds: (member: Member) => rank(member) <= highest },
  ];
  const tests: Test[] = bounds.flatMap(({ text, holds }): readonly Test[] => {
    const left = others.filter(holds);
    if (left.length === 0) return [{ head: '({ shape }) =>', test: text, terms: 1 }];
    if (left.length === others.length) return [];
    return pathTests(members, left).map(({ test, terms }) => {
      return { head: '({ path, shape }) =>', test: [`${text} && `, test], terms: terms + 1 };
    });
  });
  tests.push(...pathTests(members, others));
  return tests.reduce((best, test) => (test.terms < best.terms ? test : best));
}

const BY_PATH = '({ path }) =>';

/** What tells members by their paths, and what tells the others, of whom they are none: that is read a little slower. */
function pathTests(members: readonly Member[], others: readonly Member[]): readonly Test[] {
  const own = byPath(members, others);
  if (others.length === 0 || members.length === 0) return [own];
  const { test, terms } = byPath(others, members);
  const none: Doc = typeof test === 'string' && EQUAL.test(test) ? test.replace(EQUAL, ' !== ') : ['!', test];
  return [own, { head: BY_PATH, test: none, terms: terms + 0.5 }];
}

const EQUAL = /(?<=^path) === (?=')/;

/** The shortest beginnings that these paths have and the others have not, or their last name. */
function byPath(members: readonly Member[], others: readonly Member[]): Test {
  const last = ({ path }: Member): string => path.slice(path.lastIndexOf('.') + 1);
  const [ending = ''] = members.map(last);
  if (
    members.every((member) => last(member) === ending && member.path !== ending) &&
    !others.some((other) => last(other) === ending)
  ) {
    return { head: BY_PATH, test: `path.endsWith(${quoted(`.${ending}`)})`, terms: 1 };
  }
  const taken = scopesOf(others);
  const scopes = new Set<string>();
  // A weight may have the name of a scope beside it.
  const exact: string[] = [];
  for (const { path } of members) {
    const names = path.split('.');
    const scope = names.findIndex((_, i) => !taken.has(names.slice(0, i + 1).join('.')));
    if (scope < 0) exact.push(path);
    else scopes.add(names.slice(0, scope + 1).join('.'));
  }
  const tests = [
    ...(scopes.size > 0 ? [call('within', ['path', ...[...scopes].map(quoted)])] : []),
    ...exact.map((path) => `path === ${quoted(path)}`),
  ];
  const [only = ''] = tests;
  const either = tests.flatMap((test, i) => (i === 0 ? [test] : [' || ', test]));
  return { head: BY_PATH, test: tests.length === 1 ? only : ['(', ...either, ')'], terms: scopes.size + exact.length };
}

/** Every scope in which a parameter lies, and the parameter's own path. */
function scopesOf(members: readonly Member[]): ReadonlySet<string> {
  const scopes = new Set<string>();
  for (const { path } of members) {
    const names = path.split('.');
    names.forEach((_, i) => scopes.add(names.slice(0, i + 1).join('.')));
  }
  return scopes;
}

export const ruleCall = (loop: string, key: string, kind: Kind, args: readonly string[]): Doc => [
  `for (const ${loop} of each(p, ${key}, g)) `,
  call(kind.name, ['k', loop, ...args]),
  ';',
];
