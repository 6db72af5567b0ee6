/** Random specs on wasm; the other half of the seeds runs elsewhere. */
import { randomSpecsOn } from './suite.ts';

randomSpecsOn('wasm');
