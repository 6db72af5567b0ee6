/** Finds and checks the configuration of the folder in which a command runs. Options on the command line come first. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { lilconfig } from 'lilconfig';
import { say } from '../../diagnostics/say.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { compilerPath } from '../version.ts';
import type { Config } from '../../config.ts';
import { checkConfig } from './validators.ts';

const scripts = ['nnc.config.ts', 'nnc.config.mts', 'nnc.config.js', 'nnc.config.mjs'];
const keys = ['specs', 'outDir', 'backend'];

/** How long a configuration may take, in milliseconds: a promise in it may have no end. */
const longest = 10_000;

/** Runs a configuration file; its `import … from 'nnc'` is this very package. */
async function load(path: string): Promise<Exported> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, { alias: { nnc: compilerPath() }, fsCache: false, interopDefault: false });
  const module: unknown = await jiti.import(path);
  const hasDefault = typeof module === 'object' && module !== null && 'default' in module;
  return { exported: hasDefault ? await module.default : module };
}

/** What a file exports: lilconfig takes a bare null for no configuration at all. */
interface Exported {
  readonly exported: unknown;
}

const isExported = (config: unknown): config is Exported =>
  typeof config === 'object' && config !== null && 'exported' in config;

/** The settings as plain data: getters run once, and here. */
function plain(config: unknown): unknown {
  if (typeof config !== 'object' || config === null) return config;
  const settings = Object.entries(config).map(([key, value]) => [key, Array.isArray(value) ? [...value] : value]);
  return Array.isArray(config) ? [...config] : Object.fromEntries(settings);
}

async function within<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const silent = new UsageError(say.NN6014.silent({ seconds: milliseconds / 1000 }));
    timer = setTimeout(() => reject(silent), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Empty where the folder has no configuration. */
export async function readConfig({ folder }: Terminal, patience = longest): Promise<Config> {
  const explorer = lilconfig('nnc', {
    searchPlaces: ['package.json', ...scripts],
    loaders: Object.fromEntries(['.ts', '.mts', '.js', '.mjs'].map((ending) => [ending, load])),
    stopDir: folder,
  });
  let found: { readonly config: unknown; readonly filepath: string } | undefined;
  try {
    found = await within(
      explorer.search(folder).then((result) => {
        if (result === null) return undefined;
        const { config, filepath } = result;
        return { config: plain(isExported(config) ? config.exported : config), filepath };
      }),
      patience,
    );
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(say.NN6014.unreadable({ reason: error instanceof Error ? error.message : String(error) }));
  }
  if (found === undefined) return {};
  const { config, filepath } = found;
  if (checkConfig(config)) return config;
  const file = basename(filepath);
  const [first] = checkConfig.errors ?? [];
  const unknown =
    typeof config === 'object' && config !== null ? Object.keys(config).find((key) => !keys.includes(key)) : undefined;
  throw new UsageError(
    unknown === undefined
      ? say.NN6014.form({ file, at: first?.instancePath.slice(1) ?? '', reason: first?.message })
      : say.NN6014.setting({ file, name: unknown, near: nearest(unknown, keys), settings: keys }),
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
