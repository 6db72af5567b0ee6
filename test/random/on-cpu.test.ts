/** Random specs on cpu; the other half of the seeds runs elsewhere. */
import { randomSpecsOn } from './suite.ts';

randomSpecsOn('cpu');
