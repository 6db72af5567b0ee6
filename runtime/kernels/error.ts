/** A kernel that is called wrongly: a defect of the calling code, never of the data. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
}

export const afterEnd = 'these kernels were disposed of';
