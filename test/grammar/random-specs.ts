/** Random specs in any layout: spaces, line breaks and comments wherever the language lets them stand. */
import fc from 'fast-check';

const name = fc.constantFrom('a', 'b', 'it', 'x1', 'mask', 'step', 'data', 'in', 'log', 'Z_9');
const numberText = fc.constantFrom('0', '1', '12', '0.5', '1e-3', '2.5e+4', '100');
const text = fc.constantFrom('"f.csv"', '"a # b"', '""', '"say \\"x\\" {"');
const space = fc.constantFrom('', ' ', '  ', '\t');
/** Between tokens in brackets, where newlines do not count. */
const loose = fc.constantFrom('', ' ', ' ', '\n', '\n   ', ' # why ( " [\n ', '\r\n');
const pathText = fc
  .array(fc.oneof({ weight: 3, arbitrary: name }, { weight: 1, arbitrary: fc.constantFrom('0', '12') }), {
    maxLength: 2,
  })
  .chain((rest) => name.map((first) => [first, ...rest].join('.')));
const binary = fc.constantFrom('+', '-', '*', '/', '@', '%', '^', ' and ', ' or ');

const listed = (items: readonly string[], gap: string): string => items.join(`${gap},${gap}`);

const { expression, primary } = fc.letrec<{ expression: string; primary: string }>((tie) => ({
  primary: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'spec' },
    numberText,
    pathText,
    fc.constantFrom('true', 'none', '3x3', '"s"'),
    fc.tuple(loose, tie('expression'), loose).map(([l, e, r]) => `(${l}${e}${r})`),
    fc.tuple(fc.array(fc.tuple(fc.constantFrom('', '*', '* '), tie('expression')), { maxLength: 3 }), loose).map(
      ([items, gap]) =>
        `[${gap}${listed(
          items.map((item) => item.join('')),
          gap,
        )}${gap}]`,
    ),
    fc
      .tuple(
        pathTextOfNames(),
        fc.array(fc.tuple(fc.constantFrom('', 'k=', 'axis = '), tie('expression')), { maxLength: 3 }),
        loose,
      )
      .map(
        ([callee, args, gap]) =>
          `${callee}(${gap}${listed(
            args.map((arg) => arg.join('')),
            gap,
          )}${gap})`,
      ),
    fc
      .tuple(
        name,
        fc.array(fc.tuple(fc.constantFrom('', ':', '1:', ': ', '::', '1: 2 :', '... , '), tie('expression')), {
          minLength: 1,
          maxLength: 2,
        }),
        loose,
      )
      .map(
        ([of, items, gap]) =>
          `${of}[${gap}${listed(
            items.map((item) => item.join('')),
            gap,
          )}${gap}]`,
      ),
  ),
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'spec' },
    tie('primary'),
    fc
      .tuple(
        fc.constantFrom('', '-', '- ', 'not '),
        tie('primary'),
        binary,
        space,
        fc.constantFrom('', '-'),
        tie('primary'),
      )
      .map(([prefix, left, op, gap, sign, right]) => `${prefix}${left}${gap}${op}${gap}${sign}${right}`),
    fc.tuple(tie('primary'), fc.constantFrom('<', '>=', '=='), tie('primary')).map(([l, op, r]) => `${l} ${op} ${r}`),
  ),
}));

function pathTextOfNames(): fc.Arbitrary<string> {
  return fc.array(name, { minLength: 1, maxLength: 2 }).map((names) => names.join('.'));
}

const argument = fc.oneof(
  numberText.map((n) => `-${n}`),
  fc.array(numberText, { minLength: 2, maxLength: 3 }).map((parts) => parts.join('/')),
  text,
  fc.constantFrom('3x3', 'true', 'none'),
  expression.map((e) => `(${e})`),
  primary,
);
const selector = fc
  .array(fc.oneof(name, fc.constantFrom('*', '**')), { minLength: 1, maxLength: 3 })
  .map((p) => p.join('.'));
const named = fc.tuple(name, fc.constantFrom('=', ' = '), argument).map((parts) => parts.join(''));
const gaps = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

const layerStatement = fc
  .tuple(
    name,
    fc.array(argument, { maxLength: 3 }),
    fc.array(named, { maxLength: 2 }),
    fc.array(argument, { maxLength: 2 }),
    fc.option(name),
  )
  .map(([kind, args, options, from, as]) => {
    const clauses = [from.length > 0 ? `from ${from.join(', ')}` : '', as === null ? '' : `as ${as}`];
    return gaps(['layer', kind, ...args, ...options, ...clauses]);
  });

const simple = fc.oneof(
  layerStatement,
  fc.tuple(fc.constantFrom('freeze', 'unfreeze', 'cache', 'penalty l2 0.1 on', 'optim sgd for'), selector).map(gaps),
  fc
    .tuple(fc.constantFrom('loss', 'metric', 'predict', 'train', 'budget'), fc.array(named, { maxLength: 3 }))
    .map(([k, n]) => gaps([k, ...n])),
  fc.tuple(name, fc.constantFrom('=', ' = ', ' =\n  '), expression).map((parts) => parts.join('')),
  fc.tuple(name, fc.constantFrom('<-', ' <- '), expression).map((parts) => parts.join('')),
  fc.tuple(name, expression).map(([n, e]) => `hyper ${n} = ${e} in [1, 2]`),
  fc.tuple(name, primary, primary).map(([n, low, high]) => `input ${n} : f32[ 2,3 ] in ${low} .. ${high}`),
  fc.tuple(name, expression).map(([n, e]) => `state ${n}: [${n}, *x] = ${e}`),
  fc.tuple(name, named).map(([n, e]) => `weight ${n}: [in/2] init=${e.split('=').slice(1).join('=').trim()}`),
  fc.tuple(expression, text).map(([e, message]) => `require ${e} ${message}`),
  fc.tuple(name, expression).map(([n, e]) => `def fn ${n}(x, y: int|size = 1, z=2) = ${e}`),
  fc.tuple(primary, primary).map(([a, b]) => `loss = ${a}\n  - ${b}`),
);

const separator = fc.constantFrom('\n', '; ', ';', '\n\n\n', '  # beside\n', '\n# above\n', '\r\n', '\n## doc\n');

const { statements } = fc.letrec<{ statement: string; statements: string }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'body' },
    simple,
    fc.tuple(name, tie('statements')).map(([n, body]) => `block ${n} {${body}}`),
    fc.tuple(expression, name, tie('statements')).map(([count, n, body]) => `repeat ${count} as ${n} {${body}}`),
    fc
      .tuple(
        expression,
        tie('statements'),
        fc.constantFrom(' else ', '\nelse', '\n# before\nelse '),
        expression,
        tie('statements'),
        fc.boolean(),
      )
      .map(([c, then, word, d, otherwise, last]) => {
        const chain = `if ${c} {${then}}${word} if ${d}{${otherwise}}`;
        return last ? `${chain} else {${then}}` : chain;
      }),
    fc
      .tuple(name, expression, tie('statements'))
      .map(([n, e, body]) => `scan ${n}, m over ${e}, 1 with h = ${e}, c=0 reverse=true {${body}}`),
    fc.tuple(name, selector, tie('statements')).map(([n, s, body]) => `step ${n} updates ${s} times=2 {${body}}`),
    fc.tuple(name, tie('statements')).map(([n, body]) => `def layer ${n}(a, b: fn = none) {${body}}`),
  ),
  statements: fc
    .tuple(
      fc.constantFrom('', ' ', '\n', ' # opens\n'),
      fc.array(fc.tuple(tie('statement'), separator), { maxLength: 4 }),
    )
    .map(([start, parts]) => start + parts.map((part) => part.join('')).join('')),
}));

/** Texts of whole specs with at least one statement. */
export const specText: fc.Arbitrary<string> = fc
  .tuple(statements, separator, simple)
  .map(([before, gap, last]) => before + gap + last);
