/** Names of other frameworks, as their users write them. */
import type { Framework } from '../../grammar/documentation.ts';

/** Where it lies in no module of its own, the framework goes before it: `np.sum`, `torch.sum`. */
export function qualified(framework: Framework, name: string): string {
  if (name.includes('.')) return name;
  return framework === 'NumPy' ? `np.${name}` : framework === 'PyTorch' ? `torch.${name}` : name;
}
