/** What the parser expected where it stopped, as a word that parser-errors.ts puts into a sentence. */
import type { IParserErrorMessageProvider } from 'chevrotain';

/** The message of an exception is then the name of the token that is missing, or of the rule that found no way on. */
export const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNoViableAltMessage: ({ ruleName }) => ruleName,
  buildNotAllInputParsedMessage: () => 'end',
  buildEarlyExitMessage: ({ ruleName }) => ruleName,
};

/** How each statement is written, shown where one is incomplete. */
export const forms: ReadonlyMap<string, string> = new Map([
  ['input', 'input x: f32[784]'],
  ['target', 'target label: class[10]'],
  ['noise', 'noise z: f32[16] = normal'],
  ['hyper', 'hyper width = 128 in [64, 128]'],
  ['weight', 'weight kernel: [in, units] init=glorot_uniform'],
  ['state', 'state mean: [in] = zeros'],
  ['require', 'require rate < 1 "the rate is below 1"'],
  ['block', 'block backbone { … }'],
  ['repeat', 'repeat 6 as encoder { … }'],
  ['if', 'if stride != 1 { … } else { … }'],
  ['scan', 'scan x over it with h = zeros([units]) { h = … }'],
  ['phase', 'phase tune epochs=3 { … }'],
  ['step', 'step d updates discriminator { … }'],
  ['def', 'def layer twice(units: int) { … }'],
  ['layer', 'layer dense 128 relu from x as h'],
  ['reuse', 'reuse encoder from b as zb'],
  ['load', 'load backbone from "weights.safetensors"'],
  ['penalty', 'penalty l2 1e-4 on backbone'],
  ['optim', 'optim sgd lr=1e-2 for head'],
]);

/** Names of tokens as a reader would say them. */
export const spoken: ReadonlyMap<string, string> = new Map([
  ['Identifier', 'a name'],
  ['NumberToken', 'a number'],
  ['StringToken', 'a text in double quotes'],
  ['Equals', '`=`'],
  ['Colon', '`:`'],
  ['Arrow', '`<-`'],
  ['Comma', '`,`'],
  ['DotDot', '`..`'],
  ['RParen', '`)`'],
  ['RBracket', '`]`'],
  ['Over', '`over`'],
  ['With', '`with`'],
  ['Updates', '`updates`'],
  ['In', '`in`'],
  ['list', 'a shape in brackets'],
  ['path', 'a name'],
  ['pathOrCall', 'a name'],
  ['selector', 'a path of parameters'],
  ['portType', 'a type'],
  ['parameters', '`(`'],
  ['parameter', 'a name'],
  ['scan', 'a name'],
]);
