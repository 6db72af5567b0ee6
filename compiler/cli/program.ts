/** The program `nnc`: its commands, and what becomes of every error that leaves one. */
import { Command, CommanderError } from 'commander';
import { isCode } from '../diagnostics/catalog.ts';
import { say } from '../diagnostics/say.ts';
import { InternalError } from '../diagnostics/types.ts';
import { buildCommand } from './build.ts';
import { checkCommand } from './check.ts';
import { applyConfig, readConfig } from './config/read-config.ts';
import type { Session } from './command.ts';
import { doctorCommand } from './doctor.ts';
import { evalCommand } from './eval.ts';
import { explainCommand } from './explain.ts';
import { fmtCommand } from './fmt.ts';
import { irCommand } from './ir.ts';
import { mergeCommand } from './merge.ts';
import { predictCommand } from './predict.ts';
import { reportPlain } from './report.ts';
import { stepCommand } from './step.ts';
import { summaryCommand } from './summary.ts';
import type { Terminal } from './terminal.ts';
import { trainCommand } from './train.ts';
import { exit, UsageError } from './usage.ts';
import { packageVersion } from './version.ts';

const commands = [
  buildCommand,
  checkCommand,
  trainCommand,
  evalCommand,
  predictCommand,
  stepCommand,
  mergeCommand,
  summaryCommand,
  explainCommand,
  irCommand,
  fmtCommand,
  doctorCommand,
];

function makeProgram(session: Session): Command {
  const { terminal } = session;
  const program = new Command('nnc')
    .description('Compiles neural networks that are written in .nn files into TypeScript, and trains them.')
    .version(packageVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', '\nExamples:\n  nnc check model.nn\n  nnc train model.nn\n  nnc explain dense');
  for (const make of commands) program.addCommand(make(session));
  program.hook('preAction', async (_, command) => applyConfig(command, await readConfig(terminal)));
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .showSuggestionAfterError(true)
      .configureOutput({
        writeOut: (text) => terminal.out(text),
        writeErr: (text) => terminal.err(text),
        outputError: () => undefined,
        getOutHasColors: () => terminal.color.out,
        getErrHasColors: () => terminal.color.err,
      });
  }
  return program;
}

/** commander's words as this program's: `error: unknown option '--x'` and its nearest name. */
function usage(error: CommanderError): UsageError {
  const [first = '', ...rest] = error.message.split('\n');
  const said = first.replace(/^error: /, '').replaceAll("'", '`');
  const names = /\(Did you mean (?:one of )?(.*)\?\)/.exec(rest.join(' '))?.[1];
  const near = names?.split(', ') ?? [];
  switch (error.code) {
    case 'commander.unknownCommand':
      return new UsageError(say.NN6001.command({ said, near }));
    case 'commander.unknownOption':
      return new UsageError(say.NN6002.option({ said, near }));
    case 'commander.missingArgument':
    case 'commander.excessArguments':
    case 'commander.missingMandatoryOptionValue':
      return new UsageError(say.NN6005.argument({ said }));
    default:
      return new UsageError(say.NN6009.option({ said, near }));
  }
}

/** Whether the error has the runtime's mark of a user's mistake: bad data, weights that do not fit. */
function isUserError(error: unknown): error is Error & { readonly code: string; readonly help?: unknown } {
  return error instanceof Error && error.name === 'UserError' && 'code' in error && typeof error.code === 'string';
}

function explainError(terminal: Terminal, error: unknown): number {
  if (error instanceof UsageError) {
    reportPlain(terminal, 'error', error.code, error.message, error.help);
    return exit.usage;
  }
  if (isUserError(error)) {
    const help = typeof error.help === 'string' ? error.help : undefined;
    reportPlain(terminal, 'error', isCode(error.code) ? error.code : undefined, error.message, help);
    return error.code.startsWith('NN6') ? exit.usage : exit.diagnostics;
  }
  const internal = error instanceof InternalError || error instanceof Error;
  const message = internal ? `${error.name}: ${error.message}` : String(error);
  const where = error instanceof Error ? (/^\s+at .*$/m.exec(error.stack ?? '')?.[0] ?? '').trim() : '';
  reportPlain(
    terminal,
    'error',
    undefined,
    `nnc itself failed, and your spec is not to blame. ${message}`,
    `please report this text and the spec: nnc ${packageVersion()}, Node ${process.version}${where === '' ? '' : `\n${where}`}`,
  );
  if (terminal.environment['NNC_DEBUG'] !== undefined && error instanceof Error) terminal.err(`${error.stack ?? ''}\n`);
  return exit.diagnostics;
}

/** Runs one command line and gives its exit code. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exit.fine;
  const session: Session = {
    terminal,
    finish: (given) => {
      code = given;
    },
  };
  const program = makeProgram(session);
  if (argv.length === 0) {
    terminal.err(program.helpInformation());
    return exit.usage;
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exit.fine;
      return explainError(terminal, usage(error));
    }
    return explainError(terminal, error);
  }
}
