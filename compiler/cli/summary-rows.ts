/** A model as rows, one for each statement that makes something: shape, parameters, operations, bytes kept. */
import { bytes, elements, nodesRun, operations } from '../ir/cost.ts';
import type { Program } from '../ir/program.ts';
import { isCall } from '../ir/traits.ts';
import type { Graph, Node, Origin, Shape, Value } from '../ir/types.ts';
import { passOf } from '../ops/call_function.ts';

export interface SummaryRow {
  /** The layer's path, or the statement's word. */
  readonly name: string;
  readonly line: number;
  readonly output: Shape;
  readonly parameters: number;
  readonly frozen: number;
  /** Operations for one batch. */
  readonly forward: number;
  readonly backward: number;
  /** Bytes that the forward pass keeps for the backward pass. */
  readonly kept: number;
}

export interface Summary {
  readonly rows: readonly SummaryRow[];
  readonly batch: number;
  readonly parameters: number;
  readonly frozen: number;
}

/** Statements are told apart by where they start: several may stand on one line. */
const keyOf = (origin: Origin): string => `${origin.line}:${origin.statement?.start ?? 0}`;

/**
 * `training` are the graphs of the first phase's steps after differentiation, before anything is fused: each node has one
 * origin.
 */
export function summarize(program: Program, training: readonly Graph[]): Summary {
  const { model } = program;
  const batch = model.train.batch;
  const groups = new Map<string, { readonly origin: Origin; readonly nodes: Node[] }>();
  for (const node of training.flatMap(nodesRun)) {
    const key = keyOf(node.origin);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { origin: node.origin, nodes: [node] });
    else group.nodes.push(node);
  }
  const kept = keptBytes(program, batch);
  const rows = [...groups].map(([key, { origin, nodes }]): SummaryRow => {
    const own = model.parameters.filter((parameter) => keyOf(parameter.origin) === key);
    const forward = nodes.filter((node) => node.section === 'forward');
    const count = (frozen: boolean): number =>
      own.filter((parameter) => !frozen || parameter.frozen).reduce((sum, { shape }) => sum + elements(shape, 1), 0);
    const cost = (part: readonly Node[]): number => part.reduce((sum, node) => sum + operations(node, batch), 0);
    return {
      name: layerName(own.map(({ path }) => path)) ?? origin.what,
      line: origin.line,
      output: lastOutput(forward)?.type.shape ?? [],
      parameters: count(false),
      frozen: count(true),
      forward: cost(forward),
      backward: cost(nodes.filter((node) => node.section === 'backward')),
      kept: kept.get(key) ?? 0,
    };
  });
  const all = (frozen: boolean): number =>
    model.parameters.filter((each) => !frozen || each.frozen).reduce((sum, { shape }) => sum + elements(shape, 1), 0);
  return {
    rows: rows.filter((row) => row.forward + row.backward + row.parameters > 0 || row.output.length > 0),
    batch,
    parameters: all(false),
    frozen: all(true),
  };
}

/** The scope that all paths share: `head` of `head.kernel` and `head.bias`. */
function layerName(paths: readonly string[]): string | undefined {
  const [first, ...rest] = paths.map((path) => path.split('.').slice(0, -1));
  if (first === undefined || first.length === 0) return paths[0];
  const length = first.findIndex((name, i) => rest.some((other) => other[i] !== name));
  return (length === -1 ? first : first.slice(0, length)).join('.') || undefined;
}

/** What a group gives to others: its last value that depends on the batch, or else its last value. */
function lastOutput(nodes: readonly Node[]): Value | undefined {
  const made = nodes.flatMap((node) => node.outputs).filter((value) => value.type.dtype !== 'f64');
  return made.findLast((value) => value.type.shape.includes('B')) ?? made.at(-1);
}

/** Of each row the most that one of the steps keeps. */
function keptBytes({ training }: Program, batch: number): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const { plan } of training) {
    for (const [key, sum] of keptBy(plan, batch)) most.set(key, Math.max(sum, most.get(key) ?? 0));
  }
  return most;
}

function keptBy(training: Graph, batch: number): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  const visit = ({ nodes }: Graph): void => {
    const makers = new Map<Value, Node>();
    const kept = new Set<Value>();
    for (const node of nodes) {
      for (const value of node.inputs) {
        const maker = makers.get(value);
        if (maker?.section === 'forward' && node.section !== 'forward') kept.add(value);
      }
      for (const value of node.outputs) makers.set(value, node);
      if (isCall(node) && passOf(node.attrs) === 'forward') node.bodies.forEach(visit);
    }
    for (const value of kept) {
      const maker = makers.get(value);
      if (maker === undefined) continue;
      const key = keyOf(maker.origin);
      sums.set(key, (sums.get(key) ?? 0) + bytes(value, batch));
    }
  };
  visit(training);
  return sums;
}
