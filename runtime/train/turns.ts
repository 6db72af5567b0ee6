/** Turns of the event loop: kernels run synchronously, but ctrl-C, timers and pages need a moment now and then. */

/** How long work may go on before others have a turn, in milliseconds. */
const longest = 50;

/** Gives the event loop a turn if the last one is long ago, and says whether it did. */
export function turnTaker(): () => Promise<boolean> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last <= longest) return false;
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
    return true;
  };
}
