/** The parts of a definition's `##` comment: its prose, how other frameworks name it, its example. */

/** How a framework names a thing. */
export interface NameElsewhere {
  readonly framework: Framework;
  /** As they are written there: `nn.LSTM`, `GRU(reset_after=True)`; none where the framework has no such thing. */
  readonly names: readonly string[];
  /** What is otherwise there: a default, an order, a rule. */
  readonly difference: string | undefined;
}

export type Framework = (typeof frameworks)[number];

const frameworks = ['Keras', 'PyTorch', 'NumPy'] as const;

export interface Documentation {
  /** Each without line breaks. */
  readonly paragraphs: readonly string[];
  readonly elsewhere: readonly NameElsewhere[];
  /** What else it is called: in papers, in older versions, by habit. */
  readonly also: readonly string[];
  /** The lines that are indented by four spaces: a spec. */
  readonly example: string | undefined;
}

const isLabel = /^(Also|Keras|PyTorch|NumPy): /;

/**
 * `## Keras: LSTM; …` and its like begin a paragraph each, wherever they stand: names with commas between, then after a
 * semicolon what is otherwise there. `## Also: …` has names alone.
 */
export function documentationOf(comment = ''): Documentation {
  const example: string[] = [];
  const paragraphs: string[][] = [];
  let goesOn = false;
  for (const line of comment.split('\n')) {
    const isExample = line.startsWith('    ');
    if (isExample) example.push(line.slice(4));
    else if (line.trim() !== '') {
      const last = paragraphs.at(-1);
      if (goesOn && last !== undefined && !isLabel.test(line)) last.push(line.trim());
      else paragraphs.push([line.trim()]);
    }
    goesOn = !isExample && line.trim() !== '';
  }
  const all = paragraphs.map((lines) => lines.join(' '));
  const labelled = (label: string): readonly string[] =>
    all.flatMap((text) => (text.startsWith(`${label}: `) ? [text.slice(label.length + 2)] : []));
  return {
    paragraphs: all.filter((text) => !isLabel.test(text)),
    elsewhere: frameworks.flatMap((framework) => labelled(framework).map((text) => nameElsewhere(framework, text))),
    also: labelled('Also').flatMap(namesIn),
    example: example.length === 0 ? undefined : example.join('\n') + '\n',
  };
}

/** `LSTM, layers.LSTM; the forget gate starts shut`. */
function nameElsewhere(framework: Framework, text: string): NameElsewhere {
  const end = text.indexOf(';');
  const names = namesIn(end < 0 ? text : text.slice(0, end));
  const difference = end < 0 ? undefined : text.slice(end + 1).trim();
  return { framework, names: names[0] === 'none' ? [] : names, difference };
}

/** Between commas, of which those in parentheses count not. */
const namesIn = (text: string): readonly string[] =>
  text
    .replace(/\.$/, '')
    .split(/,(?![^(]*\))/)
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Names in other frameworks as a record has them: of what has no comment. */
export type Elsewhere = Readonly<Partial<Record<Framework | 'Also', string>>>;

export const elsewhereOf = ({
  elsewhere = {},
}: {
  readonly elsewhere?: Elsewhere;
}): Pick<Documentation, 'elsewhere' | 'also'> => ({
  elsewhere: frameworks.flatMap((framework) => {
    const text = elsewhere[framework];
    return text === undefined ? [] : [nameElsewhere(framework, text)];
  }),
  also: namesIn(elsewhere.Also ?? ''),
});
