/** `nnc/runtime/browser`: data from files and addresses, and weights in the page's own storage. */
export { readCsv } from './browser/csv.ts';
export { downloadWeights, fetchWeights } from './browser/transfer.ts';
export { deleteWeights, loadWeights, saveWeights } from './browser/storage.ts';
