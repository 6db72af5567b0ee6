/** Generated files as TypeScript, by the settings of this repository, in one program. */
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Files that no test changes, each read once. */
const known = new Map<string, ts.SourceFile | undefined>();

/** What TypeScript says of files that exist in memory alone. */
export function mistakes(files: ReadonlyMap<string, string>): readonly string[] {
  const config = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const text = files.get(resolve(name));
    if (text !== undefined) return ts.createSourceFile(name, text, languageVersion);
    const read = known.get(name) ?? getSourceFile(name, languageVersion, ...rest);
    known.set(name, read);
    return read;
  };
  host.fileExists = (name) => files.has(resolve(name)) || fileExists(name);
  host.readFile = (name) => files.get(resolve(name)) ?? readFile(name);
  const program = ts.createProgram([...files.keys()], options, host);
  const found = [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  return found.map(({ file, messageText }) => {
    return `${basename(file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
