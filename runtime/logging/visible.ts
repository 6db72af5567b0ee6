/** Names and labels of somebody's data as they may be printed: control characters would move a terminal, or hide text. */

const hidden = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

const short: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return short.get(character) ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`);
}

/** A name on one line: `a\nb`, `\x1b[2J`. */
export const visibleName = (name: string): string => name.replace(hidden, escaped);

/** A message, which may have lines of its own. */
export const visible = (message: string): string =>
  message.replace(hidden, (character) => (character === '\n' ? character : escaped(character)));
