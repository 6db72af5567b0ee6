/**
 * Convolution and its gradient by the kernel: one product over x in place, whose rows and whose k are the places of
 * windows [n, ...o] and the elements of a window [...size, c/groups], or the reverse. Groups are batches.
 */
import type { View } from '../buffer.ts';
import type { Instruction } from '../instruction.ts';
import { axesFrom, collapse, stridesOf } from '../layout.ts';
import type { Sym } from '../scalar/symbol.ts';
import { placeStrides, tapStrides } from '../windows.ts';
import { channelwiseKernel } from './channelwise.ts';
import type { Kernel } from './kernel.ts';
import { productKernel } from './product.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>;

export function convolutionKernel({ x, kernel, bias, out, ...rest }: Of<'conv'>, relaxed: boolean): Kernel {
  return contraction({
    ...rest,
    x,
    b: kernel,
    bias,
    out,
    rows: placesIn(x, rest, out),
    k: tapsIn(x, rest, kernel),
    relaxed,
  });
}

export function kernelGradientKernel({ x, dy, out, ...rest }: Of<'convKernel'>, relaxed: boolean): Kernel {
  const operands = { x, b: dy, bias: undefined, act: undefined, out };
  return contraction({ ...rest, ...operands, rows: tapsIn(x, rest, out), k: placesIn(x, rest, dy), relaxed });
}

/** Some of x's axes: their sizes, and their strides in x. */
interface Places {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
}

/** All windows. */
const placesIn = (x: View, { stride }: { readonly stride: readonly number[] }, y: View): Places => ({
  sizes: y.shape.slice(0, -1),
  strides: placeStrides(x.shape, stride),
});

/** All elements of a window. */
const tapsIn = (x: View, { dilation }: { readonly dilation: readonly number[] }, kernel: View): Places => ({
  sizes: kernel.shape.slice(0, -1),
  strides: [...tapStrides(x.shape, dilation), 1],
});

interface Contraction {
  readonly x: View;
  /** [...k, channels]. */
  readonly b: View;
  /** [...rows, channels]. */
  readonly out: View;
  readonly rows: Places;
  readonly k: Places;
  readonly groups: number;
  readonly bias: View | undefined;
  readonly act: Sym | undefined;
  readonly relaxed: boolean;
}

function contraction({ x, b, out, rows, k, groups, bias, act, relaxed }: Contraction): Kernel {
  const strides = (view: View) => stridesOf(view.shape).slice(0, -1);
  const axes = {
    rows: collapse(axesFrom(rows.sizes, [rows.strides, strides(out)])),
    k: collapse(axesFrom(k.sizes, [k.strides, strides(b)])),
  };
  const c = x.shape.at(-1) ?? 0;
  const channels = out.shape.at(-1) ?? 0;
  const operands = { a: x, b, c: out, bias };
  if (groups > 1 && groups === c && groups === channels) {
    return channelwiseKernel({ ...axes, channels, relaxed, act }, operands);
  }
  const n = channels / groups;
  return productKernel(
    {
      ...axes,
      batches: collapse([{ size: groups, strides: [c / groups, n, n, n] }]),
      n,
      bStep: channels,
      bColumn: 1,
      pieces: true,
      relaxed,
      act,
    },
    operands,
  );
}
