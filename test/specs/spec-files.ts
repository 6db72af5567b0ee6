/** The example specs of the project, with their data. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { everything } from '../amounts.ts';
import type { SmallSpec } from './small-specs.ts';

/** The folder that their data is relative to. */
export const specFolder = fileURLToPath(new URL('../../specs/', import.meta.url));

export function specFiles(): readonly SmallSpec[] {
  const files = readdirSync(specFolder).filter((file) => file.endsWith('.nn'));
  return files.toSorted().map((file) => specFile(basename(file, '.nn')));
}

/** Sizes at which f64 takes a second: the graphs are the same. */
const smallerSizes: readonly (readonly [RegExp, string])[] = [
  [
    /d = 384; hyper heads = 12; hyper ff = 1536; hyper depth = 6/,
    'd = 8; hyper heads = 2; hyper ff = 6; hyper depth = 2',
  ],
  [/i32\[128\]; input mask: f32\[128\]/, 'i32[5]; input mask: f32[5]'],
  [/embedding 30522/, 'embedding 20'],
  [/rank=8/, 'rank=2'],
  [/\bi32\[80\]/, 'i32[7]'],
  [/embedding 5000 64; layer lstm 128/, 'embedding 50 6; layer lstm 5'],
  [/f32\[784\]/, 'f32[30]'],
  [/dense 784/g, 'dense 30'],
  [/dense 256/g, 'dense 20'],
  [/f32\[32, 32, 3\]/, 'f32[8, 8, 3]'],
  [/crop 32x32/, 'crop 8x8'],
  [/residual 16/, 'residual 3'],
  [/residual 32/, 'residual 4'],
  [/residual 64/, 'residual 5'],
  [/conv 16/, 'conv 3'],
  [/data csv .*/, ''],
  [/dense 128/g, 'dense 12'],
  [/f32\[64\]/g, 'f32[8]'],
  [/dense 64/g, 'dense 8'],
];

/** A spec of the language's contract with fewer numbers in it. */
export const smaller = (text: string): string =>
  smallerSizes.reduce((sofar, [from, to]) => sofar.replace(from, to), text);

/** Of which an interpreted step takes minutes as they stand. */
const large = ['05-bert-lora', '06-lstm-text', '07-vae'];

/** The specs of the language's contract that can be trained: as they stand there, but for the large ones; all where there is time. */
export function contractSpecs(): readonly SmallSpec[] {
  const names = [
    ...['02-xor', '09-own-layers', '10-contrastive', '11-phases'],
    ...(everything
      ? ['01-two-layer', '03-digits', '04-residual-cnn', '05-bert-lora', '06-lstm-text', '07-vae', '08-gan']
      : []),
  ];
  const folder = fileURLToPath(new URL('../grammar/contract/', import.meta.url));
  return names.map((name) => {
    const text = readFileSync(`${folder}${name}.nn`, 'utf8');
    return { name: `contract ${name}`, text: large.includes(name) ? smaller(text) : text };
  });
}

export function specFile(name: string): SmallSpec {
  return { name, text: readFileSync(`${specFolder}${name}.nn`, 'utf8') };
}
