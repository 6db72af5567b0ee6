/** Makes the closed body of a loop of nodes that were made among others. */
import { InternalError } from '../diagnostics/types.ts';
import { registry } from '../ops/index.ts';
import type { Graph, GraphInput, GraphOutput, Node, Value } from './types.ts';
import { neededNodes } from './uses.ts';
import type { Called } from './called.ts';

/** A closed body, and what it reads from outside, in the order of its inputs behind those that each turn gives. */
export interface Body {
  readonly graph: Graph;
  readonly outside: readonly Value[];
}

/** The graph in which the body is made. */
interface Around {
  readonly nodeOf: (value: Value) => Node | undefined;
  /** What the value is called. */
  readonly called: (value: Value) => Called;
}

/** Nodes that are written out in a body rather than read from outside. */
const MOST_WRITTEN = 12;

export class BodyBuild {
  /** The nodes that stand before the loop: no turn changes what they make. */
  readonly before: readonly Node[];
  readonly #given: readonly Value[];
  readonly #around: Around;
  readonly #inside: readonly Node[];
  readonly #made: ReadonlySet<Value>;
  readonly #now = new Map<Value, Value>();
  readonly #outside: Value[] = [];
  readonly #nodes: Node[] = [];

  constructor(given: readonly Value[], nodes: readonly Node[], around: Around) {
    const changing = new Set(given);
    const inside = nodes.filter((node) => {
      if (!node.inputs.some((input) => changing.has(input))) return false;
      for (const output of node.outputs) changing.add(output);
      return true;
    });
    const members = new Set(inside);
    this.before = nodes.filter((node) => !members.has(node));
    this.#given = given;
    this.#around = around;
    this.#inside = inside;
    this.#made = changing;
  }

  close(results: readonly Value[]): Body {
    const inputs = this.#given.map((value) => this.#fresh(value));
    for (const node of neededNodes({ nodes: this.#inside }, results)) this.#write(node);
    const outputs = results.map((value) => this.#read(value));
    return {
      graph: {
        inputs: [...inputs, ...this.#outside.map((value) => this.#fresh(value))].map((value, i): GraphInput => ({
          role: value.type.dtype === 'f64' ? 'host' : 'input',
          name: String(i),
          value,
        })),
        nodes: this.#nodes,
        outputs: outputs.map((value, i): GraphOutput => ({ role: 'value', name: String(i), value })),
      },
      outside: this.#outside,
    };
  }

  #write(node: Node): void {
    const inputs = node.inputs.map((input) => this.#read(input));
    // A body is a graph of its own, whichever section the loop stands in.
    this.#nodes.push({
      ...node,
      inputs,
      outputs: node.outputs.map((output) => this.#fresh(output)),
      section: 'forward',
    });
  }

  /** What stands for a value inside; what was made before and is no constant becomes an input. */
  #read(value: Value): Value {
    const known = this.#now.get(value);
    if (known !== undefined) return known;
    if (this.#made.has(value)) throw new InternalError(`${value.word ?? 'a value'} is read before it is made`);
    const constant = constantNodes(value, this.#around.nodeOf);
    if (constant === undefined) this.#outside.push(value);
    else for (const node of constant) if (!node.outputs.some((output) => this.#now.has(output))) this.#write(node);
    return this.#fresh(value);
  }

  #fresh(value: Value): Value {
    const known = this.#now.get(value) ?? { type: value.type, ...this.#around.called(value) };
    this.#now.set(value, known);
    return known;
  }
}

/** The nodes that make a constant, in order: what few of them make of no input; undefined for all else. */
function constantNodes(value: Value, nodeOf: (value: Value) => Node | undefined): readonly Node[] | undefined {
  const found = new Set<Node>();
  const visit = (of: Value): boolean => {
    const node = nodeOf(of);
    if (node === undefined || !isWritten(node)) return false;
    if (found.has(node)) return true;
    if (found.size >= MOST_WRITTEN || !node.inputs.every(visit)) return false;
    found.add(node);
    return true;
  };
  return visit(value) ? [...found] : undefined;
}

function isWritten(node: Node): boolean {
  const op = registry.get(node.op);
  if (op === undefined || Object.hasOwn(op.attrs, 'stream')) return false;
  return node.inputs.length === 0 || op.moves === true || op.lower.as === 'nothing' || op.lower.as === 'scalar';
}
