/** Ways to break the project, each one line of it, and the suites that must notice. */
export interface Sabotage {
  readonly name: string;
  readonly file: string;
  /** Text that the file holds exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The smallest suites that must fail then. */
  readonly suites: readonly string[];
}

export const sabotages: readonly Sabotage[] = [
  {
    name: 'a vjp is negated',
    file: 'compiler/ops/cos.ts',
    find: 'mul(dy, neg(sin(x)))',
    replace: 'mul(dy, sin(x))',
    suites: ['test/ops/derivatives.test.ts'],
  },
  {
    name: 'a vjp is doubled',
    file: 'compiler/ops/sigmoid.ts',
    find: 'mul(dy, mul(y, sub(1, y)))',
    replace: 'mul(dy, mul(y, mul(2, sub(1, y))))',
    suites: ['test/ops/derivatives.test.ts'],
  },
  {
    name: "an input's cotangent is dropped",
    file: 'compiler/ops/gather.ts',
    find: "return [b.apply('scatter_add', [ids, dy], { rows: nth(table.type.shape, 0) }), null];",
    replace: 'return [null, null];',
    suites: ['test/ops/derivatives.test.ts'],
  },
  {
    name: 'a vjp ignores its cotangent',
    file: 'compiler/ops/rules/extremum.ts',
    find: 'return mul(reached, div(dy, count));',
    replace: 'return mul(reached, div(1, count));',
    suites: ['test/ops/derivatives.test.ts'],
  },
  {
    name: 'what was broadcast is not summed on the way back',
    file: 'compiler/passes/differentiate.ts',
    find: 'return sumTo(this.#b, dx, shape);',
    replace: 'return dx;',
    suites: ['test/passes/differentiate.test.ts'],
  },
  {
    name: 'of two uses of a value one is forgotten',
    file: 'compiler/passes/differentiate.ts',
    find: "others === undefined ? part : this.#b.apply('add', [others, part])",
    replace: 'others === undefined ? part : others',
    suites: ['test/passes/differentiate.test.ts'],
  },
  {
    name: 'a lifetime ends at the first use',
    file: 'compiler/passes/plan-memory.ts',
    find: 'this.#lastRead.set(value, at);',
    replace: 'if (!this.#lastRead.has(value) || node.outputs.includes(value)) this.#lastRead.set(value, at);',
    suites: ['test/passes/plan-memory.test.ts'],
  },
  {
    name: 'a map writes over what is still needed',
    file: 'compiler/passes/plan-memory.ts',
    find: ' || this.#last.get(owner) !== at) return false;',
    replace: ') return false;',
    suites: ['test/passes/plan-memory.test.ts'],
  },
  {
    name: 'a simplification is reversed',
    file: 'compiler/passes/simplify/arithmetic.ts',
    find: "s.rebuild('sub', [difference.inputs[1], difference.inputs[0]])",
    replace: "s.rebuild('sub', [difference.inputs[0], difference.inputs[1]])",
    suites: ['test/passes/simplify.test.ts'],
  },
  {
    name: 'duplicates are merged whatever their attributes',
    file: 'compiler/passes/merge-duplicates.ts',
    find: '${attrs} ${types.join()}',
    replace: '${types.join()}',
    suites: ['test/passes'],
  },
  {
    name: 'the bias is left out of the fused product',
    file: 'runtime/kernels/wasm/matmul.ts',
    find: 'at.bias === undefined ? sum : e.let(f32x4.add(sum, loadLanes(at.bias, lanes, 16 * j)))',
    replace: 'sum',
    suites: ['test/kernels/mlp.test.ts'],
  },
  {
    name: 'the last rows of a product are left out',
    file: 'runtime/kernels/wasm/matmul.ts',
    find: '...(rest === 0 ? [] : tileAt(i32.const(full), rest))',
    replace: '',
    suites: ['test/kernels/kernels.test.ts'],
  },
  {
    name: 'the arena gives living values one place',
    file: 'runtime/kernels/wasm/arena.ts',
    find: 'life.first <= other.life.last)',
    replace: 'life.first < other.life.first)',
    suites: ['test/kernels/lives.test.ts'],
  },
  {
    name: 'a rotation of Threefry is another',
    file: 'runtime/random/threefry.ts',
    find: '[13, 15, 26, 6, 17, 29, 16, 24]',
    replace: '[13, 15, 26, 7, 17, 29, 16, 24]',
    suites: ['test/runtime/random.test.ts'],
  },
  {
    name: 'slots keep denormal numbers',
    file: 'compiler/passes/lower-model/weights.ts',
    find: "const flushed = graph.apply('flush', [value]",
    replace: "const flushed = graph.apply('neg', [graph.apply('neg', [value])]",
    suites: ['test/specs/slots.test.ts'],
  },
  {
    name: 'weight decay reaches biases',
    file: 'compiler/passes/lower-model/penalties.ts',
    find: 'return parameter.shape.length >= 2;',
    replace: 'return parameter.shape.length >= 1;',
    suites: ['test/oracle/interpreter.test.ts'],
  },
  {
    name: 'the schedule is one update late',
    file: 'compiler/passes/lower-model/schedule.ts',
    find: 'number(1 + W)',
    replace: 'number(2 + W)',
    suites: ['test/oracle/interpreter.test.ts'],
  },
  {
    name: 'gradients are clipped to at least the norm',
    file: 'compiler/passes/apply-optimizer.ts',
    find: "b.apply('minimum', [b.constant(1), ratio]",
    replace: "b.apply('maximum', [b.constant(1), ratio]",
    suites: ['test/oracle/interpreter.test.ts'],
  },
  {
    name: 'a frozen layer goes on training its statistics',
    file: 'compiler/passes/lower-model/layers.ts',
    find: "value: frame.run.mode === 'training' && !frozen",
    replace: "value: frame.run.mode === 'training'",
    suites: ['test/oracle/interpreter.test.ts'],
  },
  {
    name: 'held-out rows leak into the preparation',
    file: 'runtime/data/dataset.ts',
    find: 'fitPrep(steps, raw, ports, parts.training)',
    replace: 'fitPrep(steps, raw, ports, Int32Array.from({ length: raw.rows }, (_, row) => row))',
    suites: ['test/runtime/data.test.ts'],
  },
  {
    name: 'dropout draws the same mask in every step',
    file: 'runtime/train/create-trainer.ts',
    find: 'seed, counter: microBatches }',
    replace: 'seed, counter: 0 }',
    suites: ['test/runtime/trainer.test.ts'],
  },
  {
    name: 'updates are counted from 0',
    file: 'runtime/train/create-trainer.ts',
    find: '{ t: t + 1, T:',
    replace: '{ t, T:',
    suites: ['test/oracle/tfjs.test.ts'],
  },
  {
    name: 'what kernels make on the way is kept',
    file: 'runtime/kernels/tfjs/scope.ts',
    find: 'for (const { dataId } of this.#made) this.#tfjs.backend.disposeData(dataId);',
    replace: '',
    suites: ['test/specs/leaks.test.ts'],
  },
];
