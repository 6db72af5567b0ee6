/** The way between Node and a page that it has opened: commands stream there, answers are posted back. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Buffer as KernelBuffer } from '../../kernels/buffer.ts';
import { KernelError } from '../../kernels/error.ts';
import { framed } from '../../kernels/remote/frames.ts';
import type { Asked, Link } from '../../kernels/remote/kernels.ts';
import { isAnswer, isFault, isHello } from '../../kernels/remote/messages.ts';
import type { Answer, Hello, Message } from '../../kernels/remote/messages.ts';
import { Names, pack, unpack } from '../../kernels/remote/wire.ts';

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const policy = "default-src 'none'; script-src 'self'; connect-src 'self'";

/** A server for one page, on this machine alone, at an address that nobody can guess. */
export class PageLink implements Link {
  readonly hello: Promise<Hello>;
  readonly #server: Server;
  readonly #token = randomBytes(16).toString('hex');
  readonly #script: string;
  readonly #names = new Names();
  readonly #waiting = new Map<number, Waiting>();
  #questions = 0;
  #messages: Message[] = [];
  #commands: ServerResponse | undefined;
  #ended: Error | undefined;
  #greet: Pick<PromiseWithResolversOf<Hello>, 'resolve' | 'reject'>;
  #awake: NodeJS.Timeout | undefined;
  readonly #onClose: () => void;

  /** `script` is what the page runs. */
  constructor(script: string, onClose: () => void) {
    this.#script = script;
    this.#onClose = onClose;
    const { promise, resolve, reject } = withResolvers<Hello>();
    this.hello = promise;
    this.#greet = { resolve, reject };
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // Nothing here keeps the process running, but who waits for an answer.
    this.#server.on('connection', (socket) => socket.unref());
  }

  /** The address of the page. */
  async listen(backend: string): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#server.unref();
    this.#wake();
    return `${this.#origin}/${this.#token}/?backend=${backend}`;
  }

  /** Who is gone hears nothing: whoever asks is told so. */
  say(message: Message): void {
    if (this.#ended !== undefined) return;
    if (this.#messages.length === 0) queueMicrotask(() => this.#send());
    this.#messages.push(message);
  }

  ask(asked: Asked): Promise<Answer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const question = this.#questions++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(question, { resolve, reject });
      this.#wake();
      this.say({ ...asked, question });
    });
  }

  close(): void {
    this.end(new KernelError('the page was closed'));
  }

  /** From here on nothing is said or answered. */
  end(error: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#greet.reject(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#sleep();
    this.#commands?.end();
    this.#server.close();
    this.#server.closeAllConnections();
    this.#onClose();
  }

  get #origin(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  #send(): void {
    if (this.#ended !== undefined || this.#commands === undefined || this.#messages.length === 0) return;
    const messages = this.#messages;
    this.#messages = [];
    // One packet each: what a message brings about is there when the next one is read.
    for (const message of messages) this.#commands.write(framed(pack(message, this.#names)));
  }

  /** Keeps the process running while somebody waits. */
  #wake(): void {
    this.#awake ??= setInterval(() => undefined, 2 ** 30);
  }

  #sleep(): void {
    if (this.#waiting.size > 0) return;
    clearInterval(this.#awake);
    this.#awake = undefined;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.#origin);
    const [, token, name] = pathname.split('/');
    if (token !== this.#token || request.headers.host !== new URL(this.#origin).host) {
      response.writeHead(404).end();
      return;
    }
    if (request.method === 'POST') {
      this.#heard(name, unpack(await bodyOf(request), unexpected));
      response.writeHead(204).end();
    } else if (name === '') {
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
      response.end('<!doctype html><title>nnc</title><script src="page.js"></script>');
    } else if (name === 'page.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(this.#script));
    } else if (name === 'commands') {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      response.flushHeaders();
      this.#commands = response;
      response.on('close', () => this.end(new KernelError('the page ended')));
      this.#send();
    } else {
      response.writeHead(404).end();
    }
  }

  #heard(name: string | undefined, what: unknown): void {
    if (name === 'hello' && isHello(what)) {
      this.#greet.resolve(what);
      this.#sleep();
    }
    if (name === 'fault' && isFault(what)) this.end(new KernelError(what.message));
    if (name !== 'answer' || !isAnswer(what)) return;
    this.#waiting.get(what.question)?.resolve(what);
    this.#waiting.delete(what.question);
    this.#sleep();
  }
}

interface PromiseWithResolversOf<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function withResolvers<T>(): PromiseWithResolversOf<T> {
  let resolvers: Pick<PromiseWithResolversOf<T>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<T>((resolve, reject) => (resolvers = { resolve, reject }));
  // Who does not wait for it is not told.
  promise.catch(() => undefined);
  if (resolvers === undefined) throw new Error('a promise calls at once');
  return { promise, ...resolvers };
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Answers hold elements, and no buffers of ours. */
const unexpected = (): KernelBuffer => {
  throw new KernelError('an answer with a buffer');
};
