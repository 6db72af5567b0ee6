/** What a project may settle once for all commands, in `nnc.config.ts` or under `nnc` in package.json. */

export interface Config {
  /** Files or patterns that commands take when none are named; every .nn file below the folder unless given. */
  readonly specs?: readonly string[];
  /** Where `nnc build` writes; beside each spec unless given. */
  readonly outDir?: string;
  /** Where models run; `auto` unless given. */
  readonly backend?: 'auto' | 'wasm' | 'cpu' | 'webgl' | 'webgpu';
}

/** Names the type: `export default defineConfig({ outDir: 'generated' })`. */
export const defineConfig = (config: Config): Config => config;
