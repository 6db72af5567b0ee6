/** `freeze` and `unfreeze`: what is in inference mode altogether, in the order written. */
import type { Command } from '../../../grammar/ast.ts';
import { asSelector } from '../../language/selectors.ts';
import type { Frame } from '../frame/context.ts';
import type { Spec } from '../frame/spec.ts';

export function freezeStatement(command: Command, spec: Spec, frame: Frame): void {
  if (command.args.length === 0) {
    frame.world.reporter.report({
      code: 'NN2005',
      site: frame.site,
      span: command.span,
      message: `\`${command.keyword}\` needs a selector`,
      help: `${command.keyword} backbone`,
    });
  }
  for (const arg of command.args) {
    const selector = arg.name === undefined ? asSelector(arg.value) : undefined;
    if (selector !== undefined)
      spec.freezes.push({ selector, frozen: command.keyword === 'freeze', span: command.span });
    else {
      frame.world.reporter.report({
        code: 'NN2007',
        site: frame.site,
        span: arg.span,
        message: `\`${command.keyword}\` takes selectors: paths of layers or weights`,
        help: `${command.keyword} backbone`,
      });
    }
  }
}
