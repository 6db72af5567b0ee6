/** Whether the rows hold the classes that a target says. */
import { visibleName } from '../logging/visible.ts';
import type { PortSpec } from '../model.ts';
import { UserError } from '../user-error.ts';
import type { FittedPrep } from './prep.ts';
import type { RawData } from './raw.ts';
import type { Parts } from './split.ts';

/** What is odd in them, as lines. Throws NN4006 where no training row has a class. */
export function classWarnings(
  targets: Readonly<Record<string, PortSpec>>,
  raw: RawData,
  prep: readonly FittedPrep[],
  parts: Parts,
): string[] {
  const ports = new Map(Object.entries(raw.ports));
  return Object.entries(targets).flatMap(([target, { classes }]) => {
    const column = ports.get(target);
    if (classes === undefined || column === undefined) return [];
    if (column.kind === 'pictures') return [];
    if (column.kind === 'texts') {
      const labels = prep.flatMap((step) => (step.port === target && step.kind === 'classes' ? step.labels : []));
      return labels.length < classes ? [fewLabels(target, classes, labels)] : [];
    }
    const { width, values } = column;
    const seen = (rows: Int32Array): Set<number> => {
      const found = new Set<number>();
      for (const row of rows) for (let i = 0; i < width; i++) found.add(values[row * width + i] ?? NaN);
      found.delete(-1);
      return found;
    };
    const training = seen(parts.training);
    if (training.size === 0) {
      throw new UserError(
        'NN4006',
        `no training row has a class: \`${target}\` is −1 in all of them`,
        '−1 leaves a row out of loss and metrics; classes count from 0',
      );
    }
    const unjudged = (['validation', 'test'] as const).filter(
      (part) => parts[part].length > 0 && seen(parts[part]).size === 0,
    );
    return [
      ...unjudged.map((part) => `no ${part} row has a class: \`${target}\` is −1 in all of them`),
      // A vocabulary is seldom complete in one text; one class for each row should be.
      ...(width === 1 && training.size < classes ? [unseen(target, classes, training)] : []),
    ];
  });
}

/** Lines for targets that have no class in any of these rows: their figures there would say nothing. */
export function unjudged(targets: Readonly<Record<string, PortSpec>>, raw: RawData, rows: Int32Array): string[] {
  const ports = new Map(Object.entries(raw.ports));
  return Object.entries(targets).flatMap(([target, { classes }]) => {
    const column = ports.get(target);
    if (classes === undefined || column?.kind !== 'numbers') return [];
    const any = rows.some((row) =>
      column.values.subarray(row * column.width, (row + 1) * column.width).some((k) => k !== -1),
    );
    return any ? [] : [`no row that is evaluated has a class: \`${target}\` is −1 in all of them`];
  });
}

const fewLabels = (target: string, classes: number, labels: readonly string[]): string =>
  `\`${target}\` is class[${classes}], but the training rows have ${labels.length} ` +
  `${labels.length === 1 ? 'label' : 'labels'} (${few(labels)}): class[${labels.length}] would hold them`;

function unseen(target: string, classes: number, seen: ReadonlySet<number>): string {
  const missing = Array.from({ length: classes }, (_, k) => k).filter((k) => !seen.has(k));
  const last = Math.max(...seen) + 1;
  const help = seen.size === last && last > 1 ? `: class[${last}] would hold them` : '';
  return (
    `\`${target}\` is class[${classes}], but no training row has ${missing.length === 1 ? 'class' : 'one of'} ` +
    `${few(missing.map(String))}${help}`
  );
}

const few = (names: readonly string[]): string =>
  names.length <= 8
    ? names.map(visibleName).join(', ')
    : `${names.slice(0, 6).map(visibleName).join(', ')}, … ${visibleName(names.at(-1) ?? '')}`;
