/** Going on with a saved run: what must be as it was, what may be another, and the kernels that it had. */
import type { Checkpoint } from '../checkpoint/run-files.ts';
import type { DataDigest, RunState } from '../checkpoint/saved-types.ts';
import { isBackend } from '../kernels/backends.ts';
import type { Kernels } from '../kernels/device.ts';
import { readsUpdates } from '../model.ts';
import type { ModelDefinition } from '../model.ts';
import { isStaged, phasesOf } from '../phases.ts';
import { openKernelsInNode } from './open-kernels.ts';
import type { BackendName } from '../train/backend.ts';
import { shouldStop } from '../train/early-stopping.ts';
import { UserError } from '../user-error.ts';
import { dataChanges } from './data-digest.ts';

/** What the one who resumes asks for. */
export interface Asked {
  readonly seed?: number | undefined;
  readonly backend?: BackendName | undefined;
  /** The generated file. */
  readonly text?: string | undefined;
}

const refused = (differences: readonly string[]): UserError =>
  new UserError(
    'NN5008',
    `the saved run is not this one: ${differences.join('; ')}`,
    'with --resume another number of epochs may be asked for, and comments may change; all else is a new run, without --resume',
  );

/** Only the same model, data, seed and backend give the numbers of an uninterrupted run. */
export function checkSameRun(model: ModelDefinition, { run, text }: Checkpoint, asked: Asked): void {
  const differences = [
    ...modelChanges(model, run, text, asked.text),
    ...(asked.seed === undefined || asked.seed === run.seed ? [] : [`its seed is ${run.seed}`]),
    ...(asked.backend === undefined || asked.backend === 'auto' || asked.backend === run.backend
      ? []
      : [`its backend is ${run.backend}`]),
    ...(hasPlaceOf(model, run) ? [] : ['it stands in a phase that there is not']),
  ];
  if (differences.length > 0) throw refused(differences);
}

/** Whether the model has the phase in which the run stands. */
const hasPlaceOf = (model: ModelDefinition, { phase }: RunState): boolean =>
  isStaged(model) === (phase !== undefined) && (phase?.at ?? 0) < phasesOf(model).length;

export function checkSameData(before: DataDigest, now: DataDigest, place: (row: number) => string): void {
  const changes = dataChanges(before, now, place);
  if (changes.length > 0) throw refused(changes);
}

/** There must be something left to do. Gives what is to be said of another number of epochs. */
export function checkEpochs(model: ModelDefinition, { run, fit }: Checkpoint, folder: string): readonly string[] {
  const { epochs, patience, monitor } = model.train;
  const done = fit.epoch - 1;
  // Phases have their epochs in the spec, which is the same.
  if (isStaged(model)) {
    if (!run.finished) return [];
    throw new UserError(
      'NN5006',
      `the run in ${folder} came to its end after ${done} epochs: there is nothing to go on with`,
      'start a new one without --resume',
    );
  }
  if (run.finished && shouldStop({ monitor, patience }, fit.watch)) {
    throw new UserError(
      'NN5006',
      `the run in ${folder} came to its end after epoch ${done}, ${fit.watch.stale} epochs without a gain: more would not be trained`,
      'start a new one without --resume, with more `patience`',
    );
  }
  if (epochs < done || (run.finished && epochs === done)) {
    throw new UserError(
      'NN5006',
      run.finished && epochs === done
        ? `the run in ${folder} came to its end after ${done} epochs: there is nothing to go on with`
        : `the run in ${folder} has done ${done} epochs, and ${epochs} are asked for`,
      'ask for more epochs (`train epochs=…`) and --resume, or start a new one without --resume',
    );
  }
  if (epochs === run.epochs) return [];
  const said = `now to epoch ${epochs}; ${run.epochs} were asked for before`;
  const schedules = phasesOf(model).some(({ steps }) => steps.some(readsUpdates));
  if (!schedules) return [said];
  return [
    said,
    `warning: the schedule depends on the length of the run: the epochs before followed one of ${run.epochs} epochs, so the numbers are not those of a run that was to have ${epochs} from its start`,
  ];
}

/** The kernels that the run had; others would round differently. */
export async function kernelsOf({ backend, kernelSet }: RunState): Promise<Kernels> {
  const known = (['simd', 'relaxed', 'plain', 'wgsl', 'tfjs'] as const).find((name) => name === kernelSet);
  const lacking = (why: string): UserError =>
    refused([`it ran on the kernels ${backend} (${kernelSet}), which do not start here: ${why}`]);
  if (!isBackend(backend) || known === undefined) throw lacking('this version has none of that name');
  try {
    return await openKernelsInNode(backend, { kernelSet: known });
  } catch (error) {
    throw error instanceof UserError ? lacking(error.message) : error;
  }
}

/**
 * Where both generated files are known, they tell whether the model is the same; a comment in the spec, or another
 * number of epochs, leaves the rest of them as it is.
 */
function modelChanges(
  model: ModelDefinition,
  run: RunState,
  before: string | undefined,
  now: string | undefined,
): readonly string[] {
  if (before !== undefined && now !== undefined && essence(before) === essence(now)) return [];
  const settings = (record: Readonly<Record<string, number>>): string =>
    Object.entries(record)
      .sort()
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
  const [was, is] = [settings(run.settings), settings(model.source.settings)];
  const changes = [
    ...(run.hash === model.source.hash ? [] : ['the spec was changed']),
    ...(was === is ? [] : [`--set is different, it was ${was === '' ? 'not given' : was}`]),
  ];
  if (changes.length > 0 || before === undefined || now === undefined) return changes;
  return ['this version makes another program of the spec'];
}

/** A generated file without its comments, layout, origin and number of epochs. */
function essence(text: string): string {
  return text
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/ .*$/gm, '')
    .replace(/\s+/g, '')
    .replace(/,(?=[}\])])/g, '')
    .replace(/\bsource:\{[^{}]*\{[^{}]*\}[^{}]*\}/, '')
    .replace(/\btrain:\{epochs:\d+/, '');
}
