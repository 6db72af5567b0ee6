/**
 * States that come from the data: the runtime fills them from the training rows, nothing in the graph writes them, and a
 * run saves them with its weights.
 */
import type { Span } from '../../../grammar/ast.ts';
import type { Tensor } from '../../language/datum.ts';
import type { Graph } from '../../ir/types.ts';
import { GraphBuild } from '../../ir/graph-build.ts';
import { originOf } from '../frame/context.ts';
import type { Declared, Frame } from '../frame/context.ts';
import { shared } from './tensors.ts';

interface DataState extends Pick<Declared, 'path' | 'shape' | 'balances'> {
  /** Each of its numbers until the data is known. */
  readonly start: number;
}

/** The state at the path, which whoever asks first declares. */
export function dataState({ start, ...state }: DataState, frame: Frame, span: Span): Tensor {
  const { path, shape } = state;
  const { graph, states } = frame.run;
  if (!states.has(path)) {
    const origin = originOf(frame, span);
    const made = { source: frame.site.source, span };
    states.set(path, { ...state, init: filled(start, shape, frame, span), origin, frozen: true, made });
  }
  return shared(graph.input('state', path, { dtype: 'f32', shape }, path.replaceAll('/', '.')));
}

function filled(value: number, shape: readonly number[], frame: Frame, span: Span): Graph {
  const origin = originOf(frame, span);
  const graph = new GraphBuild(origin, 'forward');
  const number = graph.apply('const', [], { value }, 'start', origin);
  return graph.finish([
    { role: 'value', name: 'value', value: graph.apply('broadcast', [number], { shape }, 'start', origin) },
  ]);
}
