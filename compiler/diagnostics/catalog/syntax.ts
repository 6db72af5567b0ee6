/** NN1xxx: what the parser finds. */
import type { Entry } from './entry.ts';

export const syntax = {
  NN1001: {
    severity: 'error',
    title: 'a character that the language does not have',
    explanation: 'The characters of a spec are letters, digits, and the signs of expressions. Strings are written "…".',
    wrong: 'input x: f32[4]\nlayer dense 3 $',
    mended: 'input x: f32[4]\nlayer dense 3',
  },
  NN1002: {
    severity: 'error',
    title: 'a statement that cannot be read',
    explanation: 'At this place the statement needs something else. The message says what could stand here.',
    wrong: 'input x f32[4]',
    mended: 'input x: f32[4]',
  },
  NN1003: {
    severity: 'error',
    title: 'unknown keyword',
    explanation:
      'A line starts with a keyword (`layer`, `loss`, `optim`, …), or it is an assignment `name = expression`.',
    wrong: 'input x: f32[4]\nlayr dense 3',
    mended: 'input x: f32[4]\nlayer dense 3',
  },
} as const satisfies Record<string, Entry>;
