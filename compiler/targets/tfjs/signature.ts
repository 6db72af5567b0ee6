/** Heads of the emitted functions: parameters with their types, as far as the function needs them. */
import type { Facts } from './facts.ts';
import type { Frame } from './frame.ts';
import type { Doc } from './layout.ts';
import { call, object, render } from './layout.ts';
import { entry, quoted } from './names.ts';

/** A parameter of a function: its name or pattern, its type, and whether the body reads it. */
export interface Parameter {
  readonly binding: Doc;
  readonly type: string;
  readonly used: boolean;
}

/** `export function forward(k: K, p: P, n: N, { image }: Batch) {`; parameters after the last one used are left out. */
export function head(name: string, parameters: readonly Parameter[], before = 'export '): string {
  const last = parameters.findLastIndex(({ used }) => used);
  const written = parameters.slice(0, last + 1).map(({ binding, type }): Doc => [binding, `: ${type}`]);
  return render([call(`${before}function ${name}`, written), ' {'], 0, 0);
}

/** `{ image, label }: Batch`, or `batch: Batch` where no port is read. */
export function batchParameter(ports: ReadonlySet<string>, frame: Frame, type: string): Parameter {
  const names = [...frame.ports].filter(([port]) => ports.has(port));
  const binding = names.length > 0 ? object(names.map(([port, local]) => entry(port, local))) : 'batch';
  return { binding, type, used: names.length > 0 };
}

/** The type of `n`: where there are several steps, a function that they share takes what it reads. */
export const numbersType = ({ numbersType: whole }: Facts, fields: ReadonlySet<string>): string =>
  whole ?? (fields.size === 0 ? 'object' : `Readonly<Record<${[...fields].map(quoted).join(' | ')}, Scalar>>`);

export const parameter = (name: string, type: string, used: boolean): Parameter => ({ binding: name, type, used });
