/** Kernels that run elsewhere: what is recorded here is said there, and only results come back. */
import { Buffer, View, checkCount, sizeOf, viewOf } from '../buffer.ts';
import { copyingTurns } from '../copying-turns.ts';
import type { Counters, Eager, Elements, InputSpecs, Kernels, Recorded, RecordedStatistics } from '../device.ts';
import { Lines } from '../ends.ts';
import type { Ends } from '../ends.ts';
import { KernelError, afterEnd } from '../error.ts';
import { FrontEnd } from '../front.ts';
import { callsIn, isView, makes, reads } from '../instruction.ts';
import type { KernelCall } from '../instruction.ts';
import type { DType, K, Shape, Value } from '../k.ts';
import { Made } from '../made.ts';
import { checkLasting, recordProgram } from '../program.ts';
import type { Program } from '../program.ts';
import { bytesOf } from '../room.ts';
import { UserError, runtimeErrors } from '../../user-error.ts';
import type { RuntimeErrorCode } from '../../user-error.ts';
import type { Answer, Fault, Hello, Message, Question } from './messages.ts';

/** The way to who runs. */
export interface Link {
  /** Said in order, some time soon. */
  say(message: Message): void;
  ask(question: Asked): Promise<Answer>;
  close(): void;
}

/** A question whose number the link gives. */
export type Asked = Question extends infer Each ? (Each extends Question ? Omit<Each, 'question'> : never) : never;

/** Throws what went wrong there. */
export function checked(answer: Answer): Answer {
  if (answer.fault !== undefined) throw errorOf(answer.fault);
  return answer;
}

const isCode = (code: string): code is RuntimeErrorCode => Object.hasOwn(runtimeErrors, code);

export const errorOf = ({ code, message, help }: Fault): Error =>
  code !== undefined && isCode(code) ? new UserError(code, message, help) : new KernelError(message);

export class RemoteKernels implements Kernels {
  readonly backend: string;
  readonly kernelSet: Kernels['kernelSet'];
  readonly memoryLimit: number;
  readonly #link: Link;
  readonly #lasting = new Map<Buffer, number>();
  /** What lines have made, and what has not ended yet. */
  readonly #made = new Set<Buffer>();
  readonly #held = new Set<{ dispose(): void }>();
  #numbers = 0;
  #disposed = false;

  constructor(link: Link, { backend, kernelSet, memoryLimit }: Hello & Pick<Kernels, 'kernelSet'>) {
    this.#link = link;
    this.backend = backend;
    this.kernelSet = kernelSet;
    this.memoryLimit = memoryLimit;
  }

  allocate(shape: Shape, dtype: DType, elements?: ArrayLike<number>): Value {
    this.#checkAlive();
    const buffer = new Buffer(sizeOf(shape), dtype, 'lasting');
    checkCount(buffer, elements);
    const given = elements === undefined ? undefined : typed(elements, dtype);
    this.#link.say({ do: 'allocate', buffer, shape, elements: given });
    this.#lasting.set(buffer, bytesOf(shape));
    return new View(buffer, [...shape]);
  }

  write(value: Value, elements: ArrayLike<number>): void {
    const { buffer } = viewOf(value, 'write');
    checkCount(buffer, elements);
    this.#link.say({ do: 'write', buffer, elements: typed(elements, buffer.dtype) });
  }

  async read(value: Value): Promise<Elements> {
    const view = viewOf(value, 'read');
    this.#checkHeld(view);
    return elementsOf(await this.#link.ask({ do: 'read', view }));
  }

  release(...values: readonly Value[]): void {
    // Everything went with the device.
    if (this.#disposed) return;
    const buffers = values.map((value) => viewOf(value, 'release').buffer);
    for (const buffer of buffers) {
      if (!this.#lasting.delete(buffer)) throw new KernelError('release takes values of `allocate` alone');
      buffer.released = true;
    }
    this.#link.say({ do: 'release', buffers });
  }

  eager(ends?: Ends): Eager {
    this.#checkAlive();
    const held = { made: this.#made, check: (view: View) => this.#checkHeld(view) };
    const eager = new RemoteEager(this.#link, this.#numbers++, held, ends, () => this.#held.delete(eager));
    this.#held.add(eager);
    return eager;
  }

  async record<const I extends InputSpecs, const O extends Readonly<Record<string, Value>>>(
    name: string,
    inputs: I,
    build: (k: K, inputs: { readonly [Name in keyof I]: Value }) => O,
  ): Promise<Recorded<keyof I & string, keyof O & string>> {
    this.#checkAlive();
    return this.ready(recordProgram(name, inputs, build));
  }

  async ready(program: Program): Promise<Recorded> {
    this.#checkAlive();
    const of = this.#numbers++;
    const { name, instructions } = program;
    const [inputs, outputs] = [[...program.inputs], [...program.outputs]];
    const answer = checked(await this.#link.ask({ do: 'program', of, name, instructions, inputs, outputs }));
    const recorded = new RemoteRecorded(this.#link, of, program, answer.arena ?? 0, () => this.#held.delete(recorded));
    if (this.#disposed) recorded.dispose();
    this.#checkAlive();
    this.#held.add(recorded);
    return recorded;
  }

  /** Of what lasts: what programs hold there is not known here. */
  counters(): Counters {
    const bytes = [...this.#lasting.values()].reduce((sum, each) => sum + each, 0);
    return { bytes, allocations: this.#lasting.size, arena: 0, dataIds: 0, wasmMemory: 0 };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const held of [...this.#held]) held.dispose();
    for (const buffer of this.#lasting.keys()) buffer.released = true;
    this.#link.say({ do: 'release', buffers: [...this.#lasting.keys()] });
    this.#lasting.clear();
    this.#link.close();
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError(afterEnd);
  }

  #checkHeld({ buffer }: View): void {
    if (!this.#lasting.has(buffer) && !this.#made.has(buffer))
      throw new KernelError('a value whose memory was released, or of another device');
  }
}

/** What is there of what lines have made, on all of a device. */
interface HeldByLines {
  readonly made: Set<Buffer>;
  /** Throws unless the value is still there. */
  check(view: View): void;
}

const typed = (elements: ArrayLike<number>, dtype: DType): Elements =>
  dtype === 'int32' ? Int32Array.from(elements) : Float32Array.from(elements);

function elementsOf(answer: Answer): Elements {
  const { elements } = checked(answer);
  if (elements === undefined) throw new KernelError('an answer without elements');
  return elements;
}

/** What lines and programs are told alike. */
class RemoteSettings {
  protected readonly link: Link;
  protected readonly of: number;

  constructor(link: Link, of: number) {
    this.link = link;
    this.of = of;
  }

  setScalar(name: string, value: number): void {
    this.setScalars({ [name]: value });
  }

  setScalars(scalars: Readonly<Record<string, number>>): void {
    this.link.say({ do: 'set', of: this.of, scalars });
  }

  setSeed(seed: number): void {
    this.link.say({ do: 'set', of: this.of, seed });
  }

  setCounter(counter: number): void {
    this.link.say({ do: 'set', of: this.of, counter });
  }
}

class RemoteEager extends RemoteSettings implements Eager {
  readonly k: K;
  readonly #held: HeldByLines;
  readonly #numbers = new Set<string>();
  readonly #made = new Made((buffer) => {
    this.#held.made.delete(buffer);
    this.link.say({ do: 'end', of: this.of, buffer });
  });
  readonly #onDispose: () => void;
  #disposed = false;

  constructor(link: Link, of: number, held: HeldByLines, ends: Ends | undefined, onDispose: () => void) {
    super(link, of);
    this.#held = held;
    this.#onDispose = onDispose;
    link.say({ do: 'eager', of });
    this.k = new FrontEnd({
      emit: (call) => this.execute(call),
      scans: copyingTurns((call) => this.execute(call), this.#made),
      lines: ends && new Lines(ends, this.#made.end),
    });
  }

  override setScalars(scalars: Readonly<Record<string, number>>): void {
    this.#checkAlive();
    for (const name of Object.keys(scalars)) this.#numbers.add(name);
    super.setScalars(scalars);
  }

  execute(call: KernelCall): void {
    this.#checkAlive();
    reads(call).forEach((view) => this.#held.check(view));
    for (const input of call.kind === 'map' ? call.inputs : []) {
      if (!isView(input) && !this.#numbers.has(input.scalar))
        throw new KernelError(`the number ${input.scalar} was never set`);
    }
    for (const buffer of makes(call)) {
      this.#made.add(buffer);
      this.#held.made.add(buffer);
    }
    this.link.say({ do: 'call', of: this.of, call });
  }

  end(buffer: Buffer): void {
    this.#made.end(buffer);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#made.keep([]);
    this.link.say({ do: 'dispose', of: this.of });
    this.#onDispose();
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError('this `k` was disposed of');
  }
}

class RemoteRecorded extends RemoteSettings implements Recorded {
  readonly name: string;
  readonly statistics: RecordedStatistics;
  readonly #program: Program;
  readonly #onDispose: () => void;
  #disposed = false;

  constructor(link: Link, of: number, program: Program, arena: number, onDispose: () => void) {
    super(link, of);
    this.name = program.name;
    this.#program = program;
    this.#onDispose = onDispose;
    this.statistics = { crossings: 1, instructions: callsIn(program.instructions).length, arena };
  }

  override setScalars(scalars: Readonly<Record<string, number>>): void {
    this.#checkAlive();
    super.setScalars(scalars);
  }

  setInput(name: string, elements: ArrayLike<number>): void {
    this.#checkAlive();
    const input = this.#program.inputs.get(name);
    if (input === undefined || elements.length !== input.buffer.elements) {
      throw new KernelError(`${this.name}: ${elements.length} elements for the input ${name}`);
    }
    this.link.say({ do: 'input', of: this.of, name, elements: typed(elements, input.dtype) });
  }

  run(): void {
    this.#checkAlive();
    checkLasting(this.#program);
    this.link.say({ do: 'run', of: this.of });
  }

  async read(name: string): Promise<Elements> {
    this.#checkAlive();
    if (!this.#program.outputs.has(name)) throw new KernelError(`${this.name} has no result ${name}`);
    return elementsOf(await this.link.ask({ do: 'result', of: this.of, name }));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.link.say({ do: 'dispose', of: this.of });
    this.#onDispose();
  }

  #checkAlive(): void {
    if (this.#disposed) throw new KernelError(`${this.name} was disposed of`);
  }
}
