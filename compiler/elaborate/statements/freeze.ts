/** `freeze` and `unfreeze`: what is in inference mode altogether, in the order written. */
import type { Command } from '../../../grammar/ast.ts';
import { asSelector } from '../../language/selectors.ts';
import type { Frame } from '../frame/context.ts';
import type { Spec } from '../frame/spec.ts';
import { say } from '../../diagnostics/say.ts';
import { report } from '../frame/report.ts';

export function freezeStatement(command: Command, spec: Spec, frame: Frame): void {
  if (command.args.length === 0) {
    report(say.NN2005.selector({ keyword: command.keyword }), command.span, frame);
  }
  for (const arg of command.args) {
    const selector = arg.name === undefined ? asSelector(arg.value) : undefined;
    if (selector !== undefined)
      spec.freezes.push({ selector, frozen: command.keyword === 'freeze', span: command.span });
    else {
      report(say.NN2007.selector({ keyword: command.keyword }), arg.span, frame);
    }
  }
}
