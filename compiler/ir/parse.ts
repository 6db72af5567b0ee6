/** Reads the text of a graph back into the same graph. */
import { InternalError } from '../diagnostics/types.ts';
import type { Source } from '../diagnostics/types.ts';
import { scan } from './tokens.ts';
import type { Token } from './tokens.ts';
import type {
  Attr,
  Attrs,
  Dim,
  DType,
  Graph,
  GraphInput,
  GraphOutput,
  InputRole,
  Node,
  Origin,
  OutputRole,
  Section,
  Type,
  Value,
} from './types.ts';

/** The text names sources by file; those that are not given have no text. Throws InternalError where it is malformed. */
export function parseGraph(text: string, sources: readonly Source[] = []): Graph {
  const reader = new Reader(scan(text), new Map(sources.map((source) => [source.file, source])));
  const graph = reader.graph();
  reader.end();
  return graph;
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #sources: Map<string, Source>;
  /** Functions by the numbers under which the text names them. */
  readonly #functions = new Map<number, Graph>();
  #at = 0;

  constructor(tokens: readonly Token[], sources: Map<string, Source>) {
    this.#tokens = tokens;
    this.#sources = sources;
  }

  graph(): Graph {
    this.#expect('graph');
    if (!this.#accept('@')) return this.#body();
    const number = this.#number();
    const known = this.#functions.get(number);
    if (known !== undefined) return known;
    const made = this.#body();
    this.#functions.set(number, made);
    return made;
  }

  #body(): Graph {
    this.#expect('{');
    const values = new Map<string, Value>();
    const inputs: GraphInput[] = [];
    while (this.#accept('input')) inputs.push(this.#input(values));
    const nodes: Node[] = [];
    let section: Section = 'forward';
    while (this.#peek() !== 'output' && this.#peek() !== '}') {
      const next = oneOf(sections, this.#peek());
      if (next === undefined) nodes.push(this.#node(values, section));
      else {
        this.#take();
        this.#expect(':');
        section = next;
      }
    }
    const outputs: GraphOutput[] = [];
    while (this.#accept('output')) outputs.push(this.#output(values));
    this.#expect('}');
    return { inputs, nodes, outputs };
  }

  end(): void {
    if (this.#at < this.#tokens.length) this.#fail('the end');
  }

  #input(values: Map<string, Value>): GraphInput {
    const value = this.#definition(values);
    this.#expect('=');
    const role = oneOf(inputRoles, this.#take().text) ?? this.#fail('the role of an input');
    return { role, name: this.#string(), value };
  }

  #output(values: Map<string, Value>): GraphOutput {
    const role = oneOf(outputRoles, this.#take().text) ?? this.#fail('the role of an output');
    const name = this.#string();
    this.#expect('=');
    return { role, name, value: this.#use(values) };
  }

  #node(values: Map<string, Value>, section: Section): Node {
    const made = new Map<string, Value>();
    const outputs = [this.#definition(made)];
    while (this.#accept(',')) outputs.push(this.#definition(made));
    this.#expect('=');
    const op = this.#take().text;
    const inputs = this.#list('(', ')', () => this.#use(values));
    const attrs = this.#peek() === '{' ? this.#attributes() : {};
    const bodies: Graph[] = [];
    while (this.#peek() === 'graph') bodies.push(this.graph());
    for (const [name, value] of made) values.set(name, value);
    return { op, inputs, outputs, attrs, bodies, section, origin: this.#origin() };
  }

  #definition(values: Map<string, Value>): Value {
    const { text, kind, value: name } = this.#take();
    if (kind !== 'value') this.#fail('a value');
    this.#expect(':');
    const type = this.#type();
    const word = name.startsWith(':') && !text.startsWith('%"') ? undefined : name;
    const value: Value = { type, ...(word === undefined ? {} : { word }), ...this.#givenAs() };
    values.set(text, value);
    return value;
  }

  /** `as "xent.logits", "kl.logits"`, or nothing. */
  #givenAs(): Pick<Value, 'givenAs'> {
    if (!this.#accept('as')) return {};
    const names: [string, string][] = [];
    do {
      const [, scope = '', name = ''] = /^(.*)\.([^.]*)$/u.exec(this.#string()) ?? [];
      names.push([scope, name]);
    } while (this.#accept(','));
    return { givenAs: new Map(names) };
  }

  #use(values: Map<string, Value>): Value {
    const { text } = this.#take();
    return values.get(text) ?? this.#fail('a value that is made above');
  }

  #type(): Type {
    const dtype = oneOf(dtypes, this.#take().text) ?? this.#fail('a dtype');
    return { dtype, shape: this.#dims() };
  }

  #dims(): readonly Dim[] {
    return this.#list('[', ']', () => (this.#accept('B') ? 'B' : this.#number()));
  }

  #attributes(): Attrs {
    const pairs = this.#list('{', '}', (): [string, Attr] => {
      const name = this.#take().text;
      this.#expect('=');
      return [name, this.#attribute()];
    });
    return Object.fromEntries(pairs);
  }

  #attribute(): Attr {
    if (this.#peek() === '[') return this.#dims();
    if (this.#accept('true')) return true;
    if (this.#accept('false')) return false;
    return this.#tokens[this.#at]?.kind === 'string' ? this.#string() : this.#number();
  }

  #origin(): Origin {
    const { kind, origin } = this.#take();
    if (kind !== 'origin' || origin === undefined) return this.#fail('an origin');
    const { file, line, what, scope, span, statement } = origin;
    const source = this.#sources.get(file) ?? { file, text: '' };
    this.#sources.set(file, source);
    return {
      source,
      span,
      line,
      what,
      ...(scope === undefined ? {} : { scope }),
      ...(statement === undefined ? {} : { statement }),
    };
  }

  #list<T>(open: string, close: string, item: () => T): T[] {
    this.#expect(open);
    const items: T[] = [];
    while (!this.#accept(close)) {
      if (items.length > 0) this.#expect(',');
      items.push(item());
    }
    return items;
  }

  #number(): number {
    const { kind, text } = this.#take();
    return kind === 'number' ? Number(text) : this.#fail('a number');
  }

  #string(): string {
    const { kind, value } = this.#take();
    return kind === 'string' ? value : this.#fail('a string');
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]?.text;
  }

  #accept(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) {
      this.#at++;
      this.#fail(`'${text}'`);
    }
  }

  #take(): Token {
    const token = this.#tokens[this.#at++];
    return token ?? this.#fail('more');
  }

  /** At the token that was taken last. */
  #fail(wanted: string): never {
    const token = this.#tokens[this.#at - 1];
    const found = token === undefined ? 'the text ends' : `there is '${token.text}' in line ${token.line}`;
    throw new InternalError(`in the text of a graph ${wanted} is expected, and ${found}`);
  }
}

function oneOf<const T extends string>(names: readonly T[], text: string | undefined): T | undefined {
  return names.find((name) => name === text);
}

const dtypes = ['f32', 'i32', 'f64'] as const satisfies readonly DType[];
const sections = ['forward', 'backward', 'accumulate', 'update'] as const satisfies readonly Section[];
const inputRoles = [
  'input',
  'target',
  'parameter',
  'state',
  'slot',
  'accumulator',
  'grad',
  'host',
] as const satisfies readonly InputRole[];
const outputRoles = [
  'loss',
  'part',
  'grad',
  'parameter',
  'state',
  'slot',
  'accumulator',
  'predict',
  'metric',
  'value',
] as const satisfies readonly OutputRole[];
