/** Trains a model twice: once in peace, and once killed again and again, each time gone on with. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const command = join(import.meta.dirname, '../../dist/nnc.js');

export interface Plan {
  /** Rows of the data, units of the layers, and epochs: how long it all takes. */
  readonly rows: number;
  readonly width: number;
  readonly epochs: number;
  readonly kills: number;
  /** Options of `nnc train` besides. */
  readonly argv: readonly string[];
  /** Of the moments at which it is killed. */
  readonly seed: number;
  /**
   * The longest that it is let live, in milliseconds: `all` counts from the start of the process, `training` from the
   * start of its training and is a share of what that takes in peace, divided by the kills.
   */
  readonly most: { readonly all: number } | { readonly training: number };
  readonly onNews?: (text: string) => void;
}

export interface Kill {
  /** Milliseconds from the start of the process, and from the start of its training (if that had begun). */
  readonly lived: number;
  readonly trained: number | undefined;
  /** Milliseconds of training that no checkpoint holds. */
  readonly lost: number;
}

export interface Outcome {
  readonly kills: readonly Kill[];
  /** Seconds of training of the run that was left alone. */
  readonly peaceful: number;
  /** Files of the two run folders, by name: what the peaceful one holds, and the other. */
  readonly files: Readonly<Record<string, readonly [Buffer | undefined, Buffer | undefined]>>;
}

/** Layers with states, random numbers, groups of batches, a schedule and early stopping: all that must be saved. */
const spec = ({ width, epochs }: Plan): string => `input x: f32[20]
target kind: class[4]
prep x standardize
layer dense ${width} relu
layer batchnorm
layer dropout 0.2
layer dense ${width} relu
layer dense 4
loss xent
optim adam lr=1e-3
schedule cosine warmup=5
accumulate 3
clip norm 1.0
metric accuracy; metric f1 average=macro
data csv "rows.csv" target=kind split=0.8/0.1/0.1 seed=7
train epochs=${epochs} batch=64 patience=${epochs}
predict softmax(it)
`;

/** Classes by two sums of the numbers, so that there is something to learn. */
function rowsText(rows: number): string {
  const next = uniform(11);
  const head = [...Array.from({ length: 20 }, (_, i) => `x${i}`), 'kind'].join(',');
  const lines = Array.from({ length: rows }, () => {
    const x = Array.from({ length: 20 }, () => next() * 2 - 1);
    const sum = (from: number): number => x.slice(from, from + 10).reduce((a, b) => a + b * b, 0);
    return [...x.map((value) => value.toFixed(4)), (sum(0) > 3.3 ? 2 : 0) + (sum(10) > 3.3 ? 1 : 0)].join(',');
  });
  return `${head}\n${lines.join('\n')}\n`;
}

/** Mulberry32: enough to draw moments from. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Ended {
  readonly started: number;
  /** When its training began, if it did. */
  readonly training: number | undefined;
  /** When it was killed, unless it had ended before. */
  readonly killed: number | undefined;
  readonly ended: number;
  readonly code: number | null;
  readonly err: string;
}

/** One process of the command, killed after so many milliseconds unless it ends before. */
function train(
  folder: string,
  argv: readonly string[],
  killAfter?: { readonly ms: number; readonly from: 'start' | 'training' },
): Promise<Ended> {
  const started = Date.now();
  const child = spawn(process.execPath, [command, 'train', 'model.nn', ...argv], {
    cwd: folder,
    env: { ...process.env, CI: '1' },
  });
  let err = '';
  let training: number | undefined;
  let killed: number | undefined;
  const kill = (): void => {
    killed = Date.now();
    child.kill('SIGKILL');
  };
  const later = (): void => {
    if (killAfter !== undefined) setTimeout(kill, killAfter.ms).unref();
  };
  if (killAfter?.from === 'start') later();
  child.stderr.on('data', (text) => {
    err += String(text);
    // The last line before the first step.
    if (training !== undefined || !/^keeping|^going on|, seed \d+$/m.test(err)) return;
    training = Date.now();
    if (killAfter?.from === 'training') later();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const dead = code === null ? killed : undefined;
      resolve({ started, training, killed: dead, ended: Date.now(), code, err });
    });
  });
}

export async function killAndResume(plan: Plan): Promise<Outcome> {
  const say = plan.onNews ?? (() => undefined);
  const data = rowsText(plan.rows);
  const folderOf = (name: string): string => {
    const folder = mkdtempSync(join(tmpdir(), `nnc-test-kills-${name}-`));
    writeFileSync(join(folder, 'model.nn'), spec(plan));
    writeFileSync(join(folder, 'rows.csv'), data);
    return folder;
  };
  const whole = folderOf('whole');
  const parted = folderOf('parted');

  const peace = await train(whole, plan.argv);
  if (peace.code !== 0) throw new Error(`the run that was left alone ended with ${peace.code}:\n${peace.err}`);
  const trained = peace.ended - (peace.training ?? peace.started);
  const peaceful = trained / 1000;
  say(`left alone, ${plan.epochs} epochs take ${peaceful.toFixed(0)} s`);

  const checkpoint = join(parted, 'runs/model/checkpoint.safetensors');
  const resume = (): readonly string[] => (existsSync(checkpoint) ? [...plan.argv, '--resume'] : plan.argv);
  const next = uniform(plan.seed);
  let kills: Kill[] = [];
  let faster = 1;
  while (kills.length < plan.kills) {
    const killAfter =
      'all' in plan.most
        ? { ms: (next() * plan.most.all) / faster, from: 'start' as const }
        : { ms: (next() * plan.most.training * trained) / plan.kills / faster, from: 'training' as const };
    const { started, training, killed, code, err } = await train(parted, resume(), killAfter);
    if (killed === undefined) {
      if (code !== 0) throw new Error(`ended with ${code} after ${kills.length} kills:\n${err}`);
      // The machine is faster than it was: once more from the beginning, with shorter lives.
      rmSync(join(parted, 'runs'), { recursive: true });
      say(`came to its end after ${kills.length} kills; anew`);
      kills = [];
      faster *= 2;
      continue;
    }
    const saved = existsSync(checkpoint) ? statSync(checkpoint).mtimeMs : 0;
    const lost = training === undefined ? 0 : Math.max(0, killed - Math.max(saved, training));
    const kill = { lived: killed - started, trained: training === undefined ? undefined : killed - training, lost };
    kills.push(kill);
    say(
      `kill ${kills.length}: after ${kill.lived} ms, ${kill.trained ?? 'no'} ms of training, ${Math.round(lost)} ms lost`,
    );
  }
  const end = await train(parted, resume());
  if (end.code !== 0) throw new Error(`the killed run ended with ${end.code}:\n${end.err}`);

  const inWhole = join(whole, 'runs/model');
  const inParted = join(parted, 'runs/model');
  const names = new Set([...readdirSync(inWhole), ...readdirSync(inParted)]);
  const bytes = (path: string): Buffer | undefined => (existsSync(path) ? readFileSync(path) : undefined);
  const files = [...names].map((name) => [name, [bytes(join(inWhole, name)), bytes(join(inParted, name))] as const]);
  const outcome = { kills, peaceful, files: Object.fromEntries(files) };
  for (const folder of [whole, parted]) rmSync(folder, { recursive: true });
  return outcome;
}
