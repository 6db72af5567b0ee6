/** What is to know of one op stands in its file: elsewhere an op's name is known for a reason that is given here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { registry } from '../../compiler/ops/index.ts';

const root = join(import.meta.dirname, '../../compiler');

/** Why a file, or a folder of files, knows ops by their names. */
const reasons: Readonly<Record<string, string>> = {
  'passes/simplify/': 'theorems about certain ops',
  'passes/fuse/': 'steps that join certain ops: a bias, an activation, maps',
  'passes/name/forms.ts': 'terms of a sum, parts of an addition',
  'passes/name/kernels.ts': 'a kernel that divides a sum is called what it is for all',
  'passes/name/numbers.ts': 'words for numbers by what certain ops do with them',
  'passes/loops/': 'how certain ops take one more axis, and which sums and products a loop need not hold',
  'passes/fill.ts': 'in which ops a number becomes a tensor of it',
  'passes/fold-constants.ts': 'a const is how the representation writes a number',
  'ir/traits.ts': 'likewise',
  'ir/words.ts': 'a sum over a number is a mean, and one number everywhere is called so',
  'passes/apply-optimizer.ts': '`norm` is a way of clipping',
  'cli/check-gradients.ts': 'who writes `stop_gradient` may mean that it is stopped',
  'targets/reference/gradients.ts': 'likewise',
  'diagnostics/elsewhere.ts': '`min` is an argument of schedules',
  'check/': 'a slice is a part of the syntax',
  'reference/': '`scan` is a statement',
  'elaborate/elaborate.ts': '`scan` is a statement, whose names are known below it',
  'elaborate/statements/control.ts': 'likewise: those that a mistake leaves unknown',
  'elaborate/statements/run.ts': 'likewise: what each statement does',
  'language/operators.ts': 'operators of the language, and the ops that they stand for',
  'elaborate/evaluate/expression.ts': 'likewise: a square has an op of its own',
  'elaborate/evaluate/conditions.ts': 'likewise: `and` and `or`, which look at their right side only where it matters',
  'elaborate/evaluate/call-op.ts':
    'functions of the language that take more than their op: lists, tables, known conditions',
  'elaborate/evaluate/argument.ts': 'which of two words the advice on logits names',
  'elaborate/statements/hypers.ts': '`log` is the scale of a hyper',
  'elaborate/statements/prep.ts': '`pad` says at which end sequences are padded',
  'elaborate/statements/settings.ts': '`norm` is a way of clipping',
  'elaborate/statements/ports.ts': 'the distributions that noise may be drawn from',
  'elaborate/training/schedule.ts': '`min` is an argument of schedules, which are made of ops here',
  'elaborate/values/einsum.ts': 'the parts that a sum of Einstein is made of',
  'elaborate/values/operation.ts': 'the axes of the batch meet in a matrix product by its own rule',
  'elaborate/values/table-rows.ts': 'integers reach the rows of a table in a gather alone',
  'elaborate/advice/vanishing-bias.ts': 'a theorem about certain ops',
  'targets/reference/random.ts': 'kinds of draws',
  'ir/own-terms.ts': 'terms that are added up, in whatever order they stand in',
  'targets/tfjs/initialisers.ts': 'whether an initial value is one number everywhere, in the notation of `host`',
  'targets/tfjs/host-code.ts': "numbers in TypeScript's notation: operators, and what Math has; `host` has the rest",
};

/** An op that is named to be built is used, and not known; what readers call a value is no op. */
const builders: ReadonlySet<string> = new Set([
  'apply',
  'applyAll',
  'applyNamed',
  'applyTensors',
  'build',
  'elementwise',
  'evaluateOp',
  'infer',
  'rebuild',
]);

/** The names of ops that a text knows: as a string, in a list of words, as the keys of a table. */
function opsKnown(path: string, text: string): readonly string[] {
  const known: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && !isBuilt(node) && !ts.isLiteralTypeNode(node.parent)) {
      const words = node.text.split(' ');
      if (words.every((word) => registry.has(word))) known.push(...words);
    }
    if (ts.isObjectLiteralExpression(node)) {
      const keys = node.properties.map(({ name }) => (name !== undefined && ts.isIdentifier(name) ? name.text : ''));
      if (keys.every((key) => registry.has(key))) known.push(...keys);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true));
  return known;
}

function isBuilt({ parent }: ts.StringLiteral): boolean {
  if (ts.isPropertyAssignment(parent))
    return ts.isIdentifier(parent.name) && ['op', 'name', 'word'].includes(parent.name.text);
  if (!ts.isCallExpression(parent)) return false;
  const callee = ts.isPropertyAccessExpression(parent.expression) ? parent.expression.name : parent.expression;
  return ts.isIdentifier(callee) && builders.has(callee.text);
}

it.each([
  ["node.op === 'relu'", ['relu']],
  ["switch (node.op) { case 'sum': case 'mean': }", ['sum', 'mean']],
  ["new Set('add sub'.split(' '))", ['add', 'sub']],
  ["const nouns = { add: 'a sum', exp: 'a power' };", ['add', 'exp']],
  ["b.apply('exp', [x]); elementwise('add', xs)", []],
  ["({ op: 'map', inputs, name: 'sum' })", []],
  ["type Kind = 'sum' | 'mean'", []],
  ["'the sum of all'", []],
] as const)('%s', (text, known) => {
  expect(opsKnown('x.ts', text)).toEqual(known);
});

it('stands in its file, or is a reason', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts') && !path.startsWith('ops/'));
  const knowing = files.filter((path) => opsKnown(path, readFileSync(join(root, path), 'utf8')).length > 0);
  const unexplained = knowing.filter((path) => !Object.keys(reasons).some((place) => path.startsWith(place)));
  expect(unexplained).toEqual([]);
  expect(Object.keys(reasons).filter((place) => !knowing.some((path) => path.startsWith(place)))).toEqual([]);
});
