#!/usr/bin/env node
/** The command `nnc`. */
import { reasonOf } from '../../runtime/node/disk.ts';
import { run } from './program.ts';
import { processTerminal } from './terminal.ts';
import { exit } from './usage.ts';

// A reader that closes the pipe early (`nnc ir … | head`) ends the program quietly.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(exit.fine);
  process.stderr.write(`error[NN6008]: cannot write to standard output: ${reasonOf(error)}\n`);
  process.exit(exit.usage);
});
// Progress that nobody can read any more is no reason to end a training.
process.stderr.on('error', () => undefined);

const code = await run(process.argv.slice(2), processTerminal());
// What is printed goes out first; a timer that a configuration left behind is not waited for.
for (const stream of [process.stdout, process.stderr])
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
process.exit(code);
