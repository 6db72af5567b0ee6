/** Whether integers that are rows of a table lie inside it, told with their place in the data. */
import type { PortSpec } from '../model.ts';
import { limitsOf } from './limits.ts';
import { Problems } from './problems.ts';
import type { Elements } from './batches.ts';

/** Throws NN5002. `columns` are what the data calls each number of a port. */
export function checkTableRows(
  elements: Elements,
  ports: Readonly<Record<string, PortSpec>>,
  place: (row: number) => string,
  columns: Readonly<Record<string, readonly string[]>>,
): void {
  const problems = new Problems();
  for (const [name, port] of Object.entries(ports)) {
    const values = elements[name];
    if (port.below === undefined || values === undefined) continue;
    const { low, below } = limitsOf(port);
    const width = port.shape.reduce((product, size) => product * size, 1);
    values.forEach((value, i) => {
      const at = i % width;
      if (value >= low(at) && value < below(at)) return;
      const column = columns[name]?.[at];
      const what = column === undefined ? `\`${name}\`` : `column \`${column}\``;
      const where = `${place(Math.floor(i / width))}, ${what}`;
      problems.add('NN5002', `${where}: ${value} lies outside 0..${below(at) - 1}, the rows of its table`);
    });
  }
  problems.throwAny();
}
