/** The order of the sections: each is a function of the generated file, and runs after the one before. */
import type { Node, Section } from '../ir/types.ts';

export const sections: readonly Section[] = ['forward', 'backward', 'accumulate', 'update'];

/** Nodes by section; within one they keep their order. */
export function bySection(nodes: readonly Node[]): readonly Node[] {
  return sections.flatMap((section) => nodes.filter((node) => node.section === section));
}
