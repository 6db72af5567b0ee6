/** Names of other frameworks, as their users write them. */
import type { Framework } from '../../grammar/documentation.ts';

/** The framework goes before it, `np.sum`, `torch.linalg.qr`, but where its users import the module: `nn.LSTM`. */
export function qualified(framework: Framework, name: string): string {
  if (name.includes('.') && !/^(linalg|random|autograd)\./.test(name)) return name;
  return framework === 'NumPy' ? `np.${name}` : framework === 'PyTorch' ? `torch.${name}` : name;
}
