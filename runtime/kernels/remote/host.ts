/** Runs on kernels that are here what was recorded elsewhere. */
import { Buffer, View, viewOf } from '../buffer.ts';
import type { Eager, Elements, Kernels, Recorded } from '../device.ts';
import { KernelError } from '../error.ts';
import { programOf } from '../program.ts';
import { UserError } from '../../user-error.ts';
import { isMessage } from './messages.ts';
import type { Answer, Fault, Message, Question } from './messages.ts';
import { unpack } from './wire.ts';
import type { BufferOf } from './wire.ts';

export class Host {
  readonly #kernels: Kernels;
  readonly #answer: (answer: Answer) => void;
  /** By the numbers of the other side: what is allocated, and what programs and lines have made. */
  readonly #buffers = new Map<number, Buffer>();
  readonly #numbers = new Map<Buffer, number>();
  readonly #eagers = new Map<number, Eager>();
  readonly #programs = new Map<number, Recorded>();
  /** What is known for the time of a program. */
  readonly #made = new Map<number, readonly Buffer[]>();
  /** What went wrong where nobody waited for an answer: whoever asks next is told. */
  #fault: Fault | undefined;

  constructor(kernels: Kernels, answer: (answer: Answer) => void) {
    this.#kernels = kernels;
    this.#answer = answer;
  }

  /** To be called with one message after the other, each when the one before is done. */
  async take(bytes: Uint8Array): Promise<void> {
    const message = unpack(bytes, this.#bufferOf);
    if (!isMessage(message)) throw new KernelError('no message');
    if ('question' in message) return this.#asked(message);
    try {
      this.#do(message);
    } catch (error) {
      this.#fault ??= faultOf(error);
    }
  }

  readonly #bufferOf: BufferOf = (number, elements, dtype, lifetime) => {
    const known = this.#buffers.get(number);
    if (known !== undefined) return known;
    const buffer = new Buffer(elements, dtype, lifetime);
    this.#know(buffer, number);
    return buffer;
  };

  #do(message: Exclude<Message, Question>): void {
    switch (message.do) {
      case 'allocate': {
        const { buffer, shape, elements } = message;
        const value = this.#kernels.allocate(shape, buffer.dtype, elements);
        const number = this.#forget(buffer);
        if (number !== undefined) this.#know(viewOf(value, 'allocate').buffer, number);
        return;
      }
      case 'write':
        this.#kernels.write(whole(message.buffer), message.elements);
        return;
      case 'release':
        for (const buffer of message.buffers) {
          this.#kernels.release(whole(buffer));
          this.#forget(buffer);
        }
        return;
      case 'eager':
        this.#eagers.set(message.of, this.#kernels.eager());
        return;
      case 'call':
        this.#eager(message.of).execute(message.call);
        return;
      case 'end':
        this.#eager(message.of).end(message.buffer);
        this.#forget(message.buffer);
        return;
      case 'set': {
        const { of, scalars, seed, counter } = message;
        const settings = this.#programs.get(of) ?? this.#eager(of);
        if (scalars !== undefined) settings.setScalars(scalars);
        if (seed !== undefined) settings.setSeed(seed);
        if (counter !== undefined) settings.setCounter(counter);
        return;
      }
      case 'input':
        this.#program(message.of).setInput(message.name, message.elements);
        return;
      case 'run':
        this.#program(message.of).run();
        return;
      case 'dispose':
        this.#programs.get(message.of)?.dispose();
        this.#eagers.get(message.of)?.dispose();
        this.#programs.delete(message.of);
        this.#eagers.delete(message.of);
        this.#made.get(message.of)?.forEach((buffer) => this.#forget(buffer));
        this.#made.delete(message.of);
        return;
    }
  }

  /** What is read is as it was when it was asked for: nobody waits until it is here. */
  async #asked(message: Question): Promise<void> {
    const { question } = message;
    try {
      if (this.#fault !== undefined) return this.#answer({ question, fault: this.#fault });
      if (message.do === 'program') {
        const { name, instructions } = message;
        const [inputs, outputs] = [new Map(message.inputs), new Map(message.outputs)];
        const program = programOf({ name, instructions, inputs, outputs });
        const recorded = await this.#kernels.ready(program);
        this.#programs.set(message.of, recorded);
        const own = [...program.lives, ...inputs.values()];
        this.#made.set(
          message.of,
          own.map(({ buffer }) => buffer),
        );
        return this.#answer({ question, arena: recorded.statistics.arena });
      }
      const read =
        message.do === 'result' ? this.#program(message.of).read(message.name) : this.#kernels.read(message.view);
      this.#later(question, read);
    } catch (error) {
      this.#answer({ question, fault: faultOf(error) });
    }
  }

  #later(question: number, read: Promise<Elements>): void {
    read.then(
      (elements) => this.#answer({ question, elements }),
      (error: unknown) => this.#answer({ question, fault: faultOf(error) }),
    );
  }

  #eager(of: number): Eager {
    const eager = this.#eagers.get(of);
    if (eager === undefined) throw new KernelError(`there are no lines ${of}`);
    return eager;
  }

  #program(of: number): Recorded {
    const program = this.#programs.get(of);
    if (program === undefined) throw new KernelError(`there is no program ${of}`);
    return program;
  }

  #know(buffer: Buffer, number: number): void {
    this.#buffers.set(number, buffer);
    this.#numbers.set(buffer, number);
  }

  /** Gives the number of the buffer. */
  #forget(buffer: Buffer): number | undefined {
    const number = this.#numbers.get(buffer);
    if (number !== undefined) this.#buffers.delete(number);
    this.#numbers.delete(buffer);
    return number;
  }
}

const whole = (buffer: Buffer): View => new View(buffer, [buffer.elements]);

function faultOf(error: unknown): Fault {
  if (error instanceof UserError) {
    const { code, message, help } = error;
    return { code, message, ...(help === undefined ? {} : { help }) };
  }
  return { message: error instanceof Error ? error.message : String(error) };
}
