/**
 * Thirty random kills of a run whose epochs take a minute: each loses at most ten seconds, and the resumed result is
 * the uninterrupted one, bit for bit. It takes about half an hour: npx tsx test/kills/run.ts
 */
import { killAndResume } from './kills.ts';

const epochs = 8;
const { kills, peaceful, files } = await killAndResume({
  rows: 80_000,
  width: 2048,
  epochs,
  kills: 30,
  argv: [],
  seed: Number(process.argv[2] ?? 1),
  most: { all: 30_000 },
  onNews: (text) => console.log(text),
});
const worst = Math.max(...kills.map(({ lost }) => lost)) / 1000;
const different = Object.entries(files).filter(
  ([, [whole, parted]]) => whole === undefined || parted?.equals(whole) !== true,
);
console.log(
  `${kills.length} kills; an epoch takes ${(peaceful / epochs).toFixed(0)} s; at most ${worst.toFixed(1)} s were lost`,
);
for (const [name, [whole, parted]] of Object.entries(files))
  console.log(`${name}: ${whole?.length} and ${parted?.length} bytes`);
console.log(different.length === 0 ? 'the same bits' : `different: ${different.map(([name]) => name).join(', ')}`);
process.exitCode = worst <= 10 && different.length === 0 ? 0 : 1;
