/**
 * Work that grows with a spec and no faster. Reads of a list are counted, so that no clock decides: four times as much
 * of everything may take about four times the reads, and a search within a loop would take sixteen times.
 */
import { describe, expect, it, vi } from 'vitest';
import { parse } from 'csv-parse/sync';
import { check, compile, passNames } from '../compiler/compile.ts';
import { nearest } from '../compiler/diagnostics/suggest.ts';
import { Scope as NameScope } from '../compiler/language/scope.ts';
import { rangeOf } from '../compiler/ir/ranges.ts';
import type { Program } from '../compiler/ir/program.ts';
import type { Graph, Node, Value } from '../compiler/ir/types.ts';
import { verify } from '../compiler/ir/verify.ts';
import { applyOptimizer, updateFunctions } from '../compiler/passes/apply-optimizer.ts';
import { differentiate } from '../compiler/passes/differentiate.ts';
import { clusters } from '../compiler/passes/fuse/clusters.ts';
import { simplify } from '../compiler/passes/simplify.ts';
import { withChains } from '../compiler/targets/tfjs/chains.ts';
import { emit } from '../compiler/targets/tfjs/emit.ts';
import { below } from '../compiler/targets/tfjs/emitted.ts';
import { inCommon } from '../compiler/targets/tfjs/in-common.ts';
import { gradientEntries } from '../compiler/targets/tfjs/gradients.ts';
import type { Given, Gradient } from '../compiler/targets/tfjs/gradients.ts';
import { Scope } from '../compiler/targets/tfjs/names.ts';
import { mapColumns, nearest as nearestColumn } from '../runtime/data/columns.ts';
import { parseCsv } from '../runtime/data/csv.ts';
import { readColumns } from '../runtime/data/raw.ts';
import { readingOf } from '../runtime/data/reading.ts';
import { tableOf } from '../runtime/data/table.ts';
import type { Buffer } from '../runtime/kernels/buffer.ts';
import { recordProgram } from '../runtime/kernels/program.ts';
import { mul } from '../runtime/kernels/scalar/functions.ts';
import { Device } from '../runtime/kernels/wasm/device.ts';
import { WasmRecorded } from '../runtime/kernels/wasm/recorded.ts';
import { onlyStep } from './only-step.ts';

/** Between four times, with what does not grow, and sixteen. */
const LINEAR = 6;

/** The same list, and how often one of its items was read. */
function counted<T>(items: readonly T[]): { readonly items: readonly T[]; readonly reads: () => number } {
  let reads = 0;
  const proxy = new Proxy(items, {
    get(target, key, receiver): unknown {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
      return Reflect.get(target, key, receiver);
    },
  });
  return { items: proxy, reads: () => reads };
}

/** How often it is read what the nodes of a graph read and make. */
function readsOfNodes(graph: Graph, by: (graph: Graph) => unknown): number {
  const lists = graph.nodes.map(({ inputs, outputs }) => [counted(inputs), counted(outputs)] as const);
  const nodes = graph.nodes.map((node, i): Node => {
    const [inputs, outputs] = lists[i] ?? [];
    return { ...node, inputs: inputs?.items ?? [], outputs: outputs?.items ?? [] };
  });
  by({ ...graph, nodes });
  return lists.flat().reduce((sum, { reads }) => sum + reads(), 0);
}

/** So many equal layers, with each graph after each pass. */
function compiled(layers: number, layer = 'dense 4 relu', definition = '', more = '') {
  const text = `${definition}input x: f32[4]; target y: f32[1]\n${`layer ${layer}\n`.repeat(layers)}layer dense 1; loss mse; optim adam\n${more}`;
  const { program, model, stages } = compile({ file: 'deep.nn', text }, { version: '0', stages: true });
  if (program === undefined || model === undefined) throw new Error('the deep spec is no model');
  const trainingAfter = (pass: string): Graph => {
    const stage = stages.find((each) => each.graph === 'training' && each.pass === pass);
    if (stage === undefined) throw new Error(`no training graph after ${pass}`);
    return stage.result;
  };
  return { program, model, trainingAfter };
}

const programOf = (layers: number): Program => compiled(layers).program;

describe('four times as many layers', () => {
  const [few, many] = [programOf(8), programOf(32)];

  it('are written with about four times the reads of steps, nodes and inputs', () => {
    const readsOf = (program: Program): readonly number[] => {
      const [entry] = program.training;
      if (entry === undefined) throw new Error('there is no training');
      const steps = counted(entry.plan.steps);
      const nodes = counted(entry.plan.nodes);
      const inputs = counted(entry.plan.inputs);
      const plan = { ...entry.plan, steps: steps.items, nodes: nodes.items, inputs: inputs.items };
      emit({ ...program, training: [{ ...entry, plan }] });
      return [steps.reads(), nodes.reads(), inputs.reads()];
    };
    const before = readsOf(few);
    readsOf(many).forEach((reads, i) => expect(reads / (before[i] ?? 0)).toBeLessThan(LINEAR));
  });

  it('are verified with about four times the reads of inputs', () => {
    const readsOf = ({ training: [entry] }: Program): number => {
      const given = counted(entry?.plan.inputs ?? []);
      verify(
        { inputs: given.items, nodes: entry?.plan.nodes ?? [], outputs: entry?.plan.outputs ?? [] },
        'plan-memory',
      );
      return given.reads();
    };
    expect(readsOf(many) / readsOf(few)).toBeLessThan(LINEAR);
  });
});

describe('four times as many layers', () => {
  it('are differentiated with about four times the reads of the trained parameters', () => {
    const readsOf = (layers: number): number => {
      const { model, trainingAfter } = compiled(layers);
      const trained = counted(onlyStep(model).updates.map(({ parameter }) => parameter));
      differentiate(trainingAfter('elaborate'), trained.items);
      return trained.reads();
    };
    expect(readsOf(32) / readsOf(8)).toBeLessThan(LINEAR);
  });

  const wave = 'def layer wave() { it = sin(it) + it }\n';
  const around = 'def layer around() {\n  y = it\n  layer layernorm\n  layer dense in gelu\n  it = it + y\n}\n';

  it.each([
    ['of which all can be one map', 'wave', wave, 50],
    ['around which there is a shortcut', 'around', around, 8],
  ])('%s are gathered with about four times the reads of what nodes read and make', (_, layer, definition, few) => {
    const readsOf = (layers: number): number => {
      return readsOfNodes(compiled(layers, layer, definition).trainingAfter('drop-dead'), clusters);
    };
    expect(readsOf(4 * few) / readsOf(few)).toBeLessThan(LINEAR);
  });
});

it.each([
  ['layer', (name: string) => `layer dense 4 as ${name}`],
  ['block', (name: string) => `block ${name} { layer dense 4 }`],
])('four times as many %ss with names of their own are read with about four times the names declared', (_, written) => {
  const declaredIn = (layers: number): number => {
    const names = Array.from({ length: layers }, (_, i) => `l${i}`);
    // One of them is reused, before which the others have been named.
    const lines = ['input x: f32[4]; target y: f32[4]', ...names.map(written), `reuse ${names.at(-1)}`];
    const spies = [vi.spyOn(NameScope.prototype, 'declare'), vi.spyOn(NameScope.prototype, 'declareLayer')];
    const { diagnostics } = check({ file: 'deep.nn', text: `${lines.join('\n')}\nloss mse; optim adam\n` }, {});
    const declared = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    for (const spy of spies) spy.mockRestore();
    expect(diagnostics).toEqual([]);
    return declared;
  };
  expect(declaredIn(400) / declaredIn(100)).toBeLessThan(LINEAR);
});

it('four times as many gradients are summed to one norm with about four times the reads of what nodes read', () => {
  const readsOf = (layers: number): number => {
    const graph = compiled(layers, 'dense 4 relu', '', 'clip norm 1\n').trainingAfter('merge-duplicates');
    return readsOfNodes(graph, (counting) => simplify(counting));
  };
  expect(readsOf(100) / readsOf(25)).toBeLessThan(LINEAR);
});

it('many parameters that are updated alike have one update, which goes through the passes by itself, once', () => {
  const { model, trainingAfter } = compiled(100);
  let made = 0;
  const step = onlyStep(model);
  const functions = updateFunctions(step, (body) => {
    made++;
    return body;
  });
  const whole = applyOptimizer(trainingAfter('tidy'), step, functions);
  const updates = (graph: Graph): number => graph.nodes.filter(({ section }) => section === 'update').length;
  expect(updates(whole)).toBe(202);
  // Kernels and biases of the layers, the first kernel likewise, and those of the last layer.
  expect(made).toBe(4);
  for (const pass of passNames.slice(0, -1)) expect(updates(trainingAfter(pass))).toBe(0);
});

it('four times as many parameters are told apart by about four times the questions how many axes they have', () => {
  const askedOf = (layers: number): number => {
    const text = `input x: f32[4]; target y: f32[1]\n${'layer dense 4\n'.repeat(layers)}layer dense 1; loss mse; optim adamw\n`;
    const { program } = compile({ file: 'deep.nn', text }, { version: '0' });
    if (program === undefined) throw new Error('the deep spec is no model');
    let asked = 0;
    const parameters = program.model.parameters.map((parameter) => ({
      ...parameter,
      shape: new Proxy(parameter.shape, {
        get(target, key, receiver): unknown {
          if (key === 'length') asked++;
          return Reflect.get(target, key, receiver);
        },
      }),
    }));
    expect(emit({ ...program, model: { ...program.model, parameters } })).toContain('shape.length > 1');
    return asked;
  };
  expect(askedOf(100) / askedOf(25)).toBeLessThan(LINEAR);
});

it('a function that many calls share is read once to tell what two graphs have in common', () => {
  const text = (rounds: number): string =>
    `input x: f32[4]; target y: f32[4]\nrepeat ${rounds} { layer dense 4 relu; layer layernorm }\n${'layer dense 4 relu\n'.repeat(6)}loss mse; optim adam\n`;
  const readsOf = (rounds: number): number => {
    const { program } = compile({ file: 'deep.nn', text: text(rounds) }, { version: '0' });
    if (program === undefined) throw new Error('the deep spec is no model');
    let reads = 0;
    const countedBodies = new Map<Graph, Graph>();
    const countedBody = (body: Graph): Graph => {
      const known = countedBodies.get(body) ?? {
        ...body,
        get nodes(): Graph['nodes'] {
          reads++;
          return body.nodes;
        },
      };
      countedBodies.set(body, known);
      return known;
    };
    const nodes = program.inference.nodes.map((node) => ({ ...node, bodies: node.bodies.map(countedBody) }));
    const use = inCommon({ ...program, inference: { ...program.inference, nodes } });
    expect(use.common?.nodes.length).toBeGreaterThan(rounds);
    return reads;
  };
  expect(readsOf(40)).toBe(readsOf(10));
});

describe('four times as many rounds of a repeat', () => {
  const names = ['dense.kernel', 'dense.bias', 'norm.scale'];
  const pathsOf = (rounds: number): readonly string[] =>
    Array.from({ length: rounds }, (_, i) => names.map((name) => `encoder.${i}.${name}`)).flat();
  const value = (name: string): Value => ({ word: name, type: { dtype: 'f32', shape: [4] } });
  const origin = { source: { file: 'x.nn', text: '' }, span: { start: 0, end: 0 }, line: 1, what: 'test' };
  const body: Graph = { inputs: [{ role: 'input', name: 'it', value: value('it') }], nodes: [], outputs: [] };
  /** Calls in a row, and how often it is asked what they call. */
  const calls = (rounds: number) => {
    let asked = 0;
    const values = Array.from({ length: rounds + 1 }, (_, i) => value(`x${i}`));
    const nodes = values.slice(1).map((output, i): Node => ({
      op: 'call_function',
      inputs: values.slice(i, i + 1),
      outputs: [output],
      get attrs(): Node['attrs'] {
        asked++;
        return { function: 'round', pass: 'whole', at: `encoder.${i}` };
      },
      bodies: [body],
      section: 'forward',
      origin,
    }));
    return { nodes, asked: () => asked };
  };

  it('look through all paths once, however many ask what lies below theirs', () => {
    const table = new Map(pathsOf(400).map((path) => [path, path.split('.')]));
    const all = vi.spyOn(table, 'keys');
    for (let i = 0; i < 400; i++) {
      expect(below(`encoder.${i}`, table)?.there).toEqual(['encoder', String(i)]);
      expect([...(below(`encoder.${i}`, table)?.inside.keys() ?? [])]).toEqual(names);
    }
    expect(all).toHaveBeenCalledTimes(1);
  });

  it('become one line with about four times the questions what is called', () => {
    const askedOf = (rounds: number): number => {
      const { nodes, asked } = calls(rounds);
      const steps = withChains(
        nodes,
        nodes,
        () => true,
        () => 'round',
      );
      expect(steps).toHaveLength(1);
      return asked();
    };
    expect(askedOf(400) / askedOf(100)).toBeLessThan(LINEAR);
  });

  it('hand back their gradients with about four times the reads of those', () => {
    const readsOf = (rounds: number): number => {
      const { nodes } = calls(rounds);
      const given = new Map<Value, Given>();
      const gradients = pathsOf(rounds).map((path, i): Gradient => {
        const [round, name] = [Math.floor(i / names.length), names[i % names.length] ?? ''];
        const gradient = { keys: path.split('.'), value: value(path) };
        const [call] = nodes.slice(round);
        const chain = { local: 'd_encoder_rounds', rounds };
        if (call !== undefined)
          given.set(gradient.value, { call, local: `rounds[${round}]`, keys: name.split('.'), chain });
        return gradient;
      });
      const all = counted(gradients);
      const entries = gradientEntries(all.items, given, ({ value: { word = '' } }) => word);
      expect(entries).toEqual([{ keys: ['encoder'], text: 'd_encoder_rounds.g' }]);
      return all.reads();
    };
    expect(readsOf(400) / readsOf(100)).toBeLessThan(LINEAR);
  });
});

it('four times as many readers of a tensor are asked about four times for what they belong to', () => {
  const value = (name: string): Value => ({ word: name, type: { dtype: 'f32', shape: [4] } });
  const askedOf = (readers: number): number => {
    let asked = 0;
    const x = value('x');
    const nodes = Array.from({ length: readers }, (_, line): Node => {
      const origin = { source: { file: 'x.nn', text: '' }, span: { start: 0, end: 0 }, line, what: 'test' };
      return {
        op: 'neg',
        inputs: [x],
        outputs: [value('neg')],
        attrs: {},
        bodies: [],
        origin,
        get section(): Node['section'] {
          asked++;
          return 'forward';
        },
      };
    });
    clusters({ inputs: [], nodes, outputs: [] });
    return asked;
  };
  expect(askedOf(400) / askedOf(100)).toBeLessThan(LINEAR);
});

it('a value that is read twice at each of 100 steps is looked at once at each', () => {
  const value = (name: string): Value => ({ word: name, type: { dtype: 'f32', shape: [] } });
  const values = Array.from({ length: 101 }, (_, i) => value(`v${i}`));
  const origin = { source: { file: 'x.nn', text: '' }, span: { start: 0, end: 0 }, line: 1, what: 'test' };
  const makers = new Map<Value, Node>();
  values.forEach((output, i) => {
    const before = values[i - 1];
    makers.set(output, {
      op: before === undefined ? 'uniform' : 'add',
      inputs: before === undefined ? [] : [before, before],
      outputs: [output],
      attrs: {},
      bodies: [],
      section: 'forward',
      origin,
    });
  });
  let asked = 0;
  const producer = (of: Value): Node | undefined => {
    asked++;
    return makers.get(of);
  };
  expect(rangeOf(values.at(-1) ?? value('none'), producer, new Map())).toEqual({ low: 0, high: 2 ** 100, nan: false });
  expect(asked).toBeLessThanOrEqual(values.length);
});

it("a program that reads four times as many of the host's numbers is made with about four times the reads", async () => {
  const readsOf = async (count: number): Promise<number> => {
    const program = recordProgram('scaled', { x: { shape: [4], dtype: 'float32' } }, (k, { x }) => {
      let y = x;
      for (let i = 0; i < count; i++) y = k.map(mul, [y, { scalar: `n${i}` }]);
      return { y };
    });
    let next = 64;
    const malloc = (bytes: number): number => (next += bytes) - bytes;
    const device = new Device({ malloc, free: () => undefined, memory: new WebAssembly.Memory({ initial: 2 }) });
    const addresses = new Map<Buffer, number>();
    const owner = {
      device,
      heap: device.account(),
      relaxed: false,
      order: () => [0],
      placeOf: (buffer: Buffer): number => addresses.get(buffer) ?? 0,
      adopt: (buffer: Buffer, address: number): void => void addresses.set(buffer, address),
      forget: (): void => undefined,
    };
    const scalars = counted(program.scalars);
    await WasmRecorded.create(owner, { ...program, scalars: scalars.items }, () => undefined);
    return scalars.reads();
  };
  expect((await readsOf(400)) / (await readsOf(100))).toBeLessThan(LINEAR);
});

it('a word that is taken again goes on from the last number', () => {
  const scope = new Scope();
  const names = Array.from({ length: 100_000 }, () => scope.take('product'));
  expect(names.at(-1)).toBe('product_99999');
});

describe('four times as many columns', () => {
  const table = (width: number) => {
    const fields = Array.from({ length: width }, (_, i) => `c${i}`);
    const values = fields.map((_, i) => String(i % 7));
    return tableOf('wide.csv', [
      { fields: [...fields, 'y'], line: 1 },
      { fields: [...values, '1'], line: 2 },
    ]);
  };
  const port = (shape: readonly number[]) => ({ shape, dtype: 'float32' }) as const;

  it.each(['left to the only input', 'named one by one'])('%s take about four times the reads', (how) => {
    const readsOf = (width: number): number => {
      const whole = table(width);
      const header = counted(whole.header);
      const ports = { x: port([width]), y: port([1]) };
      const written = how === 'named one by one' ? { x: whole.header.slice(0, width) } : {};
      const counting = { ...whole, header: header.items };
      const columns = mapColumns(counting, { inputs: { x: ports.x }, targets: { y: ports.y }, written, prep: [] });
      readColumns(counting, columns, ports, readingOf([]));
      return header.reads();
    };
    expect(readsOf(400)).toBeLessThanOrEqual(LINEAR * readsOf(100));
  });

  it('are looked through for a column that is there twice', () => {
    const fields = Array.from({ length: 100_000 }, (_, i) => `c${i}`);
    expect(() => tableOf('wide.csv', [{ fields: [...fields, 'c7'], line: 1 }])).toThrow('two columns named `c7`');
    expect(table(100_000).header).toHaveLength(100_001);
  });
});

it.each(['\n', '\r\n', '\r'])(
  'csv-parse is told how the first line ends (%j), and does not look at each character',
  (end) => {
    let told: string | undefined;
    const table = parseCsv(
      (text, options): unknown => {
        told = options.record_delimiter;
        return parse(text, options);
      },
      ['"a,\nb",c', '1,"2\r"', ''].join(end),
      'wide.csv',
    );
    expect(told).toBe(end);
    expect([table.header, ...table.rows]).toEqual([
      ['a,\nb', 'c'],
      ['1', '2\r'],
    ]);
  },
);

it('names of a million characters are not compared letter by letter', () => {
  const long = 'x'.repeat(1_000_000);
  expect(nearest(`${long}y`, [`${long}z`, 'dense'])).toEqual([]);
  expect(nearestColumn(`${long}y`, [`${long}z`, 'dense'])).toBeUndefined();
});
