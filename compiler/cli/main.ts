#!/usr/bin/env node
/** The command `nnc`. */
import { run } from './program.ts';
import { processTerminal } from './terminal.ts';

// A reader that closes the pipe early (`nnc ir … | head`) ends the program quietly.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), processTerminal());
