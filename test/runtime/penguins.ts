/** A small data set with texts in every role: an id, two numbers, a category, a label. */
export const spec = `input features: f32[2]
input island: f32[3]
target species: class[3]
it = concat([features, island])
layer dense 8 tanh
layer dense 3
loss xent
optim adam lr=0.05
metric accuracy
prep features standardize
prep island onehot
data csv "penguins.csv" target=species features=[bill, depth] island=island split=0.8/0.2
train epochs=20 batch=16
predict softmax(it)
`;

const islands = ['Biscoe', 'Dream', 'Torgersen'] as const;
const kinds = [
  { species: 'Adelie', bill: 38.8, depth: 18.3 },
  { species: 'Chinstrap', bill: 48.8, depth: 18.4 },
  { species: 'Gentoo', bill: 47.5, depth: 15 },
] as const;

export interface Penguin {
  readonly id: number;
  readonly bill: number;
  readonly depth: number;
  readonly island: string;
  readonly species: string;
}

export const penguins: readonly Penguin[] = Array.from({ length: 60 }, (_, i) => {
  const { species, bill, depth } = kinds[i % 3] ?? kinds[0];
  const wobble = (factor: number): number => ((i * factor) % 11) / 5 - 1;
  const round = (x: number): number => Math.round(10 * x) / 10;
  const island = islands[(i * 7) % 3] ?? 'Dream';
  return { id: i + 1, bill: round(bill + wobble(5)), depth: round(depth + wobble(3) / 2), island, species };
});

export const csv = [
  'id,bill,depth,island,species',
  ...penguins.map(({ id, bill, depth, island, species }) => [id, bill, depth, island, species].join(',')),
  '',
].join('\n');
