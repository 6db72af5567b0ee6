/** The wasm kernel of each call, and the text by which two calls are known to have the same one. */
import { View } from '../buffer.ts';
import type { KernelCall } from '../instruction.ts';
import { operandsOf, symbolsOf } from '../scalar/expression.ts';
import type { Sym } from '../scalar/symbol.ts';
import { argReduceKernel } from './argreduce.ts';
import {
  arangeKernel,
  broadcastKernel,
  concatKernel,
  flipKernel,
  padKernel,
  sliceKernel,
  storeKernel,
  transposeKernel,
} from './copy.ts';
import { cumSumKernel } from './cumsum.ts';
import { gatherEachKernel, gatherKernel, scatterAddKernel, scatterEachKernel } from './gather.ts';
import { convolutionKernel, kernelGradientKernel } from './conv.ts';
import type { Kernel } from './kernel.ts';
import { mapKernel } from './map.ts';
import { argSortKernel } from './order.ts';
import { matmulKernel } from './matmul.ts';
import { poolGatherKernel, poolKernel, poolScatterKernel } from './pool.ts';
import { randomKernel } from './random.ts';
import { reduceKernel } from './reduce.ts';

export function kernelOf(instruction: KernelCall, relaxed: boolean): Kernel {
  switch (instruction.kind) {
    case 'matmul':
      return matmulKernel(instruction, relaxed);
    case 'conv':
      return convolutionKernel(instruction, relaxed);
    case 'convKernel':
      return kernelGradientKernel(instruction, relaxed);
    case 'pool':
      return poolKernel(instruction);
    case 'poolGather':
      return poolGatherKernel(instruction);
    case 'poolScatter':
      return poolScatterKernel(instruction);
    case 'map':
      return mapKernel(instruction);
    case 'reduce':
      return reduceKernel(instruction);
    case 'argreduce':
      return argReduceKernel(instruction);
    case 'transpose':
      return transposeKernel(instruction);
    case 'slice':
      return sliceKernel(instruction);
    case 'pad':
      return padKernel(instruction);
    case 'flip':
      return flipKernel(instruction);
    case 'concat':
      return concatKernel(instruction);
    case 'broadcast':
      return broadcastKernel(instruction);
    case 'gather':
      return gatherKernel(instruction);
    case 'scatterAdd':
      return scatterAddKernel(instruction);
    case 'gatherEach':
      return gatherEachKernel(instruction);
    case 'scatterEach':
      return scatterEachKernel(instruction);
    case 'argsort':
      return argSortKernel(instruction);
    case 'cumsum':
      return cumSumKernel(instruction);
    case 'arange':
      return arangeKernel(instruction);
    case 'random':
      return randomKernel(instruction);
    case 'store':
      return storeKernel(instruction);
  }
}

/** All that the kernel's code depends on: equal texts, equal code. */
export function signature(instruction: KernelCall, relaxed: boolean): string {
  const text = JSON.stringify(instruction, (key, value: unknown) => {
    if (value instanceof View) return [value.dtype, ...value.shape, ...value.strides];
    if (key === 'act' || key === 'results') return expressionText(isSym(value) ? [value] : symsIn(value));
    // Infinities and −0 have no JSON.
    if (key === 'value' && typeof value === 'number') return numberText(value);
    // Which number of the host it is decides an address, not the code.
    if (typeof value === 'object' && value !== null && 'scalar' in value) return 'number';
    return value;
  });
  return relaxed ? `relaxed ${text}` : text;
}

const isSym = (value: unknown): value is Sym => typeof value === 'object' && value !== null && 'kind' in value;

const symsIn = (value: unknown): Sym[] => (Array.isArray(value) ? value.filter(isSym) : []);

const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : `${value}`);

/** The expression as numbered steps: a shared symbol stands once. */
function expressionText(results: readonly Sym[]): string {
  const order = symbolsOf(results);
  const number = new Map(order.map((sym, i) => [sym, i]));
  const lines = order.map((sym) => {
    const operands = operandsOf(sym).map((operand) => number.get(operand));
    switch (sym.kind) {
      case 'input':
        return `input ${sym.index}`;
      case 'literal':
        return numberText(sym.value);
      case 'column':
        return 'column';
      case 'apply':
        return `${sym.primitive} ${operands.join(' ')}`;
      case 'row':
        return `row ${sym.reduce} ${operands.join(' ')}`;
    }
  });
  return [...lines, `→ ${results.map((result) => number.get(result)).join(' ')}`].join('; ');
}
