/** The shape of the house: who may import whom, and what never stands in which folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generate } from '../../scripts/generate.mjs';

const root = join(import.meta.dirname, '../..');
const slashed = (path: string): string => path.split(sep).join('/');

/** Every source file by its path from the root. */
const sources: ReadonlyMap<string, string> = new Map(
  ['grammar', 'compiler', 'runtime'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name): [string, string] => {
        const path = slashed(join(folder, name));
        return [path, readFileSync(join(root, path), 'utf8')];
      }),
  ),
);

interface Import {
  readonly specifier: string;
  readonly kind: 'static' | 'type' | 'dynamic';
}

/** Static and dynamic imports and re-exports of a text. */
function importsOf(text: string): readonly Import[] {
  const found: Import[] = [];
  for (const [, clause = '', specifier = ''] of text.matchAll(/^(?:import|export)\s([^;'"]*?)from\s+'([^']+)'/gm))
    found.push({ specifier, kind: /^type\s/.test(clause) ? 'type' : 'static' });
  for (const [, specifier = ''] of text.matchAll(/^import\s+'([^']+)'/gm)) found.push({ specifier, kind: 'static' });
  for (const [, specifier = ''] of text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g))
    found.push({ specifier, kind: 'dynamic' });
  return found;
}

/** A relative import as a path from the root; a package's name as it is. */
function resolved(from: string, specifier: string): string {
  return specifier.startsWith('.') ? slashed(relative(root, join(root, dirname(from), specifier))) : specifier;
}

function offenders(wrong: (path: string, target: string) => boolean): readonly string[] {
  return [...sources].flatMap(([path, text]) =>
    importsOf(text)
      .map(({ specifier }) => resolved(path, specifier))
      .filter((target) => wrong(path, target))
      .map((target) => `${path} imports ${target}`),
  );
}

const inside = (folder: string, path: string): boolean => path.startsWith(`${folder}/`);
const pure = (path: string): boolean =>
  inside('grammar', path) || (inside('compiler', path) && !inside('compiler/cli', path));

/** Code without its comments and strings, for words that must not stand in it. */
const code = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''");

describe('imports', () => {
  it('finds the files and their imports', () => {
    expect(sources.size).toBeGreaterThan(30);
    expect(importsOf("import { a } from './a.ts';\nimport type { B } from 'b';\nawait import('./c.ts');")).toEqual([
      { specifier: './a.ts', kind: 'static' },
      { specifier: 'b', kind: 'type' },
      { specifier: './c.ts', kind: 'dynamic' },
    ]);
  });

  it('runtime/ never imports compiler/ or grammar/', () => {
    const wrong = offenders(
      (path, target) =>
        inside('runtime', path) && (inside('compiler', target) || inside('grammar', target) || target === 'nnc'),
    );
    expect(wrong).toEqual([]);
  });

  it('grammar/ imports neither compiler/ nor runtime/', () => {
    const wrong = offenders(
      (path, target) => inside('grammar', path) && (inside('compiler', target) || inside('runtime', target)),
    );
    expect(wrong).toEqual([]);
  });

  it('the compiler does not import its command line', () => {
    expect(
      offenders(
        (path, target) => inside('compiler', path) && !inside('compiler/cli', path) && inside('compiler/cli', target),
      ),
    ).toEqual([]);
  });

  it('only compiler/cli touches the system, and of the runtime what is for Node', () => {
    const wrong = offenders((path, target) => pure(path) && /^(node:|fs$|path$|process$)/.test(target));
    expect(wrong).toEqual([]);
    const world =
      /\b(?:process|Buffer|Date|performance|setTimeout|setInterval|fetch)\b\s*[.(]|\bnew Date\b|Math\.random/;
    expect([...sources].filter(([path, text]) => pure(path) && world.test(code(text))).map(([path]) => path)).toEqual(
      [],
    );
  });

  it('what a page loads of the runtime touches no system', () => {
    const reached = new Set<string>();
    const visit = (path: string): void => {
      const text = sources.get(path);
      if (text === undefined || reached.has(path)) return;
      reached.add(path);
      for (const { specifier, kind } of importsOf(text)) if (kind !== 'type') visit(resolved(path, specifier));
    };
    for (const entry of ['runtime/index.ts', 'runtime/browser.ts']) visit(entry);
    const wrong = [...reached].flatMap((path) =>
      importsOf(sources.get(path) ?? '')
        .filter(({ specifier }) => /^(node:|fs$|path$|process$)/.test(specifier))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('the command starts without tfjs and without esbuild', () => {
    const reached = new Set<string>();
    const visit = (path: string): void => {
      const text = sources.get(path);
      if (text === undefined || reached.has(path)) return;
      reached.add(path);
      for (const { specifier, kind } of importsOf(text)) if (kind === 'static') visit(resolved(path, specifier));
    };
    visit('compiler/cli/main.ts');
    const heavy = [...reached].filter((path) =>
      importsOf(sources.get(path) ?? '').some(
        ({ specifier, kind }) => kind === 'static' && /^(@tensorflow\/|esbuild$|nnc\/)/.test(specifier),
      ),
    );
    expect(reached.size).toBeGreaterThan(100);
    expect(heavy).toEqual([]);
  });

  it('what stands behind the elaborator reports nothing: a check is whole without it', () => {
    const behind = (path: string): boolean => /^compiler\/(?:ir|ops|passes|targets)\//.test(path);
    const silent: readonly string[] = ['InternalError', 'Source'];
    const taken = [...sources].flatMap(([path, text]) =>
      [
        ...text.matchAll(/^(?:import|export)\s([^;'"]*?)from\s+'[^']*\/(?:diagnostics\/|language\/report)[^']*'/gm),
      ].flatMap(([, clause = '']) =>
        clause
          .replace(/\btype\b|[{}]/g, '')
          .split(',')
          .map((name) => ({ path, name: name.trim() })),
      ),
    );
    const names = (from: (path: string) => boolean): ReadonlySet<string> =>
      new Set(taken.filter(({ path }) => from(path)).map(({ name }) => name));
    expect([...names(behind)].sort()).toEqual(silent);
    expect(names((path) => inside('compiler/elaborate', path))).toContain('Sink');
  });

  it('the elaborator has floors: a folder imports from those below it alone, types too', () => {
    const floors = ['frame', 'values', 'evaluate', 'statements', 'training', 'advice'].map(
      (folder) => `compiler/elaborate/${folder}`,
    );
    const all = ['compiler/language', 'compiler/check', ...floors];
    const floorOf = (path: string): number => {
      const floor = all.findIndex((folder) => inside(folder, path));
      return floor === -1 && inside('compiler/elaborate', path) ? all.length : floor;
    };
    expect([...sources.keys()].filter((path) => floorOf(path) === all.length).length).toBeGreaterThan(1);
    for (const [i, folder] of all.entries()) {
      expect([...sources.keys()].filter((path) => inside(folder, path) && floorOf(path) === i)).not.toEqual([]);
    }
    expect(offenders((path, target) => floorOf(path) !== -1 && floorOf(target) > floorOf(path))).toEqual([]);
  });

  it('has no cycles', () => {
    const graph = new Map(
      [...sources].map(([path, text]): [string, readonly string[]] => [
        path,
        importsOf(text)
          .filter(({ kind }) => kind === 'static')
          .map(({ specifier }) => resolved(path, specifier))
          .filter((target) => sources.has(target)),
      ]),
    );
    expect(cycle(graph)).toBeUndefined();
    expect(
      cycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b', 'c', 'b']);
  });
});

/** A cycle of a graph as the path around it. */
function cycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const found = visit(next, [...path, node]);
      if (found !== undefined) return found;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const found = visit(node, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe('folders', () => {
  it('what `npm run generate` makes of folders is what they hold now', async () => {
    expect(await generate({ write: false })).toEqual([]);
  });

  it('every file starts with a sentence that says what it is', () => {
    const silent = [...sources].filter(([, text]) => !/^(#!.*\n)?\/\*\*/.test(text)).map(([path]) => path);
    expect(silent).toEqual([]);
  });

  it('no file is a drawer', () => {
    const drawers = [...sources.keys()].filter((path) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.ts$)/.test(path));
    expect(drawers).toEqual([]);
  });

  it('no word of the project speaks of unfinished work', () => {
    const marks = /\b(?:TODO|FIXME|XXX|HACK)\b|not (?:supported|implemented) yet/;
    expect([...sources].filter(([, text]) => marks.test(text)).map(([path]) => path)).toEqual([]);
  });
});
