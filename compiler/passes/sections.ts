/** The order of the sections: each is a function of the generated file, and runs after the one before. */
import type { Node, Section } from '../ir/types.ts';

export const sections: readonly Section[] = ['forward', 'backward', 'accumulate', 'update'];

/** Forward and backward run one after the other for each batch; the other sections are functions of their own. */
export const timeOf = (section: Section): 'batch' | Section =>
  section === 'forward' || section === 'backward' ? 'batch' : section;

/** Whether what one section makes is there for the other without being kept. */
export const oneTime = (a: Section, b: Section): boolean => timeOf(a) === timeOf(b);

/** Nodes by section; within one they keep their order. */
export function bySection(nodes: readonly Node[]): readonly Node[] {
  return sections.flatMap((section) => nodes.filter((node) => node.section === section));
}
