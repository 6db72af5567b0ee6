/** The kernels in headless Chromium, on webgl by a software renderer: skipped where there is no Chromium. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const found = existsSync(executablePath);
const all = process.env['NNC_VERIFY'] === 'all';

const flags = [
  '--no-sandbox',
  '--disable-gpu-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [at('browser/page.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    mainFields: ['module', 'main'],
    external: ['fs', 'path', 'os', 'crypto', 'worker_threads', 'perf_hooks', 'util', 'string_decoder', 'node-fetch'],
    alias: { 'nnc/runtime': at('../../runtime/index.ts') },
    logLevel: 'error',
  });
  return result.outputFiles[0]?.text ?? '';
}

describe.skipIf(!found)(`kernels in Chromium${found ? '' : ` (no ${executablePath})`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, headless: true, args: flags });
  });
  afterAll(() => browser.close());

  it(
    'webgl gives what plain JavaScript gives, eagerly and recorded',
    async () => {
      const page = await browser.newPage();
      page.on('pageerror', (error) => console.error(error));
      await page.addScriptTag({ content: await bundle() });
      const stride = all ? 1 : 9;
      const result: unknown = await page.evaluate(`runKernels('webgl', ${stride}, 1e-3)`);
      expect(result).toMatchObject({ wrong: [] });
      await page.close();
    },
    all ? 600_000 : 120_000,
  );
});
