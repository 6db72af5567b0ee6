/** Kernels behind the wire by which a page is spoken to, without a page: all is packed, and unpacked again. */
import type { Kernels } from '../../runtime/kernels/device.ts';
import { KernelError } from '../../runtime/kernels/error.ts';
import { createKernels } from '../../runtime/kernels/index.ts';
import { framed, framesIn } from '../../runtime/kernels/remote/frames.ts';
import { Host } from '../../runtime/kernels/remote/host.ts';
import { RemoteKernels } from '../../runtime/kernels/remote/kernels.ts';
import type { Asked, Link } from '../../runtime/kernels/remote/kernels.ts';
import { isAnswer } from '../../runtime/kernels/remote/messages.ts';
import type { Answer, Message } from '../../runtime/kernels/remote/messages.ts';
import { Names, pack, unpack } from '../../runtime/kernels/remote/wire.ts';

export async function openLoopback(backend: 'cpu' | 'wasm'): Promise<Kernels> {
  const kernels = await createKernels(backend);
  const [there, here] = [new Names(), new Names()];
  const waiting = new Map<number, (answer: Answer) => void>();
  const host = new Host(kernels, (answer) => {
    const back = unpack(pack(answer, here), () => {
      throw new KernelError('an answer with a buffer');
    });
    if (isAnswer(back)) waiting.get(back.question)?.(back);
  });
  const frames = framesIn();
  let done = Promise.resolve();
  let questions = 0;
  const say = (message: Message): void => {
    const packet = framed(pack(message, there));
    done = done.then(async () => {
      // In pieces, as a stream may bring them.
      const middle = packet.length >> 1;
      for (const piece of [packet.subarray(0, middle), packet.subarray(middle)])
        for (const frame of frames(piece)) await host.take(frame);
    });
  };
  const link: Link = {
    say,
    ask: (asked: Asked) =>
      new Promise((resolve) => {
        const question = questions++;
        waiting.set(question, resolve);
        say({ ...asked, question });
      }),
    close: () => void done.then(() => kernels.dispose()),
  };
  const { kernelSet, memoryLimit } = kernels;
  return new RemoteKernels(link, { backend, kernelSet, memoryLimit });
}
