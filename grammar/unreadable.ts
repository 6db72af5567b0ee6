/** Texts that are no spec at all: binary, wrongly encoded, far too long. */
import { problem, type SyntaxProblem } from './syntax-errors.ts';

/** In UTF-16 units; the longest sensible spec, with data inline, is far below. */
const longestText = 4_000_000;

export const unreadable = (text: string): SyntaxProblem | undefined => {
  const start = { start: 0, end: Math.min(1, text.length) };
  if (text.length > longestText) {
    const size = (text.length / 1e6).toFixed(1);
    const help = 'a spec describes a model; keep data in files of its own and name them by `data`';
    return problem('NN1004', start, `the file is too large: ${size} million characters`, help);
  }
  // Between two letters of a Latin text UTF-16 has a zero.
  const wide = /^\uFFFD{0,2}(?:\u0000[^\u0000]|[^\u0000]\u0000){2}/.exec(text);
  if (wide !== null) return problem('NN1003', start, 'the file is UTF-16', 'save it again with the encoding UTF-8');
  const control = /[\u0000-\u0008\u000e-\u001f\u007f]/.exec(text);
  if (control !== null) {
    const span = { start: control.index, end: control.index + 1 };
    return problem('NN1002', span, 'this is not a text file', 'a spec is plain text, encoded as UTF-8');
  }
  const replaced = text.indexOf('\uFFFD');
  if (replaced >= 0) {
    const span = { start: replaced, end: replaced + 1 };
    return problem('NN1003', span, 'the file is not UTF-8', 'save it again with the encoding UTF-8');
  }
  return undefined;
};
