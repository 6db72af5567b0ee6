/** The kernels in headless Chromium, on wasm and cpu and (by a software renderer) on webgl and webgpu: skipped where there is none. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../amounts.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const found = existsSync(executablePath);

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
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
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
  let page: Page;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, headless: true, args: flags });
    page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error));
    page.on('console', (m) => console.log(m.text().slice(0, 400)));
    // WebGPU is there in a secure context alone.
    await page.route('http://127.0.0.1/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
    );
    await page.goto('http://127.0.0.1/');
    await page.addScriptTag({ content: await bundle() });
  });
  afterAll(() => browser.close());

  it.each([
    { backend: 'wasm', stride: everything ? 1 : 3, tolerance: 1e-4 },
    { backend: 'cpu', stride: everything ? 1 : 29, tolerance: 1e-4 },
    { backend: 'webgl', stride: everything ? 1 : 23, tolerance: 1e-3 },
    { backend: 'webgpu', stride: everything ? 1 : 17, tolerance: 1e-3 },
  ])(
    '$backend gives what plain JavaScript gives, eagerly and recorded',
    async ({ backend, stride, tolerance }) => {
      const settings = [backend, stride, tolerance, wasmBinary()].map((value) => JSON.stringify(value));
      const result: unknown = await page.evaluate(`runKernels(${settings.join(', ')})`);
      expect(result).toMatchObject({ wrong: [] });
    },
    everything ? 600_000 : 120_000,
  );

  it('webgpu is given one submission a step, and nothing is made once losses come back', async () => {
    const steps: unknown = await page.evaluate('callsOfSteps(12)');
    const alike = { createBuffer: 0, createBindGroup: 0, createComputePipeline: 0, submit: 1 };
    expect(Array.isArray(steps) ? steps.slice(3) : steps).toEqual(Array.from({ length: 9 }, () => alike));
  });
});

/** tfjs's binary as a URL that needs no server. */
function wasmBinary(): string {
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  const bytes = readFileSync(join(dirname(main), '..', 'wasm-out', 'tfjs-backend-wasm-simd.wasm'));
  return `data:application/wasm;base64,${bytes.toString('base64')}`;
}
