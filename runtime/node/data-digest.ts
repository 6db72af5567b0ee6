/** What a run remembers of its data: enough to refuse other data, and to say what is different. */
import { createHash } from 'node:crypto';
import type { DataDigest } from '../checkpoint/saved-types.ts';
import type { Dataset } from '../data/dataset.ts';
import { shapeOf } from '../data/images/picture.ts';
import type { NumberArray, RawPort } from '../data/raw.ts';
import { countText } from '../logging/format.ts';

/** Blocks of rows that have a digest of their own, so that the place of a change can be told. */
const mostBlocks = 64;

const blockSize = (rows: number): number => Math.max(1, Math.ceil(rows / mostBlocks));

/** Of the values as they were read, before `prep`. */
export function digestOf({ rows, raw, facts }: Dataset): DataDigest {
  const size = blockSize(rows);
  const blocks = Math.ceil(rows / size);
  const ports = Object.entries(raw.ports).map(([port, values]) => [
    port,
    Array.from({ length: blocks }, (_, block) => blockDigest(values, block * size, Math.min(rows, (block + 1) * size))),
  ]);
  return { rows, columns: facts.columns, ports: Object.fromEntries(ports) };
}

/** 64 bits of SHA-256. */
function blockDigest(port: RawPort, first: number, end: number): string {
  const { kind, width } = port;
  const hash = createHash('sha256').update(kind === 'pictures' ? kind : `${kind} ${width} `);
  const numbers = (values: NumberArray, begin: number, after: number): void => {
    const size = values.BYTES_PER_ELEMENT;
    hash.update(new Uint8Array(values.buffer, values.byteOffset + size * begin, size * (after - begin)));
  };
  if (kind === 'texts') hash.update(JSON.stringify(port.values.slice(first * width, end * width)));
  else if (kind === 'numbers') numbers(port.values, first * width, end * width);
  else {
    for (const picture of port.pictures.slice(first, end)) {
      hash.update(` ${shapeOf(picture).join(' ')} `);
      numbers(picture.values, 0, picture.values.length);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** What is different, in words; nothing if the data is the same. */
export function dataChanges(before: DataDigest, now: DataDigest, place: (row: number) => string): readonly string[] {
  const list = (names: readonly string[] | undefined): string => (names ?? []).join(', ');
  const columns = Object.keys({ ...before.columns, ...now.columns }).filter(
    (port) => list(before.columns[port]) !== list(now.columns[port]),
  );
  if (columns.length > 0) {
    return columns.map(
      (port) => `\`${port}\` was read from ${list(before.columns[port])}, now ${list(now.columns[port])}`,
    );
  }
  if (before.rows !== now.rows) {
    return [`the data had ${countText(before.rows)} rows, now it has ${countText(now.rows)}`];
  }
  const size = blockSize(now.rows);
  return Object.entries(now.ports).flatMap(([port, blocks]) => {
    const at = blocks.findIndex((digest, block) => digest !== before.ports[port]?.[block]);
    if (at < 0) return [];
    const [first, last] = [place(at * size), place(Math.min(now.rows, (at + 1) * size) - 1)];
    const rows = first === last ? first : `the rows ${first} to ${last.slice(last.lastIndexOf(':') + 1)}`;
    return [`\`${port}\` is not what it was, first in ${rows}`];
  });
}
