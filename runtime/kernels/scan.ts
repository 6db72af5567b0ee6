/** The turns of a scan: run one after the other, or recorded once as the body of an instruction. */
import { Buffer, View, made, show, sizeOf } from './buffer.ts';
import { Lines, endsOf } from './ends.ts';
import { KernelError } from './error.ts';
import { makes } from './instruction.ts';
import type { Instruction, KernelCall, Scan } from './instruction.ts';
import type { DType, Shape } from './k.ts';

/** What a scan is asked for: checked, and as views. */
export interface ScanCall {
  readonly steps: number;
  readonly reverse: boolean;
  readonly over: readonly View[];
  readonly first: readonly View[];
}

/** What a turn gives. */
export interface Given {
  readonly next: readonly View[];
  readonly stack: readonly View[];
}

/** One call of the turn, told where its lines go; what it gives was checked. */
type Turn<Where> = (lines: Where, at: readonly View[], carried: readonly View[]) => Given;

export interface Scanned {
  readonly last: readonly View[];
  readonly stacked: readonly View[];
}

/** How a device that runs each line as it is reached holds what turns make. */
export interface Turns {
  /** A position of x along its first axis. It ends with the turn, if it is not carried on. */
  position(x: View, at: number): View;
  /** A value [steps, ...shape], to be put together. */
  stack(steps: number, shape: Shape, dtype: DType): Stack;
  /** What there is of all that was made so far. */
  mark(): number;
  /** What there is of all that was made since the mark. */
  since(mark: number): readonly Buffer[];
  end(buffer: Buffer): void;
  /** Ends all that was made since the mark, but these. */
  keep(values: readonly View[], since: number): void;
}

export interface Stack {
  put(each: View, at: number): void;
  /** What must be kept until it is finished. */
  readonly held: readonly View[];
  finish(): View;
}

type Emit = (call: KernelCall) => void;

const typesText = (views: readonly View[]): string =>
  `[${views.map(({ shape, dtype }) => `${dtype} ${show(shape)}`).join(', ')}]`;

export function checkScan({ steps, over }: ScanCall): void {
  if (!Number.isInteger(steps) || steps < 0) throw new KernelError(`scan: ${steps} steps`);
  for (const { shape } of over) {
    if (shape[0] !== steps) throw new KernelError(`scan: ${steps} steps over ${show(shape)}`);
  }
}

export function checkNext({ first }: ScanCall, next: readonly View[]): void {
  const [before, after] = [typesText(first), typesText(next)];
  if (before !== after) throw new KernelError(`scan: with ${before}, but next ${after}`);
}

const copy = (x: View, out: View): KernelCall => ({ kind: 'broadcast', x, out });

/** A turn as it was recorded: a function of a position and of what is carried. */
interface Draft extends Given {
  readonly at: readonly View[];
  readonly carries: readonly View[];
  readonly lines: readonly Instruction[];
}

/** Calls a turn with values that stand for those of any position. */
function drafted({ over, first }: ScanCall, turn: Turn<Instruction[]>): Draft {
  const at = over.map(({ shape: [, ...rest], dtype }) => new View(new Buffer(sizeOf(rest), dtype, 'part'), rest));
  const carries = first.map(({ shape, dtype }) => made(shape, dtype));
  const lines: Instruction[] = [];
  const { next, stack } = turn(lines, at, carries);
  for (const buffer of [...[...at, ...carries].map((view) => view.buffer), ...lines.flatMap(makes)])
    buffer.released = true;
  return { at, carries, lines, next, stack };
}

/**
 * Runs turn after turn, each line when it is reached. It is recorded first: from then on it is known which line uses a
 * result last, behind which that ends, and what is stacked where there is no turn at all.
 */
export function runTurns(
  call: ScanCall,
  record: Turn<Instruction[]>,
  run: Turn<Lines>,
  turns: Turns,
  emit: Emit,
): Scanned {
  const { steps, reverse, over, first } = call;
  const draft = drafted(call, record);
  const ends = endsOf(draft.lines, [...draft.next, ...draft.stack]);
  const types = typesText(draft.stack);
  const mark = turns.mark();
  const stacks = draft.stack.map(({ shape, dtype }) => turns.stack(steps, shape, dtype));
  let carried = first;
  for (let step = 0; step < steps; step++) {
    const position = reverse ? steps - 1 - step : step;
    const { next, stack } = run(
      new Lines(ends, (buffer) => turns.end(buffer)),
      over.map((x) => turns.position(x, position)),
      carried,
    );
    if (types !== typesText(stack)) throw new KernelError(`scan: turns stack ${types}, then ${typesText(stack)}`);
    stacks.forEach((to, i) => {
      const each = stack[i];
      if (each !== undefined) to.put(each, position);
    });
    carried = next;
    turns.keep([...carried, ...stacks.flatMap(({ held }) => held)], mark);
  }
  const last = inOwnMemory(carried, turns.since(mark), emit);
  const stacked = stacks.map((stack) => stack.finish());
  turns.keep([...last, ...stacked], mark);
  return { last, stacked };
}

/**
 * The values, each in memory that no other has: what ends with one of them ends for no other. A parameter may be replaced
 * later, a position is no value of its own, and what was there before the scan may end before its results do.
 */
function inOwnMemory(values: readonly View[], made: readonly Buffer[], emit: Emit): readonly View[] {
  const free = new Set(made.filter(({ lifetime }) => lifetime === 'temporary'));
  return values.map((value) => (free.delete(value.buffer) ? value : copied(value, emit)));
}

function copied(value: View, emit: Emit): View {
  const own = made(value.shape, value.dtype);
  emit(copy(value, own));
  return own;
}

/**
 * Records a turn. What is carried on or stacked gets a copy in the body where it is not made there, or has such a use
 * already: all that is left to do at the end of a turn then goes from one memory to another that nothing else reads.
 */
export function recordTurn(
  call: ScanCall,
  turn: Turn<Instruction[]>,
): { readonly scan: Scan; readonly scanned: Scanned } {
  const { steps, reverse, over, first } = call;
  const { at, carries, lines, next, stack } = drafted(call, turn);
  const own = new Set(lines.flatMap(makes));
  const [before, after]: [Instruction[], Instruction[]] = [[], []];
  const apart = (views: readonly View[], isUnchanged: (view: View, index: number) => boolean): View[] => {
    const taken = new Set<Buffer>();
    return views.map((view, index) => {
      if (isUnchanged(view, index)) return view;
      if (own.has(view.buffer) && !taken.has(view.buffer)) {
        taken.add(view.buffer);
        return view;
      }
      const out = made(view.shape, view.dtype);
      // What is there from the beginning is copied at the beginning: a new value may then take the place of an old one.
      (own.has(view.buffer) ? after : before).push(copy(view, out));
      return out;
    });
  };
  const nexts = apart(next, (view, index) => view.buffer === carries[index]?.buffer);
  const eaches = apart(stack, () => false);
  const body = [...before, ...lines, ...after];
  const last = first.map(({ shape, dtype }) => made(shape, dtype));
  const stacked = eaches.map(({ shape, dtype }) => made([steps, ...shape], dtype));
  const scan: Scan = {
    kind: 'scan',
    steps,
    reverse,
    over: pairs(over, at, (view, part) => ({ view, at: part })),
    carried: pairs(pairs(first, carries, pair), pairs(nexts, last, pair), ([a, b], [c, d]) => ({
      first: a,
      at: b,
      next: c,
      last: d,
    })),
    stacked: pairs(eaches, stacked, (each, out) => ({ each, out })),
    body,
  };
  return { scan, scanned: { last, stacked } };
}

const pair = <A, B>(a: A, b: B): readonly [A, B] => [a, b];

/** Of two lists of one length. */
const pairs = <A, B, C>(some: readonly A[], others: readonly B[], join: (a: A, b: B) => C): C[] =>
  some.flatMap((a, i) => {
    const b = others[i];
    return b === undefined ? [] : [join(a, b)];
  });
