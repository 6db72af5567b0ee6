/** What the `lora` statements adapt: the matrices below their selectors that some `x @ W` reads, each once. */
import { note } from '../../diagnostics/catalog/notes.ts';
import { say } from '../../diagnostics/say.ts';
import { isBelow } from '../../ir/paths.ts';
import { selectorText } from '../../language/selectors.ts';
import type { Declared, World } from '../frame/context.ts';
import { report } from '../frame/report.ts';
import type { Lora, Session } from '../frame/spec.ts';
import { besideWeights } from './beside.ts';
import { matched } from './selection.ts';

/** The pairs by the paths of their matrices. The session has read the whole spec, without any. */
export function pairsOf({ spec, frame }: Session): World['pairs'] {
  const { multiplied, broken } = frame.run;
  const adapted = new Map<string, Lora>();
  for (const lora of spec.loras) {
    const { selector } = lora;
    const covered = matched(selector, lora.frame);
    if (covered === undefined) continue;
    const matrices = covered.filter(({ path, shape }) => shape.length === 2 && multiplied.has(path));
    if (matrices.length === 0 && broken.size === 0)
      report(say.NN2020.nothingToAdapt({ selector: selectorText(selector) }), selector.span, lora.frame);
    demandThin(lora, matrices);
    demandOnce(lora, matrices, adapted);
    for (const { path } of matrices) adapted.set(path, lora);
  }
  const at = besideWeights(adapted.keys());
  return new Map(
    [...adapted].map(([path, { rank, alpha }]) => [path, { path: at(path, 'lora'), rank, scale: alpha / rank }]),
  );
}

/** A pair above the rank of its matrix says no more than one of that rank. */
function demandThin({ rank, rankSpan, frame }: Lora, matrices: readonly Declared[]): void {
  const thick = matrices.find(({ shape }) => rank > Math.min(...shape));
  if (thick === undefined) return;
  report(say.NN3019.rank({ rank, path: thick.path, shape: thick.shape }), rankSpan, frame);
}

function demandOnce({ selector, frame }: Lora, matrices: readonly Declared[], adapted: ReadonlyMap<string, Lora>) {
  const twice = matrices.find(({ path }) => adapted.has(path));
  const other = twice === undefined ? undefined : adapted.get(twice.path);
  if (twice === undefined || other === undefined) return;
  const also = [{ source: frame.site.source, span: other.selector.span, text: note.adapted }];
  report(say.NN3019.twice({ path: twice.path }), selector.span, frame, { also });
}

/** Whether a weight stands still since it has a pair, or is what `reparam` made of one that has. */
export function standsBesidePair({ pairs, reparams }: Pick<World, 'pairs' | 'reparams'>): (path: string) => boolean {
  const still = [...reparams].filter(([path]) => pairs.has(path)).map(([, { path }]) => path);
  return (path) => pairs.has(path) || still.some((scope) => isBelow(scope, path));
}
