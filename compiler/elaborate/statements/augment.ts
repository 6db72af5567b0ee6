/** `augment`: what training makes of a batch before the network sees it. It has a graph of its own. */
import type { Command, Span } from '../../../grammar/ast.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { say } from '../../diagnostics/say.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { describe, error, exampleShape } from '../../language/datum.ts';
import type { Datum, Tensor } from '../../language/datum.ts';
import { GraphBuild } from '../../ir/graph-build.ts';
import type { Augmentation, Port } from '../../ir/model.ts';
import type { GraphOutput } from '../../ir/types.ts';
import { result } from '../evaluate/inline.ts';
import { definitionNamed, enterUse, kindName, seen } from '../evaluate/use.ts';
import { originOf } from '../frame/context.ts';
import type { Frame, Run } from '../frame/context.ts';
import { numbered } from '../frame/paths.ts';
import { report } from '../frame/report.ts';
import type { Later, Session } from '../frame/spec.ts';
import { asTensor } from '../values/operation.ts';
import { sourceText } from '../values/misfit.ts';

/** What all statements make of a batch, in the order written; undefined where there are none, or one has a mistake. */
export function augmentation({ spec, frame }: Session): Augmentation | undefined {
  const [first] = spec.augments;
  if (first === undefined) return undefined;
  const origin = originOf(first.frame, first.command.span);
  const graph = new GraphBuild(origin, 'forward');
  const run: Run = { ...frame.run, graph, mode: 'training', occurrences: new Map(), newStates: new Map() };
  const given = new Map(spec.ports.map((port) => [port.name, portValue(port, graph)]));
  const now = new Map(given);
  let isWhole = true;
  for (const later of spec.augments) isWhole = augment(later, spec.ports, now, run) && isWhole;
  if (!isWhole) return undefined;
  const changed = spec.ports.filter(({ name }) => now.get(name) !== given.get(name));
  const outputs = changed.flatMap(({ name }): readonly GraphOutput[] => {
    const value = now.get(name)?.value;
    return value === undefined ? [] : [{ role: 'value', name, value }];
  });
  return { graph: graph.finish(outputs), ports: changed.map((port) => portOf(port, now.get(port.name))) };
}

const portValue = ({ name, role, dtype, shape, classes, origin }: Port, graph: GraphBuild): Tensor => ({
  type: 'tensor',
  value: graph.input(role, name, { dtype, shape: ['B', ...shape] }, name),
  perExample: true,
  classes,
  made: { source: origin.source, span: origin.span },
});

/** A port as the network sees it in training: noise leaves the range of the data, and a mixed class is a distribution. */
function portOf(port: Port, tensor: Tensor | undefined): Port {
  // An augmentation keeps the shape, which is that of a port.
  const shape = tensor === undefined ? port.shape : exampleShape(tensor).filter((size) => size !== 'B');
  const dtype = tensor?.value.type.dtype === 'i32' ? 'i32' : 'f32';
  return { ...port, dtype, shape, classes: tensor?.classes, range: undefined, below: undefined };
}

/** One statement; false after a mistake. */
function augment({ command, frame }: Later, ports: readonly Port[], now: Map<string, Tensor>, run: Run): boolean {
  const port = portFor(command, ports, frame);
  const it = port === undefined ? undefined : now.get(port.name);
  if (port === undefined || it === undefined) return false;
  const kind = kindName(command.args[0]?.value) ?? 'augment';
  const path = `augment/${numbered(run, '', kind, 'layer')}`;
  const specials = seen({ target: onlyTarget(ports, now), in: { type: 'number', value: port.shape.at(-1) ?? 1 } });
  const inside: Frame = { ...frame, run, path, word: kind, specials };
  const made = applied(command, it, inside, frame);
  if (made === undefined || !keepsShape(made, it, port, command.span, frame)) return false;
  now.set(port.name, { ...made, made: it.made });
  const target = specials.lookup('target')?.datum;
  const [only] = ports.filter(({ role }) => role === 'target');
  if (only !== undefined && target?.type === 'tensor') now.set(only.name, target);
  return target?.type !== 'error';
}

/** What the definition makes of a value; the arguments are those of the `caller`. Undefined after a mistake. */
function applied(command: Command, it: Datum, inside: Frame, caller: Frame): Tensor | undefined {
  const named = definitionNamed('augment', command, caller);
  if (named === undefined) return undefined;
  const { path, word, specials, run } = inside;
  const callee = enterUse({ ...named, caller: { ...caller, run }, span: command.span, path, word, specials, it });
  const datum = callee === undefined ? error : result(named.entry, callee);
  return datum.type === 'error' ? undefined : asTensor(datum, { ...caller, run }, command.span);
}

/** An augmentation that another one uses: its `it` is the current value, its target the same. */
export function nestedAugment(command: Command, frame: Frame): void {
  frame.flow.it = applied(command, frame.flow.it, frame, frame) ?? error;
}

/** The input that the statement names, or the first one with the axes of an image, or the first with numbers. */
function portFor(command: Command, ports: readonly Port[], frame: Frame): Port | undefined {
  const numbers = ports.filter(({ role, dtype }) => role === 'input' && dtype === 'f32');
  const [from, more] = command.from ?? [];
  if (more !== undefined) {
    report(say.NN2006.augmented(), more.span, frame);
    return undefined;
  }
  if (from === undefined) {
    const port = numbers.find(({ shape }) => shape.length === 3) ?? numbers[0];
    if (port === undefined) report(say.NN2007.augment(), command.span, frame);
    return port;
  }
  const name = from.type === 'path' ? from.parts.map(({ text }) => text).join('.') : undefined;
  const port = ports.find((each) => each.name === name && each.role === 'input');
  if (port === undefined) {
    const near = nearest(name ?? '', numbers.map((each) => each.name)); // prettier-ignore
    report(say.NN2001.augmented({ name: sourceText(frame, from.span), near }), from.span, frame);
  } else if (port.dtype !== 'f32') {
    const also = [{ source: port.origin.source, span: port.origin.span, text: note.declared }];
    report(say.NN2014.augmented({ name: port.name }), from.span, frame, { also });
    return undefined;
  }
  return port;
}

/** Evaluation sees the data as it is, by the same layers. */
function keepsShape(made: Tensor, it: Tensor, port: Port, span: Span, frame: Frame): boolean {
  const [shape, wanted] = [exampleShape(made), exampleShape(it)];
  const isSame = shape.length === wanted.length && shape.every((size, axis) => size === wanted[axis]);
  if (isSame && made.perExample && made.value.type.dtype === 'f32') return true;
  const also = [{ source: port.origin.source, span: port.origin.span, text: note.declared }];
  if (isSame) report(say.NN2007.augmentation({ given: describe(made) }), span, frame);
  else report(say.NN2011.augmentation({ name: port.name, shape, wanted }), span, frame, { also });
  return false;
}

function onlyTarget(ports: readonly Port[], now: ReadonlyMap<string, Tensor>): Datum {
  const targets = ports.filter(({ role }) => role === 'target');
  const [only] = targets;
  const tensor = only === undefined ? undefined : now.get(only.name);
  if (tensor !== undefined && targets.length === 1) return tensor;
  return { type: 'absent', told: say.NN2023.onlyTarget({ count: targets.length }) };
}
