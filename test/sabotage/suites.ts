/** Which suites must notice a change of a source: in stages, the next one where all before it have passed. */

type Stages = readonly (readonly string[])[];

const suite = (folder: string, ...names: readonly string[]): readonly string[] =>
  names.map((name) => `test/${folder}/${name}.test.ts`);

const ops = suite('ops', 'derivatives', 'shapes', 'ranges', 'meaning', 'lowering');
const gradients = [
  ...suite('passes', 'differentiate', 'functions'),
  ...suite('oracle', 'formulas', 'windows', 'scan', 'recurrent'),
];
const graphs = [
  ...suite(
    'passes',
    'goldens',
    'sections',
    'loops',
    'simplify',
    'reshapes',
    'differentiate',
    'functions',
    'plan-memory',
  ),
  ...suite('codegen', 'names', 'rounds', 'in-common', 'specs'),
];
const wholeGraphs = [...suite('passes', 'sums', 'keep-values', 'figures'), ...suite('codegen', 'penalties', 'words')];
const programs = suite('kernels', 'ends', 'misfits', 'lives', 'place', 'views', 'scan');
/** Alone: it wants a heap that nobody has used. */
const room = suite('kernels', 'room');
const kernels = suite('kernels', 'scalar', 'random', 'misfits', 'kernels', 'windows', 'mlp', 'views');
/** Of definitions of the library: besides what is particular to them. */
const defined = (...own: readonly string[]): readonly string[] => [
  ...suite('grammar', 'defaults'),
  ...own,
  ...suite('grammar', 'requirements'),
];
const published = suite('oracle', 'formulas', 'recurrent', 'windows', 'interpreter');

/** By how the path begins; the first line that fits is taken. */
const lines: readonly (readonly [string, ...Stages])[] = [
  ['compiler/ops/rules/', ops, gradients, suite('passes', 'figures')],
  ['compiler/ops/', ops, gradients],
  ['compiler/passes/simplify', suite('passes', 'simplify', 'goldens', 'reshapes', 'sums'), graphs, wholeGraphs],
  ['compiler/passes/loops', suite('passes', 'loops', 'goldens'), suite('oracle', 'scan', 'recurrent'), wholeGraphs],
  ['compiler/passes/features', suite('passes', 'row-by-row', 'features'), suite('specs', 'features')],
  ['compiler/passes/rematerialize', suite('passes', 'least-cut', 'kept'), suite('specs', 'remat')],
  [
    'compiler/passes/plan-memory',
    [...suite('passes', 'plan-memory'), ...suite('specs', 'handed-on')],
    graphs,
    suite('passes', 'figures'),
  ],
  ['compiler/passes/', graphs, wholeGraphs],
  ['compiler/targets/recorded/', suite('specs', 'features', 'memory'), suite('passes', 'figures')],
  ['runtime/kernels/wasm/held', suite('specs', 'memory')],
  ['runtime/kernels/wasm/', kernels, suite('kernels', 'scan', 'lives', 'place'), suite('kernels', 'ranges')],
  ['runtime/kernels/cpu/', kernels, suite('kernels', 'scan', 'lives', 'place', 'room')],
  ['runtime/kernels/webgpu/', suite('kernels', 'browser')],
  ['runtime/kernels/memory/', suite('kernels', 'arena', 'place', 'scan', 'room'), kernels, suite('specs', 'memory')],
  ['runtime/kernels/scalar/', suite('kernels', 'scalar'), kernels],
  ['runtime/kernels/tfjs/', kernels, suite('kernels', 'scan', 'lives', 'eager-peak')],
  ['runtime/kernels/start', suite('runtime', 'page-backend'), suite('runtime', 'backend')],
  ['runtime/kernels/room', room, [...programs, ...suite('specs', 'arena')]],
  ['runtime/kernels/', programs, kernels, [...suite('specs', 'arena'), ...suite('passes', 'figures')]],
  ['grammar/std/losses/', defined(...suite('grammar', 'losses')), suite('oracle', 'formulas', 'interpreter')],
  ['grammar/std/metrics/', defined(...suite('grammar', 'losses', 'metrics')), suite('oracle', 'formulas')],
  ['grammar/std/optimizers/', defined(...suite('grammar', 'optimizers'))],
  ['grammar/std/schedules/', defined(...suite('grammar', 'optimizers'))],
  ['grammar/std/penalties/', defined(...suite('grammar', 'losses', 'optimizers'))],
  ['grammar/std/augments/', defined(...suite('augment', 'training', 'loops'))],
  ['grammar/std/reparams/', defined(...suite('specs', 'reparam'))],
  ['grammar/std/', defined(...suite('check', 'layers'), ...suite('grammar', 'values')), published],
];

export function stagesFor(file: string): Stages {
  const line = lines.find(([begin]) => file.startsWith(begin));
  if (line === undefined) throw new Error(`no suites are named for ${file}`);
  const [, ...stages] = line;
  return stages.map((suites, stage) =>
    [...new Set(suites)].filter((each) => !stages.slice(0, stage).flat().includes(each)),
  );
}
