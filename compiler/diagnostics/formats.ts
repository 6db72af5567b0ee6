/** Diagnostics as data for other programs: JSON, GitHub's workflow commands, SARIF 2.1.0. */
import { catalog } from './catalog.ts';
import { Lines } from './position.ts';
import type { Position } from './position.ts';
import type { Diagnostic, Label } from './types.ts';

interface LabelData {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly text: string;
  readonly primary: boolean;
}

/** A diagnostic with positions in place of spans; `help` is null where there is none. */
export interface DiagnosticData {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly file: string;
  readonly labels: readonly LabelData[];
  readonly help: string | null;
  readonly fixes: readonly never[];
}

function labelData(label: Label, primary: boolean): LabelData {
  const lines = new Lines(label.source);
  const { start, end } = label.span;
  return {
    file: label.source.file,
    start: lines.position(start),
    end: lines.position(end),
    text: label.text,
    primary,
  };
}

export function diagnosticData(diagnostic: Diagnostic): DiagnosticData {
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    file: diagnostic.primary.source.file,
    labels: [labelData(diagnostic.primary, true), ...diagnostic.secondary.map((label) => labelData(label, false))],
    help: diagnostic.help ?? null,
    fixes: [],
  };
}

export function toJson(diagnostics: readonly Diagnostic[]): string {
  return JSON.stringify(diagnostics.map(diagnosticData), null, 2);
}

/** The escapes of workflow commands: in the message, and besides in the properties. */
const escapeMessage = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** One `::error file=…` line for each. */
export function toGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map((diagnostic) => {
      const { file, start, end, text } = labelData(diagnostic.primary, true);
      const place = `line=${start.line},endLine=${end.line},col=${start.column},endColumn=${end.column}`;
      const message = [diagnostic.message, text, diagnostic.help === undefined ? '' : `help: ${diagnostic.help}`];
      const body = escapeMessage(message.filter((line) => line !== '').join('\n'));
      return `::${diagnostic.severity} file=${escapeProperty(file)},${place},title=${diagnostic.code}::${body}`;
    })
    .join('\n');
}

function sarifLocation(label: Label): object {
  const { file, start, end, text } = labelData(label, true);
  return {
    physicalLocation: {
      artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
      region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
    },
    ...(text === '' ? {} : { message: { text } }),
  };
}

export function toSarif(diagnostics: readonly Diagnostic[], version: string): string {
  const codes = [...new Set(diagnostics.map((diagnostic) => diagnostic.code))].sort();
  const run = {
    tool: {
      driver: {
        name: 'nnc',
        version,
        rules: codes.map((code) => ({
          id: code,
          shortDescription: { text: catalog[code].title },
          fullDescription: { text: catalog[code].explanation },
          defaultConfiguration: { level: catalog[code].severity },
        })),
      },
    },
    columnKind: 'unicodeCodePoints',
    results: diagnostics.map((diagnostic) => ({
      ruleId: diagnostic.code,
      ruleIndex: codes.indexOf(diagnostic.code),
      level: diagnostic.severity,
      message: {
        text: diagnostic.help === undefined ? diagnostic.message : `${diagnostic.message}\n${diagnostic.help}`,
      },
      locations: [sarifLocation(diagnostic.primary)],
      relatedLocations: diagnostic.secondary.map(sarifLocation),
    })),
  };
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  return JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2);
}
