/** Kernels of a backend that only browsers have, in an installed Chromium without a window. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { KernelError } from '../../kernels/error.ts';
import type { Backend } from '../../kernels/backends.ts';
import { kernelSets } from '../../kernels/backends.ts';
import type { Kernels } from '../../kernels/device.ts';
import { RemoteKernels } from '../../kernels/remote/kernels.ts';
import { findChromium, openChromium } from './chromium.ts';
import type { Browser } from './chromium.ts';
import { PageLink } from './link.ts';

/** A browser that has not said anything by then says nothing any more. */
const patience = 60_000;

/** Throws a KernelError with the reason where there is no browser, or it has no such backend. */
export async function openInBrowser(backend: Backend): Promise<Kernels> {
  const executable = findChromium();
  if (executable === undefined) {
    throw new KernelError('it runs in a browser, and no Chromium was found: install one, or name it in CHROME_PATH');
  }
  const opened: { browser?: Browser } = {};
  const link = new PageLink(pageScript(), () => opened.browser?.close());
  const browser = openChromium(executable, await link.listen(backend));
  opened.browser = browser;
  browser.process.on('error', ({ message }) => link.end(new KernelError(`${executable} does not start: ${message}`)));
  browser.process.on('exit', (code) => link.end(new KernelError(`${executable} ended (${code ?? 'by a signal'})`)));
  const late = setTimeout(() => link.end(new KernelError(`${executable} gave no sign`)), patience);
  try {
    const hello = await link.hello;
    const kernelSet = kernelSets[backend].find((name) => name === hello.kernelSet);
    if (kernelSet === undefined) throw new KernelError(`the page has kernels ${hello.kernelSet}`);
    return new RemoteKernels(link, { ...hello, kernelSet });
  } catch (error) {
    link.close();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

/** The bundle of `runtime/remote-page.ts`, from wherever this is: a file of dist, of dist/runtime, or of the sources. */
function pageScript(): string {
  const places = ['./remote-page.js', './runtime/remote-page.js', '../../../dist/runtime/remote-page.js'];
  const found = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) => existsSync(path));
  if (found === undefined) throw new KernelError('the page of the browser is missing: build dist first');
  return found;
}
