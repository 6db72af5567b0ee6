/** The order of the sections: each is a function of the generated file, and runs after the one before. */
import type { Node, Section } from '../ir/types.ts';

export const sections: readonly Section[] = ['forward', 'backward', 'accumulate', 'update'];

/** Forward and backward run one after the other for each batch; the other sections are functions of their own. */
export function oneTime(a: Section, b: Section): boolean {
  const perBatch = (section: Section): boolean => section === 'forward' || section === 'backward';
  return a === b || (perBatch(a) && perBatch(b));
}

/** Nodes by section; within one they keep their order. */
export function bySection(nodes: readonly Node[]): readonly Node[] {
  return sections.flatMap((section) => nodes.filter((node) => node.section === section));
}
