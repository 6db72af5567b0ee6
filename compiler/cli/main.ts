/** The program of the command `nnc`, in its process: `start.ts` runs it. */
import { reasonOf } from '../../runtime/node/disk.ts';
import { run } from './program.ts';
import { processTerminal } from './terminal.ts';
import { exit } from './usage.ts';

/** Runs the command line of this process and gives its exit code, once all that is printed is out. */
export async function main(): Promise<number> {
  // A reader that closes the pipe early (`nnc ir … | head`) ends the program quietly.
  process.stdout.on('error', (error) => {
    if ('code' in error && error.code === 'EPIPE') process.exit(exit.fine);
    process.stderr.write(`error[NN6008]: cannot write to standard output: ${reasonOf(error)}\n`);
    process.exit(exit.usage);
  });
  // Progress that nobody can read any more is no reason to end a training.
  process.stderr.on('error', () => undefined);

  const code = await run(process.argv.slice(2), processTerminal());
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  return code;
}

export { run } from './program.ts';
