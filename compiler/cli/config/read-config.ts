/** Finds and checks the configuration of the folder in which a command runs. Options on the command line come first. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { lilconfig } from 'lilconfig';
import { didYouMean } from '../../diagnostics/suggest.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { compilerPath } from '../version.ts';
import type { Config } from '../../config.ts';
import { checkConfig } from './validators.ts';

const scripts = ['nnc.config.ts', 'nnc.config.mts', 'nnc.config.js', 'nnc.config.mjs'];
const keys = ['specs', 'outDir', 'backend'];

/** Runs a configuration file; its `import … from 'nnc'` is this very package. */
async function load(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  return createJiti(import.meta.url, { alias: { nnc: compilerPath() } }).import(path, { default: true });
}

/** Empty where the folder has no configuration. */
export async function readConfig({ folder }: Terminal): Promise<Config> {
  const explorer = lilconfig('nnc', {
    searchPlaces: ['package.json', ...scripts],
    loaders: Object.fromEntries(['.ts', '.mts', '.js', '.mjs'].map((ending) => [ending, load])),
    stopDir: folder,
  });
  let found: { readonly config: unknown; readonly filepath: string } | null;
  try {
    found = await explorer.search(folder);
  } catch (error) {
    throw new UsageError(
      'NN6014',
      `the configuration cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (found === null) return {};
  const { config, filepath } = found;
  if (checkConfig(config)) return config;
  const [first] = checkConfig.errors ?? [];
  const at = first?.instancePath === undefined || first.instancePath === '' ? '' : ` at ${first.instancePath.slice(1)}`;
  const unknown =
    typeof config === 'object' && config !== null ? Object.keys(config).find((key) => !keys.includes(key)) : undefined;
  throw new UsageError(
    'NN6014',
    unknown === undefined
      ? `${basename(filepath)} is no configuration${at}: it ${first?.message ?? 'has the wrong form'}`
      : `${basename(filepath)} sets \`${unknown}\`, which is no setting`,
    unknown === undefined ? undefined : (didYouMean(unknown, keys) ?? `the settings are ${keys.join(', ')}`),
  );
}

/** Gives a command what its configuration says and its command line does not. */
export function applyConfig(command: Command, config: Config): void {
  for (const [key, value] of Object.entries({ outDir: config.outDir, backend: config.backend })) {
    const takesIt = command.options.some((option) => option.attributeName() === key);
    const source = command.getOptionValueSource(key);
    if (takesIt && value !== undefined && source !== 'cli') command.setOptionValueWithSource(key, value, 'config');
  }
  const [patterns] = command.processedArgs;
  if (config.specs !== undefined && Array.isArray(patterns) && patterns.length === 0)
    command.processedArgs[0] = config.specs;
}
