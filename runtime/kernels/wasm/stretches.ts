/** The axes that a sum runs over, cut into stretches that the shape alone decides, in their order. */
import type { Axis } from '../layout.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import type { Code, I32 } from './assembler/instructions.ts';
import { along } from './nest.ts';

export interface Stretch {
  readonly axes: readonly Axis[];
  /** Elements of the axes. */
  readonly steps: number;
  /** Whether the whole sum begins here, and whether it ends here. */
  readonly first: boolean;
  readonly last: boolean;
}

/** How axes are cut: the innermost that fit stay whole, of the next so many a time, the outer ones one at a time. */
interface Cut {
  readonly outer: readonly Axis[];
  /** Undefined if all fits. */
  readonly cut: Axis | undefined;
  readonly size: number;
  readonly inner: readonly Axis[];
}

const elements = (axes: readonly Axis[]): number => axes.reduce((product, { size }) => product * size, 1);

function cutAt(axes: readonly Axis[], most: number): Cut {
  let whole = axes.length;
  while (whole > 0 && elements(axes.slice(whole - 1)) <= most) whole--;
  const cut = axes[whole - 1];
  const inner = axes.slice(whole);
  if (cut === undefined) return { outer: [], cut, size: 0, inner };
  const blocks = Math.ceil(cut.size / Math.max(1, Math.floor(most / elements(inner))));
  return { outer: axes.slice(0, whole - 1), cut, size: Math.ceil(cut.size / blocks), inner };
}

/** The steps of the longest stretch. */
export function longestStretch(axes: readonly Axis[], most: number): number {
  const { cut, size, inner } = cutAt(axes, most);
  return (cut === undefined ? 1 : size) * elements(inner);
}

/** Runs the body for one stretch after the other, none of more than `most` steps, with the operands' addresses there. */
export function stretches(
  f: FunctionBuilder,
  axes: readonly Axis[],
  most: number,
  addresses: readonly I32[],
  body: (addresses: readonly I32[], stretch: Stretch) => Code,
): Code {
  const { outer, cut, size, inner } = cutAt(axes, most);
  if (cut === undefined) return body(addresses, { axes, steps: elements(axes), first: true, last: true });
  const blocks = Math.ceil(cut.size / size);
  const rest = cut.size - size * (blocks - 1);
  const steps = cut.strides.map((stride) => stride * size);
  const walk = (left: readonly Axis[], at: readonly I32[], first: boolean, last: boolean): Code => {
    const [axis, ...others] = left;
    if (axis !== undefined) {
      return runs(axis.size, first, last).flatMap((run) =>
        along(f, { size: run.count, strides: axis.strides }, run.from, at, (here) =>
          walk(others, here, first && run.head, last && run.tail),
        ),
      );
    }
    return runs(blocks, first, last || rest < size).flatMap((run) => {
      const part = { ...cut, size: run.tail ? rest : size };
      return along(f, { size: run.count, strides: steps }, run.from, at, (here) =>
        body(here, {
          axes: [part, ...inner],
          steps: elements([part, ...inner]),
          first: first && run.head,
          last: last && run.tail,
        }),
      );
    });
  };
  return walk(outer, addresses, true, true);
}

/** Neighbouring indices that are treated alike. */
interface Run {
  readonly from: number;
  readonly count: number;
  /** Whether it is the first index, the last one. */
  readonly head: boolean;
  readonly tail: boolean;
}

/** 0, 1, … size − 1, the first and the last alone if they differ from the others. */
function runs(size: number, first: boolean, last: boolean): Run[] {
  const bounds = new Set([0, first ? 1 : 0, last ? size - 1 : size, size]);
  const sorted = [...bounds].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((from, i) => {
    const to = sorted[i + 1] ?? size;
    return { from, count: to - from, head: from === 0 && to === 1, tail: from === size - 1 };
  });
}
