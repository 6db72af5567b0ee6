/** The grammar itself: it has no ambiguity, and the pages that describe it know every word of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keywords, reserved, sorts } from '../../grammar/keywords.ts';
import { StatementParser } from '../../grammar/statement-rules.ts';
import { makeLexer } from '../../grammar/tokens.ts';

const file = (name: string): string => readFileSync(new URL(`../../grammar/${name}`, import.meta.url), 'utf8');

describe('the rules', () => {
  it('are free of ambiguity and of left recursion', () => {
    expect(() => new StatementParser(false)).not.toThrow();
  });

  it('are of tokens of which none hides another', () => {
    expect(() => makeLexer(false)).not.toThrow();
  });
});

describe('nn.ebnf', () => {
  const text = file('nn.ebnf').replace(/\(\*[\s\S]*?\*\)/g, '');

  it.each([...keywords.keys(), ...sorts])('has %s', (word) => {
    expect(text).toContain(`'${word}'`);
  });

  it.each([...reserved.keys()])('has the reserved word %s', (word) => {
    expect(text).toMatch(new RegExp(`\\b${word}\\b`));
  });

  it('defines every rule that it uses, and uses every rule that it defines', () => {
    const rules = text.replace(/\?[^?]*\?/g, '').replace(/'[^']*'/g, '');
    const defined = [...rules.matchAll(/^(\w+)\s*=/gm)].map((match) => match[1] ?? '');
    const used = [...rules.matchAll(/\b[A-Za-z]+\b(?!\s*=)/g)].map((match) => match[0]);
    const markers = ['CALL', 'INDEX'];
    expect(used.filter((name) => !defined.includes(name) && !markers.includes(name))).toEqual([]);
    expect(defined.filter((name) => !used.includes(name) && name !== 'file' && name !== 'COMMENT')).toEqual([]);
  });
});

describe('nn.tmLanguage.json', () => {
  const text = file('nn.tmLanguage.json');

  it('is JSON with valid patterns', () => {
    const patterns: string[] = [];
    JSON.parse(text, (key: string, value: unknown) => {
      if (/^(?:match|begin|end)$/.test(key) && typeof value === 'string') patterns.push(value);
      return value;
    });
    expect(patterns.length).toBeGreaterThan(10);
    for (const pattern of patterns) expect(() => new RegExp(pattern)).not.toThrow();
  });

  it.each([...keywords.keys(), ...reserved.keys(), ...sorts])('has %s', (word) => {
    expect(text).toMatch(new RegExp(`[(|]${word}[)|]|:${word}[|)]`));
  });
});
