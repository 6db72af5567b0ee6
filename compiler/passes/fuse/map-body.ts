/** Makes one map of the nodes of a cluster: a body over its index space, and what the rest of the graph reads. */
import { InternalError } from '../../diagnostics/types.ts';
import { Builder } from '../../ir/builder.ts';
import { rowFunction } from '../../ir/traits.ts';
import type { GraphInput, GraphOutput, Node, Section, Shape, Value } from '../../ir/types.ts';
import { definitions, neededNodes } from '../../ir/uses.ts';
import { sameShape } from '../../ops/rules/broadcast.ts';
import { mergeDuplicates } from '../merge-duplicates.ts';
import type { Cluster } from './clusters.ts';
import type { Roles } from './order.ts';
import { partOf } from './parts.ts';
import { domainOf, isShort } from './space.ts';
import type { Space } from './space.ts';

export interface Surroundings {
  readonly producers: ReadonlyMap<Value, Node>;
  readonly roles: Roles;
  /** Whether something outside the cluster reads a value. */
  readonly readOutside: (value: Value) => boolean;
}

/** The nodes that stand for a cluster: views of what goes in, the map, views of what comes out. */
export function mapOf(cluster: Cluster, space: Space, around: Surroundings): readonly Node[] {
  const writer = new MapWriter(cluster, space, around);
  return writer.nodes();
}

class MapWriter {
  readonly #cluster: Cluster;
  readonly #space: Space;
  readonly #around: Surroundings;
  readonly #section: Section;
  readonly #members: ReadonlyMap<Value, Node>;
  readonly #body: Builder;
  /** Values that the body makes, by those of the graph. */
  readonly #inside = new Map<Value, Value>();
  /** What it reads, as it reads it inside, and what of the graph that is a view of. */
  readonly #inputs: { readonly outer: Value; readonly inner: Value; readonly of: Value }[] = [];
  readonly #before: Builder;
  #alive: readonly Node[] = [];

  constructor(cluster: Cluster, space: Space, around: Surroundings) {
    const [first] = cluster.nodes;
    if (first === undefined) throw new InternalError('an empty cluster');
    this.#cluster = cluster;
    this.#space = space;
    this.#around = around;
    this.#section = cluster.section;
    this.#members = definitions(cluster);
    this.#body = new Builder(first.origin, 'forward');
    this.#before = new Builder(first.origin, cluster.section);
  }

  nodes(): readonly Node[] {
    const results = this.#results();
    this.#alive = neededNodes(this.#cluster, results);
    for (const node of this.#alive) this.#write(node);
    const map = this.#map(results);
    const views = this.#cluster.nodes.filter(
      (node) => partOf(node) === 'view' && node.outputs.some(this.#around.readOutside),
    );
    const after = views.map((node) => ({ ...node, section: this.#section }));
    return [...this.#before.nodes, ...map, ...after];
  }

  /** What the map writes: values read outside, and values whose views are. */
  #results(): readonly Value[] {
    const results = new Set<Value>();
    for (const node of this.#cluster.nodes) {
      for (const output of node.outputs) {
        if (!this.#around.readOutside(output)) continue;
        const source = this.#behindViews(output);
        if (this.#members.has(source)) results.add(source);
      }
    }
    return this.#around.roles.order([...results]);
  }

  #behindViews(value: Value): Value {
    const node = this.#members.get(value);
    const [input] = node?.inputs ?? [];
    return node !== undefined && input !== undefined && partOf(node) === 'view' ? this.#behindViews(input) : value;
  }

  #write(node: Node): void {
    const [output] = node.outputs;
    const [first] = node.inputs;
    const part = partOf(node);
    if (output === undefined || first === undefined || part === undefined)
      throw new InternalError(`${node.op} stands in a map`);
    this.#body.origin = node.origin;
    switch (part) {
      case 'elementwise':
        this.#inside.set(
          output,
          this.#body.apply(
            node.op,
            node.inputs.map((input) => this.#operand(input, output.type.shape)),
            node.attrs,
            output,
          ),
        );
        return;
      case 'reduction':
        this.#inside.set(output, this.#reduce(node, this.#operand(first, first.type.shape), output));
        return;
      case 'view':
        this.#inside.set(output, this.#operand(first, first.type.shape));
        return;
    }
  }

  #reduce(node: Node, row: Value, output: Value): Value {
    const axis = [row.type.shape.length - 1];
    return this.#body.apply(node.op, [row], { axis, keepdims: true }, output);
  }

  /** A value as a node of the given shape reads it. */
  #operand(value: Value, reader: Shape): Value {
    const known = this.#inside.get(value);
    if (known !== undefined) return known;
    const producer = this.#around.producers.get(value);
    if (
      producer?.op === 'const' ||
      (producer !== undefined && countsColumns(producer) && this.#isColumn(value, reader))
    ) {
      const inner = this.#body.apply(producer.op, [], producer.attrs, value);
      this.#inside.set(value, inner);
      return inner;
    }
    const outer = isShort(this.#space, reader) ? this.#lengthened(value) : value;
    const same = this.#inputs.find((input) => input.outer === outer);
    if (same !== undefined) return same.inner;
    const inner = { ...outer };
    this.#inputs.push({ outer, inner, of: value });
    return inner;
  }

  /** An operand of a node in the short form [...lead] has an axis of size 1 behind it inside. */
  #lengthened(value: Value): Value {
    const { shape } = value.type;
    if (shape.length === 0) return value;
    const made = this.#before.nodes.find((node) => node.inputs[0] === value);
    if (made !== undefined) return made.outputs[0] ?? value;
    // It belongs to who reads it first, whatever else of other statements the map has taken in.
    this.#before.origin = this.#body.origin;
    return this.#before.apply('reshape', [value], { shape: [...shape, 1] }, value);
  }

  #counts(value: Value): boolean {
    const producer = this.#around.producers.get(value);
    return producer !== undefined && countsColumns(producer);
  }

  /** Whether an arange runs along the last axis, and the map has its width without it. */
  #isColumn(value: Value, reader: Shape): boolean {
    const domain = domainOf(this.#space);
    const width = domain[domain.length - 1];
    if (!sameShape(reader, domain) || value.type.shape[0] !== width) return false;
    return this.#alive.some((node) => {
      const read = readAs(node);
      if (read === undefined || isShort(this.#space, read)) return false;
      return node.inputs.some((input) => {
        const { shape } = input.type;
        return !this.#members.has(input) && !this.#counts(input) && shape[shape.length - 1] === width;
      });
    });
  }

  /** The map, and views of its results where the graph knows them under another shape. */
  #map(results: readonly Value[]): readonly Node[] {
    if (results.length === 0) return [];
    const inner = results.map((result) => this.#inside.get(result) ?? result);
    const what = whatOf(this.#alive);
    const typical = this.#alive.findLast((node) => node.origin.what === what);
    if (typical === undefined) throw new InternalError('an empty cluster');
    const inputs = this.#around.roles.orderInputs(this.#inputs, {
      nodes: this.#body.nodes,
      results: inner,
      section: this.#section,
      origin: typical.origin,
    });
    const body = mergeDuplicates({
      inputs: inputs.map(({ inner: value }, i): GraphInput => ({
        role: value.type.dtype === 'f64' ? 'host' : 'input',
        name: String(i),
        value,
      })),
      nodes: this.#body.nodes,
      outputs: inner.map((value, i): GraphOutput => ({ role: 'value', name: String(i), value })),
    });
    const written = results.map((result, i): Value => {
      const shape = inner[i]?.type.shape ?? result.type.shape;
      return sameShape(shape, result.type.shape) ? result : { ...result, type: { ...result.type, shape } };
    });
    const map: Node = {
      op: 'map',
      inputs: inputs.map(({ outer }) => outer),
      outputs: written,
      attrs: {},
      bodies: [body],
      section: this.#section,
      origin: typical.origin,
    };
    const views = results.flatMap((result, i): readonly Node[] => {
      const value = written[i];
      if (value === undefined || value === result) return [];
      return [
        {
          op: 'reshape',
          inputs: [value],
          outputs: [result],
          attrs: { shape: result.type.shape },
          bodies: [],
          section: this.#section,
          origin: typical.origin,
        },
      ];
    });
    return [map, ...views];
  }
}

/** Whether a map can count its columns instead of reading what the node makes. */
const countsColumns = (node: Node): boolean => node.inputs.length === 0 && rowFunction(node) !== undefined;

/** The shape as which a node reads its inputs: an elementwise one as its result's, the others as it is. */
function readAs(node: Node): Shape | undefined {
  return (partOf(node) === 'elementwise' ? node.outputs : node.inputs)[0]?.type.shape;
}

/** What most of the nodes are part of; of those that are equally common, the first. */
function whatOf(nodes: readonly Node[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { origin } of nodes.filter((node) => partOf(node) !== 'view'))
    counts.set(origin.what, (counts.get(origin.what) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0];
}
