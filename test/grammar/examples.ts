/** The examples in the documentation of definitions: its lines that are indented by four spaces are a spec. */
import type { Definition } from '../../grammar/ast.ts';

export const exampleOf = (definition: Definition): string | undefined => {
  const lines = (definition.documentation ?? '').split('\n').filter((line) => line.startsWith('    '));
  return lines.length === 0 ? undefined : lines.map((line) => line.slice(4)).join('\n') + '\n';
};
