/** Reads attributes at the type that an op declares for them. What does not fit is a bug of the pass that wrote it. */
import { InternalError } from '../../diagnostics/types.ts';
import type { Attrs, Dim, DType } from '../../ir/types.ts';

export function numberAttr(attrs: Attrs, name: string, absent?: number): number {
  const value = attrs[name] ?? absent;
  if (typeof value === 'number') return value;
  throw wrong(name, 'a number');
}

export function stringAttr(attrs: Attrs, name: string, absent?: string): string {
  const value = attrs[name] ?? absent;
  if (typeof value === 'string') return value;
  throw wrong(name, 'a string');
}

/** A flag is false when it is left out. */
export function flagAttr(attrs: Attrs, name: string): boolean {
  const value = attrs[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw wrong(name, 'true or false');
}

export function shapeAttr(attrs: Attrs, name: string): readonly Dim[] {
  const value = attrs[name];
  if (Array.isArray(value)) return value;
  throw wrong(name, 'a shape');
}

export function numbersAttr(attrs: Attrs, name: string): readonly number[] {
  return shapeAttr(attrs, name).map((n) => {
    if (n === 'B') throw wrong(name, 'a list of numbers');
    return n;
  });
}

/** A whole size: a number, or the batch size. */
export function dimAttr(attrs: Attrs, name: string): Dim {
  const value = attrs[name];
  if (typeof value === 'number' || value === 'B') return value;
  throw wrong(name, 'a size');
}

export function dtypeAttr(attrs: Attrs, name: string): DType {
  const value = attrs[name];
  if (value === 'f32' || value === 'i32' || value === 'f64') return value;
  throw wrong(name, 'a dtype');
}

function wrong(name: string, wanted: string): InternalError {
  return new InternalError(`the attribute ${name} must be ${wanted}`);
}
