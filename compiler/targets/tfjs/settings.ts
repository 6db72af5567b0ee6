/** The definition of the model at the end of the emitted file: ports, functions, and the settings of data and training. */
import type {
  Augmentation,
  DataSettings,
  LoadSettings,
  Model,
  Noise,
  Phase,
  Plateau,
  Port,
  PrepSettings,
  TrainingStep,
} from '../../ir/model.ts';
import type { Graph } from '../../ir/types.ts';
import type { Facts } from './facts.ts';
import type { FeaturesText } from './features.ts';
import type { Doc } from './layout.ts';
import { list, object, render } from './layout.ts';
import { decimal, literal } from './literals.ts';
import { entry, property, quoted } from './names.ts';
import type { StepText } from './steps.ts';
import type { Evaluation } from './use.ts';

export interface Uses {
  readonly predictPorts: readonly string[];
  readonly moments: readonly string[];
  readonly features: FeaturesText | undefined;
  /** Of phases, by their graphs. */
  readonly ownEvaluations: ReadonlyMap<Graph, Evaluation>;
}

export function writeModel(facts: Facts, steps: readonly StepText[], uses: Uses): string {
  const { model, source, compiler } = facts.program;
  const isStaged = steps.some(({ phase, step }) => phase.name !== undefined || step.name !== undefined);
  const settings = model.hypers.filter((hyper) => hyper.set).map((hyper) => field(hyper.name, decimal(hyper.value)));
  const origin = [
    field('file', quoted(source.file)),
    field('hash', quoted(source.hash)),
    field('compiler', quoted(compiler)),
    field('settings', object(settings)),
  ];
  const fields: readonly Doc[] = [
    field('name', quoted(model.name)),
    field('source', object(origin)),
    field('inputs', ports(model, 'input')),
    field('targets', ports(model, 'target')),
    ...(model.noises.length === 0 ? [] : [field('noise', object(model.noises.map(noise)))]),
    'parameters',
    ...(model.augmentation === undefined ? [] : ['augment', ...augmented(model.augmentation)]),
    ...(uses.features === undefined ? [] : ['features', field('cached', cached(uses.features))]),
    ...(isStaged ? ['numbers'] : steps.flatMap(stepFunctions)),
    ...['evaluate', 'figures', 'predict'],
    ...momentsField(uses.moments),
    field('predictInputs', list(uses.predictPorts.map(quoted))),
    ...(isStaged ? [field('phases', phases(model, steps, uses))] : steps.flatMap(({ step }) => stepSettings(step))),
    ...(model.data === undefined ? [] : [field('data', data(model.data))]),
    field('prep', list(model.prep.map(prep), model.prep.length > 1)),
    ...(model.loads.length === 0 ? [] : [field('loads', list(model.loads.map(load), model.loads.length > 1))]),
    field('train', train(model)),
  ];
  return render(['export const model = defineModel(', object(fields, true), ');'], 0, 0);
}

/** The functions and tables of a step, by the runtime's words for them. */
const stepFunctions = ({ names, training }: StepText): readonly Doc[] => [
  entry('slots', names.slots),
  entry('numbers', names.numbers),
  entry('forward', names.forward),
  entry('backward', names.backward),
  ...(training.accumulate === undefined ? [] : [entry('accumulateGradients', names.accumulateGradients)]),
  entry('update', names.update),
];

/** Inputs and targets that the network sees otherwise than the data has them. */
const augmented = ({ ports }: Augmentation): readonly Doc[] =>
  ports.some(({ role }) => role === 'target')
    ? [
        field(
          'augmented',
          object(ports.filter(({ role }) => role === 'target').map((port) => field(port.name, portSpec(port)))),
        ),
      ]
    : [];

const cached = ({ ports: made, besides }: FeaturesText): Doc =>
  object([
    field('ports', object(made.map((port) => field(port.name, portSpec(port))))),
    field('inputs', list(besides.map(quoted))),
  ]);

const stepSettings = ({ accumulate, warmup, plateau, expectedLoss }: TrainingStep): readonly Doc[] => [
  field('accumulate', literal(accumulate)),
  field('warmup', literal(warmup)),
  ...(plateau === undefined ? [] : [field('plateau', watching(plateau))]),
  ...(expectedLoss === undefined ? [] : [field('expectedLoss', literal(expectedLoss))]),
];

const momentsField = (moments: readonly string[]): readonly Doc[] =>
  moments.length > 0 ? [field('moments', list(moments.map(quoted)))] : [];

function phases(model: Model, steps: readonly StepText[], uses: Uses): Doc {
  const whole = model.phases.map((phase) => {
    const { name, epochs, patience, evaluation } = phase;
    const own = steps.filter((step) => step.phase === phase);
    return object(
      [
        ...(name === undefined ? [] : [field('name', quoted(name))]),
        field('epochs', literal(epochs)),
        ...(patience === undefined ? [] : [field('patience', literal(patience))]),
        ...watched(phase, model),
        ...(evaluation === undefined ? [] : evaluationFields(uses.ownEvaluations.get(evaluation))),
        field(
          'steps',
          list(
            own.map((each) => object([...stepHead(each), ...stepFunctions(each), ...stepSettings(each.step)], true)),
            true,
          ),
        ),
      ],
      true,
    );
  });
  return list(whole, true);
}

/** What a phase watches otherwise than the run does. */
function watched({ monitor, best }: Phase, { train }: Model): readonly Doc[] {
  if (monitor !== train.monitor) return [field('monitor', quoted(monitor)), ...bestField(monitor, best)];
  return best === train.best ? [] : [field('best', quoted(best))];
}

/** Losses are best at their lowest, and what is called otherwise at its highest, unless said. */
const bestField = (monitor: string, best: Phase['best']): readonly Doc[] =>
  best === 'lowest' && !/^(val_)?loss$/.test(monitor) ? [field('best', quoted(best))] : [];

const evaluationFields = (evaluation: Evaluation | undefined): readonly Doc[] =>
  evaluation === undefined
    ? []
    : [
        entry('evaluate', evaluation.names.evaluate),
        entry('figures', evaluation.names.figures),
        ...momentsField(evaluation.moments),
      ];

const stepHead = ({ step: { name, times } }: StepText): readonly Doc[] => [
  ...(name === undefined ? [] : [field('name', quoted(name))]),
  ...(times === 1 ? [] : [field('times', literal(times))]),
];

const field = (key: string, value: Doc): Doc => [`${property(key)}: `, value];

function ports(model: Model, role: Port['role']): Doc {
  const entries = model.ports.filter((port) => port.role === role).map((port) => field(port.name, portSpec(port)));
  return object(entries);
}

function portSpec({ shape, dtype, classes, range, below }: Port): Doc {
  return object([
    field('shape', numbers(shape)),
    field('dtype', dtype === 'f32' ? "'float32'" : "'int32'"),
    ...(classes === undefined ? [] : [field('classes', literal(classes))]),
    ...(range === undefined ? [] : [field('range', numbers(range))]),
    ...(below === undefined ? [] : [field('below', typeof below === 'number' ? literal(below) : numbers(below))]),
  ]);
}

const noise = ({ name, shape, distribution }: Noise): Doc =>
  field(name, object([field('shape', numbers(shape)), field('distribution', quoted(distribution))]));

const numbers = (values: readonly number[]): Doc => list(values.map(literal));

function data({ format, file, rows, columns, split, seed, heeds }: DataSettings): Doc {
  const mapped = Object.entries(columns).map(([port, patterns]) => field(port, list(patterns.map(quoted))));
  return object([
    field('format', quoted(format)),
    ...(file === undefined ? [] : [field('file', quoted(file))]),
    ...(rows === undefined ? [] : [field('rows', list(rows.map(numbers), rows.length > 1))]),
    ...(mapped.length === 0 ? [] : [field('columns', object(mapped))]),
    ...(split === undefined ? [] : [field('split', numbers(split))]),
    field('seed', literal(seed)),
    ...(heeds === undefined ? [] : [typeof heeds === 'string' ? field(heeds, 'true') : field('by', quoted(heeds.by))]),
  ]);
}

function prep({ port, kind, origin: _, ...rest }: PrepSettings): Doc {
  const given = Object.entries(rest).map(([name, value]) =>
    field(
      name,
      typeof value === 'number' ? literal(value) : typeof value === 'string' ? quoted(value) : numbers(value),
    ),
  );
  return object([field('port', quoted(port)), field('kind', quoted(kind)), ...given]);
}

function load({ scopes, file, names }: LoadSettings): Doc {
  return object([
    field('scopes', list(scopes.map(quoted))),
    field('file', quoted(file)),
    ...(names === undefined
      ? []
      : [field('names', typeof names === 'string' ? quoted(names) : list(names.map(quoted), true))]),
  ]);
}

function train({ train: { epochs, batch, seed, patience, monitor, best } }: Model): Doc {
  return object([
    field('epochs', literal(epochs)),
    field('batch', literal(batch)),
    field('seed', literal(seed)),
    ...(patience === undefined ? [] : [field('patience', literal(patience))]),
    field('monitor', quoted(monitor)),
    ...bestField(monitor, best),
  ]);
}

const watching = ({ factor, patience, monitor, best, gain }: Plateau): Doc =>
  object([
    field('factor', literal(factor)),
    field('patience', literal(patience)),
    field('monitor', quoted(monitor)),
    ...bestField(monitor, best),
    field('gain', literal(gain)),
  ]);
