/** An installed Chromium, without a window. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

const flags = [
  '--headless',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--disable-renderer-backgrounding',
  '--disable-sync',
  // A machine without a graphics processor runs both by software.
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
];

/** Where it is: what CHROME_PATH says, else the first of the usual places; undefined where there is none. */
export function findChromium(): string | undefined {
  const named = process.env['CHROME_PATH'];
  if (named !== undefined && named !== '') return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = [...commands.flatMap((name) => folders.map((folder) => join(folder, name))), ...applications];
  return places.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Browser {
  readonly process: ChildProcess;
  close(): void;
}

/** Opens an address with a profile of its own, which ends with the browser. It does not outlive this process. */
export function openChromium(executable: string, address: string): Browser {
  const profile = mkdtempSync(join(tmpdir(), 'nnc-browser-'));
  // The sandbox of Chromium refuses the superuser.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(executable, [...flags, ...asRoot, `--user-data-dir=${profile}`, address], {
    stdio: 'ignore',
    // With a group of its own, all of its processes end at once.
    detached: true,
  });
  child.unref();
  const close = (): void => {
    process.off('exit', close);
    kill(child);
    try {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    } catch {
      // A process that is still about to end may write to it: what is left lies where the system clears up.
    }
  };
  process.on('exit', close);
  return { process: child, close };
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
