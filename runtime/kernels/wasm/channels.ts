/** Loops over places and channels, in tiles that fit in registers: all operands have channels as their last axis. */
import type { Axis } from '../layout.ts';
import type { FunctionBuilder } from './assembler/function.ts';
import type { Code, I32 } from './assembler/instructions.ts';
import { along, atIndex } from './nest.ts';
import { shared, tiles, unitsOf } from './ranges.ts';
import type { Range, Walk } from './ranges.ts';

/** A vector of channels at one place. */
export interface Cell {
  readonly lanes: number;
  /** Which vector it is of those at its place. */
  readonly column: number;
  /** For each operand, in bytes behind the tile's address. */
  readonly offsets: readonly number[];
}

/** Neighbours on the last axis of places, times vectors of channels. */
export interface Tile {
  /** For each operand, the address of the first place and channel. */
  readonly at: readonly I32[];
  readonly cells: readonly Cell[];
}

/** Places that are cut together: tiles are of one to eight. */
export const placesOfUnit = 8;

/**
 * The body of all tiles of up to `most` vectors, or of this worker's share: sixteen channels at a time, then four, then
 * the rest.
 */
export function channelTiles(
  f: FunctionBuilder,
  places: readonly Axis[],
  channels: number,
  addresses: readonly I32[],
  most: number,
  body: (tile: Tile) => Code,
  walk: Walk = shared,
): Code {
  const { size, strides } = places.at(-1) ?? { size: 1, strides: addresses.map(() => 0) };
  const column = (from: readonly I32[], lanes: readonly number[], range: Range): Code => {
    const height = Math.max(1, Math.floor(most / lanes.length));
    const tileAxis = { size, strides: strides.map((stride) => stride * height) };
    return tiles(f, size, { height, unit: placesOfUnit }, range, (index, places) =>
      atIndex(f, tileAxis, index, from, (at) => body({ at, cells: cellsOf(places, lanes, strides) })),
    );
  };
  const columns = (count: number, lanes: readonly number[], before: number, at: readonly I32[], range: Range): Code => {
    const width = 4 * lanes.length;
    return along(f, { size: count, strides: addresses.map(() => width) }, before / width, at, (from) =>
      column(from, lanes, range),
    );
  };
  const wide = Math.floor(channels / 16);
  const narrow = Math.floor((channels % 16) / 4);
  const rest = channels % 4;
  return walk(f, places.slice(0, -1), unitsOf(size, placesOfUnit), addresses, (at, range) => [
    ...columns(wide, [4, 4, 4, 4], 0, at, range),
    ...columns(narrow, [4], 16 * wide, at, range),
    ...columns(rest === 0 ? 0 : 1, [rest], channels - rest, at, range),
  ]);
}

const cellsOf = (height: number, lanes: readonly number[], strides: readonly number[]): Cell[] =>
  Array.from({ length: height }, (_, place) =>
    lanes.map((count, column) => ({
      lanes: count,
      column,
      offsets: strides.map((stride) => 4 * (place * stride + 4 * column)),
    })),
  ).flat();
