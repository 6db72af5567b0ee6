/** Texts that are no spec at all: binary, wrongly encoded, far too long. */
import { problem, say, type SyntaxProblem } from './syntax-errors.ts';

/** In UTF-16 units; the longest sensible spec, with data inline, is far below. */
const longestText = 4_000_000;

export const unreadable = (text: string): SyntaxProblem | undefined => {
  const start = { start: 0, end: Math.min(1, text.length) };
  if (text.length > longestText) {
    return problem(say.NN1004.length({ units: text.length }), start);
  }
  // Between two letters of a Latin text UTF-16 has a zero.
  const wide = /^\uFFFD{0,2}(?:\u0000[^\u0000]|[^\u0000]\u0000){2}/.exec(text);
  if (wide !== null) return problem(say.NN1003.utf16(), start);
  const control = /[\u0000-\u0008\u000e-\u001f\u007f]/.exec(text);
  if (control !== null) {
    const span = { start: control.index, end: control.index + 1 };
    return problem(say.NN1002.control(), span);
  }
  const replaced = text.indexOf('\uFFFD');
  if (replaced >= 0) {
    const span = { start: replaced, end: replaced + 1 };
    return problem(say.NN1003.broken(), span);
  }
  return undefined;
};
