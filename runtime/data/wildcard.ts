/** Patterns such as `pixel_*`: `*` stands for any characters. */

/** Whether the pattern is the whole of the text, in as many steps as their lengths multiplied, at most. */
export function matchesPattern(pattern: string, text: string): boolean {
  let [p, t] = [0, 0];
  // Where the latest star is, and where what it stands for ends: only that one ever has to give more.
  let [star, end] = [-1, 0];
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      end = t;
    } else if (pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++end;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
