/** A piece of a command. */
export type Token =
  | { readonly kind: 'word' | 'string' | 'block'; readonly text: string }
  | { readonly kind: 'group' | 'variable'; readonly text: string; readonly path: string }
  | { readonly kind: 'comma' };

const closing: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' };

/** Splits at a separator that stands outside quotes and brackets. */
export function splitOutside(source: string, separator: '|' | ';'): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < source.length; at = skip(source, at)) {
    if (source[at] !== separator) continue;
    parts.push(source.slice(start, at));
    start = at + 1;
  }
  return [...parts, source.slice(start)].map((part) => part.trim()).filter((part) => part !== '');
}

/** What stands between the bracket at `at` and the one that closes it, and where it goes on. */
export function bracketed(source: string, at: number): { readonly inner: string; readonly end: number } {
  const end = skip(source, at);
  return { inner: source.slice(at + 1, end - 1), end };
}

/** The tokens of one command. Text in double quotes is still to be expanded: it keeps them. */
export function tokens(source: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < source.length;) {
    const character = source[at] ?? '';
    if (/\s/.test(character)) {
      at += 1;
    } else if (character === ',') {
      found.push({ kind: 'comma' });
      at += 1;
    } else {
      const [token, end] = tokenAt(source, at);
      found.push(token);
      at = end;
    }
  }
  return found;
}

function tokenAt(source: string, at: number): readonly [Token, number] {
  const character = source[at] ?? '';
  if (character === '@' && /[({]/.test(source[at + 1] ?? '')) return tokenAt(source, at + 1);
  if (character === '{') {
    const { inner, end } = bracketed(source, at);
    return [{ kind: 'block', text: inner.trim() }, end];
  }
  if (character === '(') {
    const { inner, end } = bracketed(source, at);
    const path = /^[.[][^\s,|)]*/.exec(source.slice(end))?.[0] ?? '';
    return [{ kind: 'group', text: inner, path }, end + path.length];
  }
  const variable = /^\$([\w:]+)((?:\.\w+|\[\d+\])*)(?=[\s,]|$)/.exec(source.slice(at));
  if (variable !== null) {
    const [whole, name = '', path = ''] = variable;
    return [{ kind: 'variable', text: name, path }, at + whole.length];
  }
  return wordAt(source, at);
}

function wordAt(source: string, start: number): readonly [Token, number] {
  let at = start;
  while (at < source.length && !/[\s,]/.test(source[at] ?? ''))
    at = /['"]/.test(source[at] ?? '') ? skip(source, at) : at + 1;
  const word = source.slice(start, at);
  const isQuoted = /^(['"]).*\1$/s.test(word) && skip(source, start) === at;
  return [{ kind: isQuoted ? 'string' : 'word', text: word }, at];
}

/** The place after the character at `at`, or after the whole quotation or bracket that it opens. */
function skip(source: string, at: number): number {
  const character = source[at] ?? '';
  if (character === "'" || character === '"') {
    const end = source.indexOf(character, at + 1);
    return end === -1 ? source.length : end + 1;
  }
  const close = closing[character];
  if (close === undefined || character === '[') return at + 1;
  let next = at + 1;
  while (next < source.length && source[next] !== close) next = skip(source, next);
  return next + 1;
}
