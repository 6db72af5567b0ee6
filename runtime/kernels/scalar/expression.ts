/** Questions about a map's expressions: what varies along the last axis, what has to be known first. */
import type { Sym } from './symbol.ts';

/** The symbols that this one is made of directly. */
export function operandsOf(sym: Sym): readonly Sym[] {
  switch (sym.kind) {
    case 'input':
    case 'literal':
    case 'column':
      return [];
    case 'apply':
      return sym.args;
    case 'row':
      return [sym.of];
  }
}

/** Folds over a graph of symbols, each shared symbol once. */
export function fold<T>(visit: (sym: Sym, operands: readonly T[]) => T): (sym: Sym) => T {
  const known = new Map<Sym, T>();
  const at = (sym: Sym): T => {
    const seen = known.get(sym);
    if (seen !== undefined) return seen;
    const value = visit(sym, operandsOf(sym).map(at));
    known.set(sym, value);
    return value;
  };
  return at;
}

/** Whether a value differs along the last axis, if the inputs marked `wide` do. */
export function varies(result: Sym, wide: readonly boolean[]): boolean {
  return fold<boolean>((sym, operands) => {
    switch (sym.kind) {
      case 'input':
        return wide[sym.index] ?? false;
      case 'literal':
      case 'row':
        return false;
      case 'column':
        return true;
      case 'apply':
        return operands.some((operand) => operand);
    }
  })(result);
}

/**
 * Whether a result is of whole numbers: a choice between whole numbers, one of them a tensor of int32. An input alone
 * is read as floats; so is all that is calculated.
 */
export function isWhole(result: Sym, whole: readonly boolean[], numbers: readonly boolean[]): boolean {
  if (result.kind !== 'apply' || result.primitive !== 'select') return false;
  const kindOf = (sym: Sym): 'whole' | 'number' | 'float' => {
    if (sym.kind === 'literal') return 'number';
    if (sym.kind === 'input')
      return whole[sym.index] === true ? 'whole' : numbers[sym.index] === true ? 'number' : 'float';
    return isWhole(sym, whole, numbers) ? 'whole' : 'float';
  };
  const branches = result.args.slice(1).map(kindOf);
  return branches.includes('whole') && !branches.includes('float');
}

/** How many row reductions lie one inside the other below this symbol. */
export function rowDepth(result: Sym): number {
  return fold<number>((sym, operands) => Math.max(0, ...operands) + (sym.kind === 'row' ? 1 : 0))(result);
}

/** All symbols below these, operands first. */
export function symbolsOf(results: readonly Sym[]): Sym[] {
  const order: Sym[] = [];
  const at = fold<true>((sym) => {
    order.push(sym);
    return true;
  });
  results.forEach(at);
  return order;
}
