/** `prep`: what is done to the data before it enters the graph. */
import type { Command, Expression } from '../../../grammar/ast.ts';
import type { Port, PrepSettings, PrepStep } from '../../ir/model.ts';
import { originOf } from '../frame/context.ts';
import type { Frame } from '../frame/context.ts';
import { sourceText } from '../values/misfit.ts';
import { namedArguments, plainWord, settingNumber, wordOf } from './settings.ts';
import type { Later, Spec } from '../frame/spec.ts';
import { say } from '../../diagnostics/say.ts';
import type { Told } from '../../diagnostics/say.ts';
import type { Near } from '../../diagnostics/catalog/entry.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { formatShape } from '../../diagnostics/words.ts';
import { report } from '../frame/report.ts';

type Kind = PrepSettings['kind'];

interface Form {
  /** Arguments that it takes by their places, with what is prepared and the kind. */
  readonly positional: number;
  readonly named: readonly string[];
}

const numbers: Form = { positional: 2, named: [] };
const texts: Form = { positional: 2, named: ['pad', 'mask'] };

const forms: Readonly<Record<Kind, Form>> = {
  scale: { ...numbers, positional: 3 },
  standardize: numbers,
  minmax: numbers,
  onehot: numbers,
  gray: numbers,
  resize: { ...numbers, positional: 3 },
  impute: { positional: 3, named: ['flag'] },
  lengths: { positional: 2, named: ['mask'] },
  tokens: { ...texts, positional: 3 },
  chars: texts,
  wordpiece: { positional: 3, named: ['mask'] },
};

const isKind = (word: string | undefined): word is Kind => word !== undefined && Object.hasOwn(forms, word);

/** Runs when all ports are known. */
export function prepStatement({ command, frame }: Later, spec: Spec): void {
  const [target, kind, argument] = command.args;
  const name = target?.value.type === 'path' ? target.value.parts.map((part) => part.text).join('.') : undefined;
  const word = plainWord(kind, frame);
  if (target === undefined || kind === undefined || name === undefined) {
    report(say.NN2005.preparation(), command.span, frame);
    return;
  }
  const port = spec.ports.find((each) => each.name === name);
  if (port === undefined) {
    const names = spec.ports.map((each) => each.name);
    report(say.NN2001.port({ name, near: nearest(name, names) }), target.span, frame);
  }
  if (!isKind(word)) {
    const kinds = Object.keys(forms);
    const near = nearest(word ?? '', kinds);
    report(say.NN2002.preparation({ name: sourceText(frame, kind.span), near, kinds }), kind.span, frame);
    return;
  }
  const { positional, named: known } = forms[word];
  const named = namedArguments(command, known, positional, frame);
  const written = argument?.name === undefined ? argument?.value : undefined;
  const step = stepOf(word, { written: positional > 2 ? written : undefined, named, port, spec, command, frame });
  if (port === undefined || step === undefined) return;
  const misfit = misfitOf(port, step, spec);
  if (misfit !== undefined) {
    report(misfit, target.span, frame, {
      also: [{ source: port.origin.source, span: port.origin.span, text: note.declared }],
    });
    return;
  }
  spec.prep.push({ ...step, port: port.name, origin: originOf(frame, command.span) });
}

interface Written {
  readonly written: Expression | undefined;
  readonly named: ReadonlyMap<string, Expression>;
  readonly port: Port | undefined;
  readonly spec: Spec;
  readonly command: Command;
  readonly frame: Frame;
}

/** What the arguments say; undefined after a mistake in them. */
function stepOf(kind: Kind, given: Written): PrepStep | undefined {
  const { written, command, frame } = given;
  const lacking = (told: Told): undefined => {
    report(told, command.span, frame);
    return undefined;
  };
  switch (kind) {
    case 'standardize':
    case 'minmax':
    case 'onehot':
    case 'gray':
      return { kind };
    case 'resize': {
      if (written === undefined) return lacking(say.NN2005.pictureSize());
      const size = sizeOf(written, frame);
      return size && { kind, size };
    }
    case 'scale': {
      if (written === undefined) return lacking(say.NN2005.factor());
      const factor = settingNumber(written, 'the factor', {}, frame);
      return factor === undefined ? undefined : { kind, factor };
    }
    case 'impute': {
      if (written === undefined) return lacking(say.NN2005.filling());
      const by = fillingOf(written, frame);
      const flag = flagOf(given);
      return by === undefined || flag === 'wrong' ? undefined : { kind, by, ...(flag === undefined ? {} : { flag }) };
    }
    case 'lengths': {
      const mask = lengthMaskOf(given);
      if (mask === undefined) return lacking(say.NN2005.lengthMask({ name: given.port?.name ?? 'frames' }));
      return mask === 'wrong' ? undefined : { kind, mask };
    }
    case 'tokens': {
      if (written === undefined) return lacking(say.NN2005.tokens());
      const count = settingNumber(written, 'the number of ids', { whole: true, least: 3 }, frame);
      const rest = sequenceOf(given);
      return count === undefined || rest === undefined ? undefined : { kind, count, ...rest };
    }
    case 'chars': {
      const rest = sequenceOf(given);
      return rest && { kind, ...rest };
    }
    case 'wordpiece': {
      if (written === undefined) return lacking(say.NN2005.vocabulary());
      const mask = maskOf(given);
      if (written.type !== 'string' || written.value === '') {
        report(say.NN2007.vocabulary({ name: sourceText(frame, written.span) }), written.span, frame);
        return undefined;
      }
      return mask === 'wrong' ? undefined : { kind, file: written.value, ...masked(mask) };
    }
  }
}

/** `32x48` is height and width, `32` both. */
function sizeOf(written: Expression, frame: Frame): readonly [number, number] | undefined {
  if (written.type === 'size') {
    const [height, width, ...more] = written.sizes;
    if (height !== undefined && width !== undefined && more.length === 0 && height > 0 && width > 0)
      return [height, width];
    report(say.NN2007.pictureSize({ given: sourceText(frame, written.span) }), written.span, frame);
    return undefined;
  }
  const both = settingNumber(written, 'the size', { whole: true, least: 1 }, frame);
  return both === undefined ? undefined : [both, both];
}

/** `mean`, `median` or `0`. */
function fillingOf(written: Expression, frame: Frame): 'mean' | 'median' | 0 | undefined {
  if (written.type === 'number' && written.value === 0) return 0;
  const word = wordOf(written, frame);
  if (word === 'mean' || word === 'median') return word;
  report(say.NN2007.filling({ given: sourceText(frame, written.span) }), written.span, frame);
  return undefined;
}

const masked = (mask: string | undefined): { readonly mask?: string } => (mask === undefined ? {} : { mask });

/** `pad=end mask=mask`. */
function sequenceOf(given: Written): { readonly pad?: 'end'; readonly mask?: string } | undefined {
  const { named, frame } = given;
  const written = named.get('pad');
  const word = written && wordOf(written, frame);
  const mask = maskOf(given);
  if (written !== undefined && word !== 'end' && word !== 'front') {
    report(say.NN2007.pad({ given: sourceText(frame, written.span) }), written.span, frame);
    return undefined;
  }
  if (mask === 'wrong') return undefined;
  return { ...(word === 'end' ? { pad: word } : {}), ...masked(mask) };
}

/** The input that `mask` names: it is as long as the sequence. */
const maskOf = (given: Written): string | undefined =>
  filledInput('mask', given, {
    unknown: (name, near) => say.NN2001.filled({ name, near }),
    misfit: (name, shape, port) =>
      shape.length === port.shape.length && shape[0] === port.shape[0]
        ? undefined
        : say.NN4014.mask({ name, shape, port: port.name, length: port.shape }),
  });

/** The input that `mask` of lengths names: it has a place for each position of a sequence. */
const lengthMaskOf = (given: Written): string | undefined =>
  filledInput('mask', given, {
    unknown: (name, near) => say.NN2001.filled({ name, near }),
    misfit: (name, shape) => (shape.length === 1 ? undefined : say.NN4014.lengthMask({ name, shape })),
  });

/** The input that `flag` names: it has the shape of what is filled. */
const flagOf = (given: Written): string | undefined =>
  filledInput('flag', given, {
    unknown: (name, near) => say.NN2001.flag({ name, near, shape: given.port?.shape ?? [] }),
    misfit: (name, shape, port) =>
      formatShape(shape) === formatShape(port.shape)
        ? undefined
        : say.NN4014.flag({ name, shape, port: port.name, fields: port.shape }),
  });

interface Filling {
  readonly unknown: (name: string, near: Near) => Told;
  readonly misfit: (name: string, shape: readonly number[], port: Port) => Told | undefined;
}

/** The input that a step fills as it prepares another, and that nothing else fills; `wrong` after a mistake. */
function filledInput(by: 'mask' | 'flag', given: Written, { unknown, misfit }: Filling): string | undefined {
  const { named, port, spec, frame } = given;
  const written = named.get(by);
  if (written === undefined) return undefined;
  const name = wordOf(written, frame);
  const inputs = spec.ports.filter(({ role }) => role === 'input');
  const input = inputs.find((each) => each.name === name);
  const fail = (told: Told): 'wrong' => {
    const also = input && [{ source: input.origin.source, span: input.origin.span, text: note.declared }];
    report(told, written.span, frame, also && { also });
    return 'wrong';
  };
  if (input === undefined) {
    const names = inputs.map((each) => each.name);
    return fail(unknown(name, nearest(name, names)));
  }
  const isData = Object.hasOwn(spec.data?.columns ?? {}, name);
  if (isData || input === port || spec.prep.some((step) => step.port === name || fillerOf(step)?.name === name))
    return fail(say.NN4014.filled({ name, by }));
  const told = port && misfit(name, input.shape, port);
  return told === undefined ? name : fail(told);
}

/** The input that the step fills beside its own, and the argument that says so. */
function fillerOf(step: PrepStep): { readonly by: 'mask' | 'flag'; readonly name: string } | undefined {
  if ('mask' in step && step.mask !== undefined) return { by: 'mask', name: step.mask };
  return 'flag' in step && step.flag !== undefined ? { by: 'flag', name: step.flag } : undefined;
}

/** Why the port cannot have such a step, if it cannot. */
function misfitOf({ name, role, dtype, shape, range }: Port, step: PrepStep, spec: Spec): Told | undefined {
  const { kind } = step;
  const before = spec.prep.find((other) => other.port === name);
  const filler = spec.prep.map(fillerOf).find((each) => each?.name === name);
  if (filler !== undefined) return say.NN4014.filled(filler);
  if (kind === 'tokens' || kind === 'chars' || kind === 'wordpiece') {
    if (role === 'target') return say.NN4014.target({ name, kind });
    if (spec.data?.format === 'inline') return say.NN4014.inline({ name, kind });
    if (dtype !== 'i32' || shape.length !== 1) return say.NN4014.texts({ name, kind, shape });
    return before === undefined ? undefined : say.NN4014.second({ name, kind, before: before.kind });
  }
  if (kind === 'lengths') {
    if (role === 'target' || shape.length > 0) return say.NN4014.lengths({ name });
    return before === undefined ? undefined : say.NN4014.lengthsAlone({ name });
  }
  if (before?.kind === 'lengths') return say.NN4014.lengthsAlone({ name });
  if (kind === 'impute') {
    if (role === 'target') return say.NN4014.imputeTarget({ name });
    if (spec.data?.format === 'inline') return say.NN4014.imputeInline({ name });
    if (before !== undefined) return say.NN4014.imputeFirst({ name, before: before.kind });
    if (step.by === 0 && range !== undefined && (range[0] > 0 || range[1] < 0))
      return say.NN4014.imputeRange({ name, low: range[0], high: range[1] });
  } else if (before?.kind === 'impute' && (kind === 'onehot' || kind === 'gray' || kind === 'resize'))
    return say.NN4014.imputed({ name, kind, of: kind === 'onehot' ? 'categories' : 'pictures' });
  if (kind === 'gray' || kind === 'resize') {
    if (role === 'target') return say.NN4014.pictureTarget({ name, kind });
    const [height = 0, width = 0, channels = 1] = shape;
    const size = kind === 'resize' ? step.size : ([height, width] as const);
    const fits = size[0] === height && size[1] === width && (kind === 'resize' || channels === 1);
    const isPicture = shape.length === 2 || shape.length === 3;
    if (!isPicture || !fits)
      return say.NN4014.picture({
        name,
        kind,
        shape,
        size: isPicture || kind === 'resize' ? size : undefined,
        channels: kind === 'gray' ? 1 : channels,
      });
  }
  return dtype === 'i32' ? say.NN2014.preparation({ name, kind }) : undefined;
}
