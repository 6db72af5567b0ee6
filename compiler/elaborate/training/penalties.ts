/** Penalties: one term of the loss for each parameter that a penalty reaches. */
import type { Span } from '../../../grammar/ast.ts';
import { namesWeight } from '../../language/selectors.ts';
import { join } from '../../ir/paths.ts';
import type { Value } from '../../ir/types.ts';
import { originOf } from '../frame/context.ts';
import type { Declared, Frame } from '../frame/context.ts';
import { giveAs } from '../evaluate/bind.ts';
import { result } from '../evaluate/inline.ts';
import { definitionNamed, enterUse, seen } from '../evaluate/use.ts';
import { reportInteger } from '../values/misfit.ts';
import { asTensor } from '../values/operation.ts';
import { select } from './selection.ts';
import type { Later } from '../frame/spec.ts';
import { say } from '../../diagnostics/say.ts';
import { report } from '../frame/report.ts';

/** What the statement adds to the loss: the sum over the parameters that it reaches, if it reaches any. */
export function penaltyOf(later: Later): Value | undefined {
  const terms = penaltyTerms(later);
  const [first, ...rest] = terms;
  if (first === undefined || rest.length === 0) return first;
  const { graph } = later.frame.run;
  const at = originOf(later.frame, later.command.span);
  // A term that is a number, whatever the weights are, is one of the host.
  if (terms.some(({ type }) => type.dtype !== 'f32'))
    return rest.reduce((sum, term) => graph.apply('add', [sum, term], {}, 'penalty', at), first);
  return graph.apply('add_all', terms, {}, 'penalty', at);
}

function penaltyTerms({ command, frame }: Later): readonly Value[] {
  const named = definitionNamed('penalty', command, frame);
  if (named === undefined) return [];
  const covered = command.on === undefined ? [...frame.run.parameters.values()] : select(command.on, frame);
  const frozen = covered.filter((parameter) => parameter.frozen);
  if (command.on !== undefined && frozen.length > 0) {
    const parameters = frozen.map((each) => each.path);
    const told = frozen.length === covered.length ? say.NN3009.all({ parameters }) : say.NN3009.some({ parameters });
    report(told, command.on.span, frame);
  }
  const on = command.on;
  const reached = covered.filter(
    (parameter) =>
      !parameter.frozen &&
      frame.world.stage.updates(parameter.path) &&
      (parameter.shape.length >= 2 || (on !== undefined && namesWeight(on, parameter.path))),
  );
  const terms: Value[] = [];
  for (const parameter of reached) {
    const weight = frame.run.weights.get(parameter.path);
    if (weight === undefined) continue;
    // A product with it is one with the matrix as it is stored, whatever stands beside that in a layer.
    const param = { ...weight, value: frame.run.graph.alias(weight.value) };
    const word = join(named.entry.name, parameter.path);
    const callee = enterUse({
      ...named,
      caller: frame,
      span: command.span,
      path: frame.path,
      word,
      specials: seen({ param }),
    });
    if (callee === undefined) return [];
    giveAs(weight, 'param', callee);
    const term = summed(result(named.entry, callee), word, frame, command.span);
    if (term !== undefined) terms.push(term);
  }
  return terms;
}

function summed(datum: ReturnType<typeof result>, word: string, frame: Frame, span: Span): Value | undefined {
  const tensor = asTensor(datum, frame, span);
  if (tensor === undefined) return undefined;
  if (tensor.value.type.dtype === 'i32') {
    reportInteger('a penalty', tensor, span, frame);
    return undefined;
  }
  const { graph } = frame.run;
  const value =
    tensor.value.type.shape.length === 0
      ? tensor.value
      : graph.apply('sum', [tensor.value], { axis: 'all' }, word, { ...originOf(frame, span), scope: word });
  graph.name(value, word);
  return value;
}

/** Whether weight decay and penalties reach a parameter that no selector names: not with one axis, nor without. */
export function decaysByItself(parameter: Declared): boolean {
  return parameter.shape.length >= 2;
}
