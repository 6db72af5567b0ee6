/**
 * One small spec in which every position where a user may write a name has one of its own, and the names that the file
 * made of it, JavaScript or an object's prototype already give a meaning to.
 */
import ts from 'typescript';
import * as runtime from '../../runtime/index.ts';
import { emitted } from './compiled.ts';

/** Positions are written in capitals. Initial values are numbers that do not depend on a name. */
export const template = `
def fn FUNCTION(v) = v / (1 + v * v)
def init INITIAL(scale=0.02) = scale * (1 + reshape(arange(product(shape)), shape))
def layer LAYER(units, GAIN=1.5, act: fn = none) {
  weight WEIGHT: [in, units] init=INITIAL
  weight bias: [units]
  state STATE: [units] = ones
  VALUE = it @ WEIGHT + bias
  if training { STATE <- 0.9 * STATE + 0.1 * batch_mean(VALUE) }
  it = act(VALUE * GAIN) + 0.1 * STATE
}
def loss LOSS(LEFT = it, RIGHT = target) { DIFFERENCE = LEFT - RIGHT; it = DIFFERENCE * DIFFERENCE }
def penalty PENALTY(amount) = amount * param * param
def metric METRIC(v = it, w = target) { SEEN = batch_mean(mean(v * w)); it = SEEN / (1 + SEEN * SEEN) }
def optim OPTIMIZER(lr=0.1, KEEP=0.5) { state SLOT = zeros; SLOT <- KEEP * SLOT + grad; param <- param - lr * SLOT }
def schedule SCHEDULE(least=0.2) { FACTOR = 1 - 0.5 * t / T; it = FACTOR * FACTOR + least }
model MODEL
hyper HYPER = 3
input INPUT: f32[3] in -2..2
input OTHER: f32[2]
target TARGET: f32[2]
target LABEL: class[3]
prep TARGET standardize
weight TOP: [3] init=INITIAL
block BLOCK { layer LAYER HYPER act=FUNCTION from (INPUT * TOP) as INNER }
SUM = INNER + FUNCTION(INPUT)
layer LAYER 2 act=FUNCTION from (concat([SUM, OTHER])) as OUTER
layer LAYER HYPER from SUM as SCORES
loss LOSS OUTER TARGET
loss xent SCORES LABEL weight=0.5
penalty PENALTY 0.01 on BLOCK
optim OPTIMIZER lr=0.05
clip norm 1.0
schedule SCHEDULE warmup=2
metric METRIC OUTER TARGET as FIGURE
metric accuracy SCORES LABEL as HIT
data csv "rows.csv" INPUT=[FIRST, SECOND, THIRD] LABEL=WORD TARGET=[t1, t2] OTHER=[o1, o2] split=0.7/0.3 seed=7
train epochs=2 batch=4
predict PREDICTION=OUTER BEST=argmax(SCORES)
`;

const position = /\b[A-Z]{3,}\b/g;

/** FIRST, SECOND and THIRD are names of columns; one of WORD's labels is a name too. */
export const positions: readonly string[] = [...new Set(template.match(position) ?? []), 'LABELLED'];

/** The spec with a name at each position. */
export function specWith(names: ReadonlyMap<string, string>): string {
  return template.replace(position, (at) => names.get(at) ?? at);
}

/** Names for all positions; where `given` has none, one that nothing else is called. */
export function plainNames(given: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  return new Map(positions.map((at) => [at, given.get(at) ?? `plain_${at.toLowerCase()}`]));
}

/** Rows for the spec's columns, with two columns by a port's own name. */
export function rowsFor(names: ReadonlyMap<string, string>): string {
  const name = (at: string): string => names.get(at) ?? at;
  const header = [...['FIRST', 'SECOND', 'THIRD', 'WORD'].map(name), 'o1', 'o2', 't1', 't2'];
  // Labels are classes in sorted order: whatever the name is, it comes second.
  const labels = ['!', name('LABELLED'), '~'];
  const rows = Array.from({ length: 12 }, (_, i) => {
    const numbers = Array.from({ length: 7 }, (__, j) => (((i + 1) * (2 * j + 3)) % 11) / 5 - 1);
    return [...numbers.slice(0, 3), labels[i % 3], ...numbers.slice(3)].join(',');
  });
  return [header.join(','), ...rows].join('\n');
}

/** Words that no spec may use as a name (docs/language.md, 2). */
const reservedInSpecs = new Set('from as on for over with updates true false none and or not in it'.split(' '));

const keywords = Array.from(
  { length: ts.SyntaxKind.LastKeyword - ts.SyntaxKind.FirstKeyword + 1 },
  (_, i) => ts.tokenToString(ts.SyntaxKind.FirstKeyword + i) ?? '',
);

/** Every identifier of a file, whatever it stands for: what it declares, imports, and reads. */
function identifiers(text: string): readonly string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('names.ts', text, ts.ScriptTarget.ESNext, true));
  return names;
}

/** Words that the spec itself uses: a definition by such a name would change what it says. */
const ownWords = new Set(template.match(/\b[a-z_]+\b/g) ?? []);

/** All that may mean something else already. */
export const hostileNames: readonly string[] = [
  ...new Set([
    ...identifiers(emitted(specWith(plainNames()), 'names.nn')).filter((name) => !/plain/i.test(name)),
    ...identifiers(emitted(specWith(plainNames()).replace('clip', 'accumulate 2; clip'), 'names.nn')).filter(
      (name) => !/plain/i.test(name),
    ),
    ...Object.keys(runtime),
    ...keywords,
    ...Object.getOwnPropertyNames(Object.prototype),
    ...'k p s n g a B P S N G W u micro batch draw parameter total rows loss losses arguments eval globalThis'.split(
      ' ',
    ),
    ...'Array Float32Array Infinity Math NaN Number Object Promise Readonly Record Set Map Symbol undefined'.split(' '),
    ...'caller entries exports length name process prototype then valueOf constructor_1 k_1'.split(' '),
  ]),
].filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reservedInSpecs.has(name) && !ownWords.has(name));
