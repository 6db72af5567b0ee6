/** Runs statements from top to bottom, of a spec or of a definition's body: what each does, and where it may stand. */
import type { Command, CommandKeyword, Statement } from '../../../grammar/ast.ts';
import { requireCondition } from '../evaluate/conditions.ts';
import type { Frame } from '../frame/context.ts';
import { isTooLarge } from '../frame/size-limit.ts';
import { first } from '../frame/spec.ts';
import type { Part, TopLevel } from '../frame/spec.ts';
import { assign, name } from './assign.ts';
import { nestedAugment } from './augment.ts';
import { blockStatement } from './block.ts';
import { ifStatement, repeatStatement } from './control.ts';
import { freezeStatement } from './freeze.ts';
import { modelStatement, versionStatement } from './header.ts';
import { declareHyper } from './hypers.ts';
import { applyLayer } from './layers.ts';
import { loadStatement } from './load.ts';
import { loraStatement } from './lora.ts';
import { lossExpression, lossStatement, metricStatement } from './losses.ts';
import { declarePort } from './ports.ts';
import { predictStatement } from './predictions.ts';
import { budgetStatement, cacheStatement, rematStatement } from './resources.ts';
import { reuse } from './reuse.ts';
import { scanStatement } from './scan/scan.ts';
import { phaseStatement, stepStatement } from './stages.ts';
import { accumulateStatement, clipStatement, emaStatement, trainStatement } from './settings.ts';
import { declareState, declareWeight, updateState } from './weights.ts';
import { say } from '../../diagnostics/say.ts';
import { note } from '../../diagnostics/catalog/notes.ts';
import { report } from '../frame/report.ts';

/** What a statement does in a spec, and what in a definition; without one of them it cannot stand there. */
interface Meaning<S> {
  readonly spec?: (statement: S, frame: Frame, top: TopLevel) => void;
  readonly body?: (statement: S, frame: Frame) => void;
}

const everywhere = <S>(run: (statement: S, frame: Frame) => void): Meaning<S> => ({ spec: run, body: run });

/** What may stand in a part of the run. */
const inParts: Readonly<Record<Part['type'], ReadonlySet<string>>> = {
  phase: new Set(
    'freeze unfreeze optim schedule clip accumulate ema penalty loss metric step assign if require'.split(' '),
  ),
  step: new Set('loss assign optim schedule clip accumulate ema penalty if require'.split(' ')),
};

type StatementOf = { readonly [T in Statement['type']]: Extract<Statement, { readonly type: T }> };
type Rest = Exclude<Statement['type'], 'command'>;

const commands: Readonly<Record<CommandKeyword, Meaning<Command>>> = {
  nn: { spec: versionStatement },
  model: { spec: (command, frame, { spec }) => outsideBlocks(command, frame) && modelStatement(command, spec, frame) },
  layer: everywhere((command, frame) => {
    const output = applyLayer(command, frame);
    frame.flow.it = output;
    if (command.as !== undefined) name(command.as.text, command.as.span, output, frame);
  }),
  predict: { spec: (command, frame, { spec }) => predictStatement(command, spec, frame) },
  loss: {
    spec: (command, frame, { spec, inside }) => {
      if (frame.world.stage.takes('loss', inside)) lossStatement(command, spec, frame);
    },
  },
  metric: {
    spec: (command, frame, { spec, inside }) => {
      if (frame.world.stage.takes('metric', inside)) metricStatement(command, spec, frame);
    },
  },
  penalty: { spec: (command, frame, { spec }) => spec.penalties.push({ command, frame }) },
  optim: {
    spec: (command, frame, { spec }) => spec.optimizers.push({ command, frame }),
    body: (command, frame) => {
      if (frame.body === 'optim') frame.world.meaning.nestedOptimizer(command, frame);
      else misplaced(command, frame);
    },
  },
  schedule: {
    spec: (command, frame, { spec }) => {
      if (first(spec, 'schedule', command.span, frame)) spec.schedule = { command, frame };
    },
  },
  clip: { spec: (command, frame, { spec }) => clipStatement(command, spec, frame) },
  accumulate: { spec: (command, frame, { spec }) => accumulateStatement(command, spec, frame) },
  train: { spec: (command, frame, { spec }) => trainStatement(command, spec, frame) },
  data: { spec: (command, frame, { data }) => data.push({ command, frame }) },
  prep: { spec: (command, frame, { prep }) => prep.push({ command, frame }) },
  freeze: { spec: (command, frame, { spec }) => freezeStatement(command, spec, frame) },
  unfreeze: { spec: (command, frame, { spec }) => freezeStatement(command, spec, frame) },
  reuse: everywhere((command, frame) => {
    const output = reuse(command, frame);
    frame.flow.it = output;
    if (command.as !== undefined) name(command.as.text, command.as.span, output, frame);
  }),
  reparam: { spec: (command, frame, { spec }) => spec.reparams.push({ command, frame }) },
  import: { spec: inFile },
  ema: { spec: (command, frame, { spec }) => emaStatement(command, spec, frame) },
  load: { spec: (command, frame, { spec }) => loadStatement(command, spec, frame) },
  lora: { spec: (command, frame, { spec }) => loraStatement(command, spec, frame) },
  augment: {
    spec: (command, frame, { spec }) => spec.augments.push({ command, frame }),
    body: (command, frame) => {
      if (frame.body === 'augment') nestedAugment(command, frame);
      else misplaced(command, frame);
    },
  },
  budget: { spec: (command, frame, { spec }) => budgetStatement(command, spec, frame) },
  remat: { spec: (command, frame, { spec }) => rematStatement(command, spec, frame) },
  cache: { spec: (command, frame, { spec }) => cacheStatement(command, spec, frame) },
};

const others: { readonly [T in Rest]: Meaning<StatementOf[T]> } = {
  def: { spec: inFile },
  hyper: {
    spec: (statement, frame, { settings, spec }) => declareHyper(statement, { settings, hypers: spec.hypers }, frame),
  },
  port: { spec: (statement, frame, { spec }) => declarePort(statement, spec, frame) },
  assign: {
    spec: (statement, frame, { spec, inside }) => {
      if (statement.name.text !== 'loss') assign(statement, frame);
      else if (frame.world.stage.takes('loss', inside)) lossExpression(statement.value, statement.span, spec, frame);
    },
    body: (statement, frame) => {
      if (statement.name.text === 'loss' && isReusedBlock(frame)) misplaced(statement, frame);
      else assign(statement, frame);
    },
  },
  weight: everywhere(declareWeight),
  state: everywhere(declareState),
  update: everywhere(updateState),
  require: everywhere((statement, frame) => {
    requireCondition(statement.condition, statement.message, statement.span, frame);
  }),
  if: everywhere(ifStatement),
  repeat: everywhere(repeatStatement),
  block: {
    spec: blockStatement,
    body: (statement, frame) => {
      if (isReusedBlock(frame)) blockStatement(statement, frame);
      else misplaced(statement, frame);
    },
  },
  scan: everywhere(scanStatement),
  phase: {
    spec: (statement, frame, top) => {
      if (frame.world.stage.known.has(statement)) phaseStatement(statement, frame, top);
      else misplaced(statement, frame);
    },
  },
  step: {
    spec: (statement, frame, top) => {
      if (frame.world.stage.known.has(statement)) stepStatement(statement, frame, top);
      else misplaced(statement, frame);
    },
  },
};

export function runStatements(statements: readonly Statement[], frame: Frame): void {
  for (const statement of statements) {
    if (frame.flow.halted === true || isTooLarge(statement.span, frame)) return;
    const here = frame.body === 'top' ? atLine(statement, frame) : frame;
    if (statement.type === 'command') act(commands[statement.keyword], statement, here);
    else runRest(statement.type, statement, here);
  }
}

function runRest<T extends Rest>(type: T, statement: StatementOf[T], frame: Frame): void {
  const meaning: Meaning<StatementOf[T]> = others[type];
  act(meaning, statement, frame);
}

function act<S extends Statement>({ spec, body }: Meaning<S>, statement: S, frame: Frame): void {
  const { top } = frame;
  const inside = top?.inside?.type;
  const kind = statement.type === 'command' ? statement.keyword : statement.type;
  if (inside !== undefined && !inParts[inside].has(kind)) misplaced(statement, frame);
  else if (top !== undefined && spec !== undefined) spec(statement, frame, top);
  else if (top === undefined && body !== undefined) body(statement, frame);
  else misplaced(statement, frame);
}

/** Nodes of a spec say at which of its lines they were made. */
function atLine(statement: Statement, frame: Frame): Frame {
  const line = frame.world.lineOf(statement.span.start);
  return { ...frame, site: { ...frame.site, line, statement: statement.span, what: whatOf(statement) } };
}

/** What a statement's nodes are part of, for readers. */
function whatOf(statement: Statement): string {
  if (statement.type !== 'command') return statement.type === 'assign' ? statement.name.text : statement.type;
  const value = statement.args[0]?.value;
  return value?.type === 'path' ? (value.parts[0]?.text ?? statement.keyword) : statement.keyword;
}

/** Definitions and imports are taken in before anything is run, from the lines of the file itself. */
function inFile(statement: Statement, frame: Frame): void {
  if (!frame.world.topLevel.has(statement)) misplaced(statement, frame);
}

function outsideBlocks(statement: Statement, frame: Frame): boolean {
  if (frame.path !== '') misplaced(statement, frame);
  return frame.path === '';
}

/** The word that a statement starts with, or what it is where it starts with a name. */
function keywordOf(statement: Statement): string {
  if (statement.type === 'command') return statement.keyword;
  if (statement.type === 'assign') return statement.name.text;
  return statement.type === 'port' ? statement.role : statement.type;
}

function misplaced(statement: Statement, frame: Frame): void {
  const span = statement.type === 'command' ? statement.keywordSpan : statement.span;
  report(say.NN2022.word({ word: keywordOf(statement), place: placeOf(frame) }), span, frame, {
    also: isReusedBlock(frame) ? frame.uses.slice(-1).map(({ made }) => ({ ...made, text: note.reused })) : [],
    fault: 'definition',
  });
}

/** A block that is reused holds the network alone: what else it says, its first use has said. */
function isReusedBlock({ body, turn, uses }: Frame): boolean {
  const use = uses.at(-1);
  return body === 'top' && use !== undefined && turn === use.turn;
}

function placeOf(frame: Frame): string {
  const { top, turn, body } = frame;
  if (top !== undefined) return top.inside?.type ?? (frame.path === '' ? 'condition' : 'block');
  if (isReusedBlock(frame)) return 'block that is reused';
  return turn !== undefined && body === 'top' ? 'scan' : `def ${body}`;
}
