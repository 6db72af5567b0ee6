/** The page behind `--backend webgl` and `webgpu` of the command: it runs what Node tells it to. */
import { isBackend } from './kernels/backends.ts';
import { createKernels } from './kernels/index.ts';
import { Host } from './kernels/remote/host.ts';
import type { Answer, Fault, Hello } from './kernels/remote/messages.ts';
import { framesIn } from './kernels/remote/frames.ts';
import { Names, pack } from './kernels/remote/wire.ts';

const names = new Names();

async function tell(path: string, what: Answer | Hello | Fault): Promise<void> {
  await fetch(path, { method: 'POST', body: pack(what, names) });
}

/** Until the other side ends. */
async function serve(backend: string): Promise<void> {
  if (!isBackend(backend)) throw new Error(`there is no backend ${backend}`);
  const kernels = await createKernels(backend);
  const host = new Host(kernels, (answer) => void tell('answer', answer));
  const { kernelSet, memoryLimit } = kernels;
  await tell('hello', { backend, kernelSet, memoryLimit });
  const commands = await fetch('commands');
  const reader = commands.body?.getReader();
  if (reader === undefined) throw new Error('no commands');
  const frames = framesIn();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const frame of frames(value)) await host.take(frame);
  }
}

serve(new URLSearchParams(location.search).get('backend') ?? '').catch((error: unknown) =>
  tell('fault', { message: error instanceof Error ? error.message : String(error) }),
);
