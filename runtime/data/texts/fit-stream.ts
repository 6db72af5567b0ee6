/** What a model of a stream learns: the characters of the training part, of which inputs and targets have the same ids. */
import type { PortSpec, PrepSpec } from '../../model.ts';
import { own } from '../../own.ts';
import { UserError } from '../../user-error.ts';
import { limitsOf } from '../limits.ts';
import type { FittedPrep } from '../prep.ts';
import type { RawData } from '../raw.ts';
import { inCodePoints } from './sequences.ts';
import { charactersOf } from './words.ts';

/** Ids begin with 0: no window is padded. Throws NN4007 where there are more characters than classes or rows of a table. */
export function fitStream(
  steps: readonly PrepSpec[],
  raw: RawData,
  ports: Readonly<Record<string, PortSpec>>,
  training: Int32Array,
): FittedPrep[] {
  const found = new Set<string>();
  for (const column of Object.values(raw.ports)) {
    if (column.kind !== 'texts') continue;
    for (const row of training)
      for (const text of column.values.slice(row * column.width, (row + 1) * column.width))
        for (const character of charactersOf(text)) found.add(character);
  }
  const characters = inCodePoints(found);
  return Object.keys(raw.ports).map((port): FittedPrep => {
    const spec = own(ports, port);
    const most = spec === undefined ? Infinity : limitsOf(spec).below(0);
    if (characters.length > most) {
      const { length } = characters;
      const help =
        spec?.classes === undefined
          ? `layer embedding ${length} …`
          : `target ${port}: class[${length}][${spec.shape.join(', ')}]`;
      throw new UserError(
        'NN4007',
        `the training rows have ${characters.length} different characters, and \`${port}\` has ids for ${most}`,
        `write: ${help}`,
      );
    }
    return steps.some((step) => step.port === port)
      ? { port, kind: 'stream', characters }
      : { port, kind: 'classes', labels: characters, leavesOut: true };
  });
}
