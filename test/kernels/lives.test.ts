/** Lives of values: what is used is there, mistakes are errors, and nothing is left over. */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Kernels } from '../../runtime/kernels/device.ts';
import type { K, Value } from '../../runtime/kernels/k.ts';
import { endsOf } from '../../runtime/kernels/ends.ts';
import { programOf, recordProgram } from '../../runtime/kernels/program.ts';
import { add, exp, mul, sub } from '../../runtime/kernels/scalar/functions.ts';
import { planArena } from '../../runtime/kernels/memory/arena.ts';
import { Buffer, View } from '../../runtime/kernels/buffer.ts';
import { devices } from './devices.ts';
import { random } from './plain.ts';

const x = random([6, 7], 1);

/** Mistakes in shapes, types and targets. */
const mistakes: readonly { readonly name: string; readonly run: (k: K, a: Value) => void; readonly says: RegExp }[] = [
  { name: 'a product that does not fit', run: (k, a) => k.matmul(a, a), says: /matmul: \[6, 7\] @ \[6, 7\]/ },
  {
    name: 'a store of another number of elements',
    run: (k, a) => k.store(a, k.sum(a, { axis: [0] })),
    says: /store: float32 \[7\] into float32 \[6, 7\]/,
  },
  {
    name: 'a store of whole numbers for others',
    run: (k, a) => k.store(k.slice(a, [0, 0], [6, 1]), k.argmax(a, 1)),
    says: /store: int32 \[6\] into float32 \[6, 1\]/,
  },
  {
    name: 'a store into what a kernel made',
    run: (k, a) => k.store(k.map(exp, [a]), a),
    says: /store: \[6, 7\] is no value that lasts/,
  },
  {
    name: 'a product of whole numbers',
    run: (k, a) => k.matmul(a, k.reshape(k.argmax(a, 1), [6, 1]), { transposeA: true }),
    says: /whole/,
  },
  {
    name: 'a store in a turn',
    run: (k, a) => k.scan({ steps: 2, over: [], with: [a] }, (_, [x]) => (k.store(a, x), { next: [x], stack: [] })),
    says: /store in a turn of a scan/,
  },
  {
    name: 'random numbers in a turn of a turn',
    run: (k) => {
      const turn = () => ({ next: [] as const, stack: [k.uniform('s', [3])] });
      k.scan({ steps: 2, over: [], with: [] }, () => k.scan({ steps: 1, over: [], with: [] }, turn) && turn());
    },
    says: /uniform in a turn of a scan/,
  },
  {
    name: 'normal numbers in no turn',
    run: (k) => k.scan({ steps: 0, over: [], with: [] }, () => ({ next: [], stack: [k.normal('s', [3])] })),
    says: /normal in a turn of a scan/,
  },
  {
    name: 'what a turn made, after it',
    run: (k, a) => {
      let made = a;
      k.scan({ steps: 2, over: [], with: [] }, () => ((made = k.map(exp, [a])), { next: [], stack: [k.sum(made)] }));
      k.sum(made);
    },
    says: /released/,
  },
  {
    name: 'a position, after its turn',
    run: (k, a) => {
      let row = a;
      k.scan({ steps: 6, over: [a], with: [] }, ([at]) => ((row = at), { next: [], stack: [k.sum(at)] }));
      k.sum(row);
    },
    says: /released/,
  },
  {
    name: 'what an inner turn made, in the outer one',
    run: (k, a) => {
      let made = a;
      k.scan({ steps: 1, over: [], with: [] }, () => {
        k.scan({ steps: 1, over: [], with: [] }, () => ((made = k.map(exp, [a])), { next: [], stack: [] }));
        return { next: [], stack: [k.sum(made)] };
      });
    },
    says: /released/,
  },
  { name: 'shapes that do not broadcast', run: (k, a) => k.map(add, [a, k.arange(6)]), says: /do not broadcast/ },
];

test('a result that no kernel wrote is an error, unless it lasts', () => {
  const result = (lifetime: 'lasting' | 'temporary') => new View(new Buffer(6, 'float32', lifetime), [6]);
  const of = (view: View) =>
    programOf({ name: 'none', instructions: [], inputs: new Map(), outputs: new Map([['y', view]]) });
  expect(() => of(result('temporary'))).toThrow('a result that no kernel of this program wrote');
  expect(of(result('lasting')).lives).toEqual([]);
});

for (const { title, skip, open } of devices) {
  describe.skipIf(skip)(`lives on ${title}`, () => {
    let kernels: Kernels;
    beforeAll(async () => {
      kernels = await open();
    });
    afterAll(() => kernels.dispose());

    it.each(mistakes)('$name is an error, in both modes', async ({ run, says }) => {
      const a = kernels.allocate(x.shape, 'float32', x.data);
      const eager = kernels.eager();
      expect(() => run(eager.k, a)).toThrow(says);
      eager.dispose();
      const build = (k: K) => {
        run(k, a);
        return {};
      };
      await expect(kernels.record('wrong', {}, build)).rejects.toThrow(says);
      kernels.release(a);
      expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
    });

    it('line by line all is kept, unless it is known where it ends', async () => {
      const a = kernels.allocate(x.shape, 'float32', x.data);
      const before = kernels.counters();
      const build = (k: K) => {
        const [b, c] = [k.map(exp, [a]), k.map((p) => mul(2, p), [a])];
        const view = k.reshape(b, [42]);
        return { b, c, total: k.sum(c), sum: k.sum(view), unused: k.arange(3), view };
      };
      const { instructions, outputs } = recordProgram('same', {}, build);
      const { total, view } = Object.fromEntries(outputs);
      if (total === undefined || view === undefined) throw new Error('no results');
      for (const ends of [undefined, endsOf(instructions, [total, view])]) {
        const eager = kernels.eager(ends);
        const made = build(eager.k);
        const read = ['b', 'view', 'total', ...(ends === undefined ? ['c', 'sum', 'unused'] : [])];
        for (const [name, value] of Object.entries(made)) {
          if (read.includes(name)) expect([...(await kernels.read(value))]).not.toContain(NaN);
          else await expect((async () => kernels.read(value))(), name).rejects.toThrow(/released/);
        }
        eager.dispose();
        expect(kernels.counters()).toMatchObject({ bytes: before.bytes, allocations: before.allocations });
      }
      kernels.release(a);
    });

    it('a call that fails in its midst, in a turn of a turn, leaves nothing', () => {
      const a = kernels.allocate(x.shape, 'float32', x.data);
      const before = kernels.counters();
      const build = (k: K) => {
        const b = k.map(exp, [a]);
        const { last, stacked } = k.scan({ steps: 6, over: [b], with: [b] }, ([row], [w]) => {
          const wide = k.map(add, [w, row]);
          const inner = k.scan({ steps: 6, over: [wide], with: [row] }, ([other], [sum]) => {
            const twice = k.map((v, by) => mul(by, v), [other, { scalar: 'by' }]);
            return { next: [k.map(add, [sum, twice])], stack: [twice] };
          });
          return { next: [k.map(mul, [wide, inner.stacked[0]])], stack: [...inner.last, wide] };
        });
        return { total: k.sum(last[0]), stacked: stacked[1] };
      };
      const { instructions, outputs } = recordProgram('same', {}, build);
      const eager = kernels.eager(endsOf(instructions, [...outputs.values()]));
      expect(() => build(eager.k)).toThrow(/the number by was never set/);
      eager.dispose();
      expect(kernels.counters()).toMatchObject({ bytes: before.bytes, allocations: before.allocations });
      kernels.release(a);
    });

    it('a value read after a run lives to its end', async () => {
      const a = kernels.allocate(x.shape, 'float32', x.data);
      const program = await kernels.record('kept', {}, (k) => {
        const kept = k.map(exp, [a]);
        let chain = k.map((p) => mul(2, p), [a]);
        for (let i = 0; i < 5; i++) chain = k.map(sub, [chain, a]);
        return { kept, chain };
      });
      program.run();
      const kept = await program.read('kept');
      x.data.forEach((value, i) => expect(kept[i]).toBeCloseTo(Math.exp(value), 5));
      program.dispose();
      kernels.release(a);
    });

    it('a number that no kernel reads takes no memory', async () => {
      const a = kernels.allocate(x.shape, 'float32', x.data);
      const program = await kernels.record('scaled', {}, (k) => ({ y: k.map(mul, [a, { scalar: 'by' }]) }));
      program.setScalar('by', 2);
      const before = kernels.counters();
      program.setScalar('unread', 3);
      program.setScalars({ by: 4, other: 5 });
      expect(kernels.counters()).toEqual(before);
      program.dispose();
      kernels.release(a);
    });

    it('a thousand runs and a thousand eager steps leave all counters as they were', async () => {
      const p = kernels.allocate(x.shape, 'float32', x.data);
      const step = (k: K, batch: Value) => {
        const { last } = k.scan({ steps: 5, over: [batch], with: [k.sum(p), p] }, ([row], [sum, w]) => {
          const next = k.map(add, [sum, k.sum(k.map(mul, [row, row]))]);
          return { next: [next, k.map((v) => mul(0.5, v), [w])], stack: [next, row] };
        });
        const h = k.matmul(batch, p, { bias: k.reshape(k.slice(p, [0, 0], [1, 7]), [7]) });
        const loss = k.map(add, [k.sum(h), last[0]]);
        const d = k.matmul(batch, h, { transposeA: true });
        k.store(
          p,
          k.map((w, g) => sub(w, mul(1e-9, g)), [p, d]),
        );
        return loss;
      };
      const spec = { batch: { shape: [5, 6], dtype: 'float32' } } as const;
      const program = await kernels.record('step', spec, (k, { batch }) => ({ loss: step(k, batch) }));
      const batch = kernels.allocate([5, 6], 'float32', random([5, 6], 2).data);
      const once = async () => {
        program.setInput('batch', random([5, 6], 2).data);
        program.run();
        await program.read('loss');
        const eager = kernels.eager();
        step(eager.k, batch);
        eager.dispose();
      };
      for (let i = 0; i < 5; i++) await once();
      const before = kernels.counters();
      for (let i = 0; i < 1000; i++) await once();
      expect(kernels.counters()).toEqual(before);
      program.dispose();
      kernels.release(p, batch);
      expect(kernels.counters()).toMatchObject({ bytes: 0, allocations: 0 });
    });
  });
}

it('the arena gives overlapping lives separate places, and reuses the others', () => {
  const buffers = [10, 200, 30, 100, 50, 60].map((n) => new Buffer(n, 'float32', 'temporary'));
  const lives = buffers.map((buffer, i) => ({ buffer, first: i, last: i + (i % 3) }));
  const arena = planArena(lives);
  for (const a of lives) {
    for (const b of lives) {
      if (a === b || a.first > b.last || b.first > a.last) continue;
      const [p, q] = [arena.offsets.get(a.buffer) ?? NaN, arena.offsets.get(b.buffer) ?? NaN];
      expect(p + 4 * a.buffer.elements <= q || q + 4 * b.buffer.elements <= p).toBe(true);
    }
  }
  const total = buffers.reduce((sum, buffer) => sum + 4 * buffer.elements, 0);
  expect(arena.bytes).toBeLessThan(total);
});
