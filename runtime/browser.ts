/** `nnc/runtime/browser`: data from files and addresses, and weights in the page's own storage. */
export { readCsv } from './browser/csv.ts';
export { readIdx, readNpz } from './browser/arrays.ts';
export { readJsonl } from './browser/jsonl.ts';
export { readStream } from './browser/text.ts';
export { openRun } from './browser/open-run.ts';
export type { OpenRunOptions } from './browser/open-run.ts';
export { fetchLoads } from './browser/loads.ts';
export { downloadWeights, fetchWeights } from './browser/transfer.ts';
export { deleteWeights, loadWeights, saveWeights } from './browser/storage.ts';
