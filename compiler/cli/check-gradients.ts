/** `nnc check --grad`: what is to be said of a model's gradients, at the statements that make them wrong. */
import type { Told } from '../diagnostics/say.ts';
import { catalog } from '../diagnostics/catalog.ts';
import { note } from '../diagnostics/catalog/notes.ts';
import { say } from '../diagnostics/say.ts';
import type { Diagnostic, Label, Source } from '../diagnostics/types.ts';
import type { Model } from '../ir/model.ts';
import type { Origin } from '../ir/types.ts';
import { stepTitle } from '../targets/tfjs/steps.ts';
import { checkGradients } from '../targets/reference/gradients.ts';
import type { Compared, ComparedParameter, Fault, Watch } from '../targets/reference/gradients.ts';

/** Of one step of one phase. */
export interface CheckedStep {
  /** `phase tune, step d`; empty where the spec names none. */
  readonly title: string;
  readonly parameters: readonly ComparedParameter[];
  readonly together: Compared | undefined;
}

export interface CheckedGradients {
  readonly steps: readonly CheckedStep[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Draws its batch, weights and directions from the seed of the run. */
export function gradientsOf(model: Model, spec: Source, watch?: Watch): CheckedGradients {
  const diagnostics = new Map<string, Diagnostic>();
  const steps = model.phases.flatMap((phase) =>
    phase.steps.map((step): CheckedStep => {
      const title = stepTitle({ phase, step });
      const told: Watch | undefined =
        watch && ((doing, done, of) => watch(title === '' ? doing : `${title}: ${doing}`, done, of));
      const { parameters, together, faults } = checkGradients(model, step, model.train.seed, told);
      const found =
        faults.length > 0 ? faults.map((fault) => ofFault(fault, spec)) : unlocated(model, parameters, spec);
      for (const each of found) diagnostics.set(`${each.message} ${each.primary.span.start}`, each);
      return { title, parameters, together };
    }),
  );
  return { steps, diagnostics: [...diagnostics.values()] };
}

function ofFault({ node, parameters }: Fault, spec: Source): Diagnostic {
  const facts = misled(parameters);
  const told =
    node.op === 'stop_gradient' ? say.NN6015.stopped(facts) : say.NN6016.operation({ op: node.op, ...facts });
  return diagnostic(told, node.origin, spec);
}

/** Wrong parameters, where no operation is. */
function unlocated(model: Model, parameters: readonly ComparedParameter[], spec: Source): readonly Diagnostic[] {
  return parameters
    .filter(({ isRight }) => !isRight)
    .flatMap((each): readonly Diagnostic[] => {
      const origin = model.parameters.find(({ path }) => path === each.path)?.origin;
      return origin === undefined ? [] : [diagnostic(say.NN6016.parameter(misled([each])), origin, spec)];
    });
}

function misled(parameters: readonly ComparedParameter[]) {
  const [{ derivative, difference } = { derivative: NaN, difference: NaN }] = parameters;
  return { parameters: parameters.map(({ path }) => path), derivative, difference };
}

/** At the user's own characters, with the statement that led there; what the library says stands beside the statement. */
function diagnostic(told: Told, { source, span, statement = span, what }: Origin, spec: Source): Diagnostic {
  const { code, variant, facts, message, label = '', help } = told;
  const here: Label = { source, span, text: label };
  const use: Label = { source: spec, span: statement, text: note.use(what) };
  const isInside = source !== spec || span.start < statement.start || span.end > statement.end;
  const [primary, ...secondary] =
    source === spec
      ? [here, use]
      : [
          { ...use, text: label },
          { ...here, text: '' },
        ];
  const severity = catalog[code].severity;
  return { code, variant, facts, severity, message, primary, secondary: isInside ? secondary : [], help };
}
