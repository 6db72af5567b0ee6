/** What holds for every graph between two passes, by number. A violation is a bug of the pass before. */
import { InternalError } from '../diagnostics/types.ts';
import type { Op } from '../ops/define.ts';
import { registry } from '../ops/index.ts';
import { sameType } from '../ops/rules/broadcast.ts';
import { isElementwise, loweringOf, rowFunction } from './traits.ts';
import type { Attr, Graph, GraphInput, GraphOutput, Node, Section, Type, Value } from './types.ts';

export const invariants = {
  I1: 'a value is made before it is read: by an input of the graph, or by an earlier node',
  I2: 'a value is made once',
  I3: 'the op is registered, and has the attributes that it needs, of the types that it declares',
  I4: 'the types of the outputs are what the op infers from its inputs',
  I5: 'no two inputs have the same role and name, and no two outputs',
  I6: 'an output of the graph is one of its values',
  I7: 'sections only go forward: forward, backward, accumulate, update',
  I8: 'sizes are whole numbers, not negative, or the batch size B',
  I9: 'inputs have the dtype of their role: host numbers are f64 [], the batch is f32 or i32, the rest is not i32',
  I10: 'outputs have the type of their role: a loss is a number, a metric is f64, what replaces an input or is its gradient has its type',
  I11: 'the body of a map has elementwise ops, sums and maxima along the last axis that keep it, and aranges along it',
  I12: 'the activation of a matmul is made of elementwise ops',
  I13: 'an update reads numbers, parameters, states and slots, and of what was made before it gradients and their sums alone',
  I14: 'what a body gives are values, without a part to play outside',
  I15: 'the forward pass of a function reads no cotangent',
} as const;

export type Invariant = keyof typeof invariants;

/** Throws InternalError with the number of the first invariant that does not hold, and the pass after which. */
export function verify(graph: Graph, pass: string): void {
  const fail: Fail = (invariant, where) => {
    throw new InternalError(`${invariant} after ${pass}: ${where} (${invariants[invariant]})`);
  };
  once(graph, () => check(graph, fail));
}

type Fail = (invariant: Invariant, where: string) => never;

function check(graph: Graph, fail: Fail): void {
  /** With the section of the node that makes it. */
  const made = new Map<Value, Section | undefined>();
  for (const input of graph.inputs) {
    if (made.has(input.value)) fail('I2', `${input.value.word} of the input ${input.role} ${input.name}`);
    made.set(input.value, undefined);
  }
  const inputs = inputsOf(graph, fail);
  let section: Section = 'forward';
  for (const node of graph.nodes) {
    for (const input of node.inputs) if (!made.has(input)) fail('I1', `${input.word}, read by ${node.op}`);
    if (!held.has(node)) {
      checkNode(node, fail);
      for (const output of node.outputs) checkSize(output, fail);
      held.add(node);
    }
    for (const output of node.outputs) {
      if (made.has(output)) fail('I2', `${output.word} of ${node.op}`);
      made.set(output, node.section);
    }
    if (order[node.section] < order[section]) fail('I7', `${node.op} of ${node.section} after ${section}`);
    section = node.section;
  }
  const cotangents = new Set(graph.inputs.filter(({ role }) => role === 'grad').map(({ value }) => value));
  if (cotangents.size > 0) {
    for (const { op, inputs, section: reader } of graph.nodes) {
      const read = reader === 'forward' ? inputs.find((input) => cotangents.has(input)) : undefined;
      if (read !== undefined) fail('I15', `${read.word}, read by ${op}`);
    }
  }
  for (const output of graph.outputs) {
    if (!made.has(output.value)) fail('I6', `${output.role} ${output.name}`);
    checkOutput(output, inputs, fail);
  }
  portsOf(graph.outputs, fail);
  const late = graph.nodes.filter(({ section: reader }) => reader === 'accumulate' || reader === 'update');
  if (late.length === 0) return;
  const given = new Given(graph, made);
  for (const { op, inputs, section: reader } of late) {
    const ungiven = inputs.find((input) => !given.isAtHand(input, reader));
    if (ungiven !== undefined) fail('I13', `${ungiven.word}, read by ${op} of ${reader}`);
  }
}

/** What a section may read: its own values, and what is handed to it from the sections before. */
class Given {
  readonly #made: ReadonlyMap<Value, Section | undefined>;
  readonly #batch: ReadonlySet<Value>;
  readonly #gradients: ReadonlySet<Value>;
  readonly #sums: ReadonlySet<Value>;

  constructor(graph: Graph, made: ReadonlyMap<Value, Section | undefined>) {
    this.#made = made;
    const ports = graph.inputs.filter(({ role }) => role === 'input' || role === 'target');
    this.#batch = new Set(ports.map(({ value }) => value));
    const outputs = (role: GraphOutput['role']): ReadonlySet<Value> =>
      new Set(graph.outputs.filter((output) => output.role === role).map(({ value }) => value));
    this.#gradients = outputs('grad');
    this.#sums = outputs('accumulator');
  }

  isAtHand(value: Value, section: Section): boolean {
    if (value.type.dtype === 'f64') return true;
    if (this.#batch.has(value)) return false;
    const made = this.#made.get(value) ?? section;
    return made === section || this.#gradients.has(value) || (made === 'accumulate' && this.#sums.has(value));
  }
}

/** What was found to hold by itself: passes leave most nodes as they are, and calls share functions. */
const held = new WeakSet<Node | Graph>();

/** Checks what does not change and depends on nothing around it, if that was not done before. */
function once(part: Node | Graph, check: () => void): void {
  if (held.has(part)) return;
  check();
  held.add(part);
}

function checkSize(value: Value, fail: Fail): void {
  if (!value.type.shape.every(isSize)) fail('I8', `${value.word} is ${show(value.type)}`);
}

const order: Readonly<Record<Section, number>> = { forward: 0, backward: 1, accumulate: 2, update: 3 };

function checkNode(node: Node, fail: Fail): void {
  const op = registry.get(node.op);
  if (op === undefined) return fail('I3', `no op is called ${node.op}`);
  checkAttributes(op, node, fail);
  const types = op.infer(
    node.inputs.map((input) => input.type),
    node.attrs,
    node.bodies,
  );
  if ('misfit' in types) return fail('I4', `${node.op}: ${types.why}`);
  const outputs = node.outputs.map((output) => output.type);
  if (types.length !== outputs.length || !types.every((type, i) => sameType(type, outputs[i]))) {
    fail('I4', `${node.op} gives ${types.map(show).join(', ')}, not ${outputs.map(show).join(', ')}`);
  }
  for (const body of node.bodies) checkBody(body, op, node, fail);
}

function checkAttributes(op: Op, node: Node, fail: Fail): void {
  for (const name of Object.keys(node.attrs)) {
    const spec = op.attrs[name];
    const value = node.attrs[name];
    if (spec === undefined) return fail('I3', `${node.op} has no attribute ${name}`);
    if (value !== undefined && !fits(spec.type, value)) fail('I3', `${name} of ${node.op} is not of type ${spec.type}`);
  }
  for (const name of Object.keys(op.attrs)) {
    if (node.attrs[name] === undefined && op.attrs[name]?.default === 'required')
      fail('I3', `${node.op} needs ${name}`);
  }
}

function fits(type: Op['attrs'][string]['type'], value: Exclude<Attr, undefined>): boolean {
  const isList = Array.isArray(value);
  switch (type) {
    case 'number':
      return typeof value === 'number';
    case 'size':
      return typeof value === 'number' || value === 'B';
    case 'boolean':
      return typeof value === 'boolean';
    case 'string':
      return typeof value === 'string';
    case 'axis':
      return typeof value === 'number';
    case 'axes':
      return value === 'all' || typeof value === 'number' || isList;
    case 'shape':
      return isList;
    case 'permutation':
    case 'numbers':
      return isList && value.every((item) => typeof item === 'number');
  }
}

function checkBody(body: Graph, { bodies }: Op, { op }: Node, fail: Fail): void {
  if (bodies === undefined) return fail('I3', `${op} holds no graph`);
  if (bodies === 'rows' || bodies === 'scalar') {
    const [allowed, invariant] = bodies === 'rows' ? ([isOfMap, 'I11'] as const) : ([isScalar, 'I12'] as const);
    const stranger = body.nodes.find((node) => !allowed(node));
    if (stranger !== undefined) fail(invariant, `${stranger.op} in a body`);
  }
  if (bodies === 'function') {
    once(body, () => check(body, fail));
    return;
  }
  const role = body.outputs.find((output) => output.role !== 'value')?.role;
  if (role !== undefined) fail('I14', `an output of a body has the role ${role}`);
  check(body, fail);
}

function isScalar(node: Node): boolean {
  return loweringOf(node)?.as === 'nothing' || isElementwise(node);
}

function isOfMap(node: Node): boolean {
  if (isScalar(node)) return true;
  if (rowFunction(node) === undefined) return false;
  if (node.inputs.length === 0) return true;
  if (node.attrs['keepdims'] !== true) return false;
  const axis = node.attrs['axis'];
  const last = (node.inputs[0]?.type.shape.length ?? 0) - 1;
  const [only, ...others] = Array.isArray(axis) ? axis : [axis];
  return others.length === 0 && (only === last || only === -1);
}

function checkInput({ role, name, value }: GraphInput, fail: Fail): void {
  if (!fitsInput(role, value.type)) fail('I9', `${role} ${name} is ${show(value.type)}`);
}

function fitsInput(role: GraphInput['role'], { dtype, shape }: Type): boolean {
  switch (role) {
    case 'host':
      return dtype === 'f64' && shape.length === 0;
    case 'input':
    case 'target':
      return dtype !== 'f64';
    case 'parameter':
    case 'state':
    case 'slot':
    case 'accumulator':
    case 'grad':
    case 'value':
      return dtype !== 'i32';
  }
}

/** Inputs or outputs of a graph by role and name. */
type Ports<Port> = ReadonlyMap<string, ReadonlyMap<string, Port>>;

/** Passes seldom change what a graph is given: inputs that held do so after each of them. */
const ports = new WeakMap<Graph['inputs'], Ports<GraphInput>>();

function inputsOf({ inputs }: Graph, fail: Fail): Ports<GraphInput> {
  const known = ports.get(inputs);
  if (known !== undefined) return known;
  for (const input of inputs) {
    checkSize(input.value, fail);
    checkInput(input, fail);
  }
  const found = portsOf(inputs, fail);
  ports.set(inputs, found);
  return found;
}

function portsOf<Port extends GraphInput | GraphOutput>(ports: readonly Port[], fail: Fail): Ports<Port> {
  const byRole = new Map<string, Map<string, Port>>();
  for (const port of ports) {
    const byName = byRole.get(port.role) ?? new Map<string, Port>();
    byRole.set(port.role, byName);
    if (byName.has(port.name)) fail('I5', `${port.role} ${port.name}`);
    byName.set(port.name, port);
  }
  return byRole;
}

function checkOutput({ role, name, value }: GraphOutput, inputs: Ports<GraphInput>, fail: Fail): void {
  if (!fitsOutput({ role, name, value }, inputs)) fail('I10', `${role} ${name} is ${show(value.type)}`);
}

function fitsOutput({ role, name, value }: GraphOutput, inputs: Ports<GraphInput>): boolean {
  switch (role) {
    case 'loss':
    case 'part':
      return value.type.dtype !== 'i32' && value.type.shape.length === 0;
    case 'metric':
      return value.type.dtype === 'f64';
    case 'grad':
      return replaces(value, inputs, 'parameter', name);
    case 'parameter':
    case 'state':
    case 'slot':
    case 'accumulator':
      return replaces(value, inputs, role, name);
    case 'predict':
    case 'value':
      return true;
  }
}

/** Whether a new value has the type of the old one, if the graph has that. */
function replaces(value: Value, inputs: Ports<GraphInput>, role: GraphInput['role'], name: string): boolean {
  const old = inputs.get(role)?.get(name);
  return old === undefined || sameType(value.type, old.value.type);
}

function isSize(size: number | string): boolean {
  return size === 'B' || (typeof size === 'number' && Number.isInteger(size) && size >= 0);
}

function show({ dtype, shape }: Type): string {
  return `${dtype}[${shape.join(', ')}]`;
}
