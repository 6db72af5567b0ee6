/** The files that `load` names: whether they are there, and whether their tensors fit. */
import { dirname, resolve } from 'node:path';
import { namesOf, planOrThrow } from '../../runtime/load/read-loads.ts';
import type { Loadable } from '../../runtime/load/loadable.ts';
import { filesBelow } from '../../runtime/node/loads.ts';
import { UserError } from '../../runtime/user-error.ts';
import { say } from '../diagnostics/say.ts';
import type { Diagnostic } from '../diagnostics/types.ts';
import { adaptedBy } from '../ir/model.ts';
import type { LoadSettings, Model } from '../ir/model.ts';
import { isThere } from './files.ts';
import type { Spec } from './files.ts';
import { ofNamedFile } from './named-file.ts';

/** Headers alone are read. What is missing is a warning: it never changes what is built, and `train` will ask for it. */
export function checkLoadFiles(spec: Spec, model: Model): readonly Diagnostic[] {
  const folder = dirname(spec.path);
  const files = filesBelow(folder, (file) => file);
  const table = loadable(model);
  return model.loads.flatMap((load): readonly Diagnostic[] => {
    const { scopes, file, names, origin } = load;
    const missing = namedFiles(load).filter((each) => !isThere(resolve(folder, each)));
    if (missing.length > 0) return missing.map((each) => ofNamedFile(say.NN4010.load({ file: each }), origin));
    try {
      const wanted = { scopes, file, ...(names === undefined ? {} : { names }) };
      planOrThrow(wanted, table, files.weights(file), namesOf(wanted, files.text));
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { code, message, help } = error;
      return [ofNamedFile({ code, message, help }, origin)];
    }
  });
}

/** What a file may give, as the runtime has it. */
function loadable({ parameters, states }: Model): ReadonlyMap<string, Loadable> {
  const inPairs = new Set(
    parameters.flatMap(({ pair }) => (pair === undefined ? [] : [`${pair.path}.a`, `${pair.path}.b`])),
  );
  const all = [...parameters, ...states].filter(({ path }) => !inPairs.has(path));
  const isOptional = (path: string): boolean => adaptedBy(parameters, path) !== undefined;
  return new Map(all.map(({ path, shape }) => [path, { shape, isOptional: isOptional(path) }]));
}

const namedFiles = ({ file, names }: LoadSettings): readonly string[] => [
  file,
  ...(typeof names === 'string' ? [names] : []),
];
