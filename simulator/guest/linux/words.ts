/** Commands of a list, with the operator that stands before each. */
export interface Listed {
  readonly before: ';' | '&&' | '||';
  readonly pipeline: readonly string[];
}

/** Where a command's output goes. */
export interface Redirection {
  readonly from: '1' | '2';
  readonly to: string;
  readonly appends: boolean;
}

const quoted = /'[^']*'|"[^"]*"/;
const listOperator = new RegExp(`(${quoted.source}|[^;&|'"]|&(?!&)|(?<=>)&)+|&&|\\|\\||;|\\|`, 'g');

/** Splits a line at `;`, `&&`, `||` and `|` outside quotes. */
export function splitList(source: string): Listed[] {
  const listed: { before: Listed['before']; pipeline: string[] }[] = [];
  let before: Listed['before'] = ';';
  let joins = false;
  for (const [part] of source.matchAll(listOperator)) {
    if (part === '&&' || part === '||' || part === ';') before = part;
    else if (part === '|') joins = true;
    else if (part.trim() !== '') {
      if (joins) listed.at(-1)?.pipeline.push(part.trim());
      else listed.push({ before, pipeline: [part.trim()] });
      joins = false;
    }
  }
  return listed;
}

/** The words of a command without their quotes, variables replaced outside single ones, and its redirections. */
export function parseWords(
  source: string,
  valueOf: (name: string) => string,
): { readonly words: readonly string[]; readonly redirections: readonly Redirection[] } {
  const redirections: Redirection[] = [];
  const rest = source.replace(
    /(^|\s)([12]?)(>>?)\s*(&1|\S+)(?=\s|$)/g,
    (_, space: string, from: string, arrow: string, to: string) => {
      redirections.push({
        from: from === '2' ? '2' : '1',
        to: unquoted(to, valueOf),
        appends: arrow === '>>',
      });
      return space;
    },
  );
  const words = [...rest.matchAll(new RegExp(`(?:${quoted.source}|[^\\s'"])+`, 'g'))];
  return { words: words.map(([word]) => unquoted(word, valueOf)), redirections };
}

function unquoted(word: string, valueOf: (name: string) => string): string {
  return word.replace(
    /'([^']*)'|"([^"]*)"|([^'"]+)/g,
    (_, single?: string, double?: string, plain?: string) =>
      single ?? (double ?? plain ?? '').replace(/\$\{?(\w+|\?)\}?/g, (_whole, name: string) => valueOf(name)),
  );
}
