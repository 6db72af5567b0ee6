/** Whether a source still type-checks when it is changed: what the compiler refuses is no mutation worth judging. */
import { join } from 'node:path';
import ts from 'typescript';

export class TypeCheck {
  readonly #root: string;
  readonly #texts = new Map<string, { readonly text: string; readonly version: number }>();
  readonly #service: ts.LanguageService;
  #changes = 0;

  constructor(root: string) {
    this.#root = root;
    const read = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
    const names = ['compiler/index.ts', 'runtime/index.ts'].map((path) => join(root, path));
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => names,
      getScriptVersion: (path) => `${this.#texts.get(path)?.version ?? 0}`,
      getScriptSnapshot: (path) => {
        const text = this.#texts.get(path)?.text ?? ts.sys.readFile(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (path) => ts.sys.fileExists(path),
      readFile: (path) => ts.sys.readFile(path),
      directoryExists: (path) => ts.sys.directoryExists(path),
    });
  }

  passes(file: string, text: string): boolean {
    const path = join(this.#root, file);
    this.#changes += 1;
    this.#texts.set(path, { text, version: this.#changes });
    const found = [...this.#service.getSyntacticDiagnostics(path), ...this.#service.getSemanticDiagnostics(path)];
    this.#changes += 1;
    this.#texts.delete(path);
    return found.length === 0;
  }
}
