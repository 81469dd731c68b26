import { compare, isComparison } from './comparison.ts';
import { cmdletNamed } from './cmdlets/index.ts';
import { splitOutside, tokens } from './lexer.ts';
import type { Token } from './lexer.ts';
import { runProgram } from './programs.ts';
import { notRecognized, PowerShellError } from './session.ts';
import type { Call, Session } from './session.ts';
import { isList, isTruthy, property, text } from './values.ts';
import type { Value } from './values.ts';

/** The values that a pipeline comes to. @throws PowerShellError */
export function evaluate(session: Session, source: string): Value[] {
  let values: readonly Value[] = [];
  for (const stage of splitOutside(withoutRedirections(source), '|'))
    values = runStage(session, stage, values);
  return /\s\*?>\s*\$null\s*$/.test(source) ? [] : [...values];
}

function withoutRedirections(source: string): string {
  return source.replace(/\s(?:[2*]?>\s*\$null|2>&1)/g, '');
}

function runStage(session: Session, source: string, input: readonly Value[]): readonly Value[] {
  const [first, ...rest] = tokens(source);
  if (first === undefined) return [];
  if (first.kind === 'word') {
    if (/^-not$|^!$/i.test(first.text)) return [!isTruthy(operand(session, rest))];
    if (first.text === '&') return runNamed(session, textOf(session, rest[0] ?? first), rest.slice(1), input);
    if (!/^\d+$/.test(first.text)) return runNamed(session, expanded(session, first.text), rest, input);
  }
  const at = rest.findIndex((token) => token.kind === 'word' && isComparison(token.text));
  if (at === -1) {
    if (rest.length > 0 && rest[0]?.kind !== 'comma') {
      throw new PowerShellError('Unexpected token in expression or statement.', 'UnexpectedToken', true);
    }
    return flat(operand(session, [first]));
  }
  const operator = rest[at];
  const left = operand(session, [first, ...rest.slice(0, at)]);
  const right = operand(session, rest.slice(at + 1));
  return operator?.kind === 'word' ? [compare(operator.text, left, right)] : [];
}

function runNamed(
  session: Session,
  name: string,
  rest: readonly Token[],
  input: readonly Value[],
): readonly Value[] {
  const cmdlet = cmdletNamed(session, name);
  if (cmdlet === undefined) {
    const args = rest.map((token) => textOf(session, token));
    if (!runProgram(session, name, args)) throw notRecognized(name);
    return [];
  }
  const call = callOf(session, name, rest, input);
  try {
    return cmdlet(call, session);
  } catch (error) {
    if (error instanceof PowerShellError && isSilent(call)) return [];
    throw error;
  }
}

function isSilent({ named }: Call): boolean {
  return /^(silentlycontinue|ignore)$/i.test(text(named.get('erroraction') ?? ''));
}

/** Parameters: `-Name value`, `-Switch`, `-Name:value`, and values without a name; commas make lists. */
function callOf(session: Session, name: string, rest: readonly Token[], input: readonly Value[]): Call {
  const positional: Value[] = [];
  const named = new Map<string, Value>();
  let waiting: string | undefined;
  for (const group of lists(rest)) {
    const [only] = group;
    const parameter =
      group.length === 1 && only?.kind === 'word' ? /^-([A-Za-z]\w*)(?::(.+))?$/.exec(only.text) : null;
    if (parameter !== null) {
      waiting = (parameter[1] ?? '').toLowerCase();
      named.set(waiting, parameter[2] === undefined ? true : (evaluate(session, parameter[2])[0] ?? null));
      continue;
    }
    const values = group.map((token) => operand(session, [token]));
    const value = values.length === 1 ? (values[0] ?? null) : values;
    if (waiting === undefined) positional.push(value);
    else named.set(waiting, value);
    waiting = undefined;
  }
  return { name, positional, named, input };
}

/** Tokens that commas join stand together. */
function lists(rest: readonly Token[]): Token[][] {
  const groups: Token[][] = [];
  let joins = false;
  for (const token of rest) {
    if (token.kind === 'comma') joins = true;
    else if (joins) groups.at(-1)?.push(token);
    else groups.push([token]);
    if (token.kind !== 'comma') joins = false;
  }
  return groups;
}

function operand(session: Session, [token]: readonly Token[]): Value {
  if (token === undefined || token.kind === 'comma') return null;
  if (token.kind === 'group') return along(one(evaluate(session, token.text)), token.path);
  if (token.kind === 'variable') return along(variable(session, token.text), token.path);
  if (token.kind === 'word' && /^-?\d+$/.test(token.text)) return Number(token.text);
  return token.kind === 'block' ? token.text : textOf(session, token);
}

function variable(session: Session, name: string): Value {
  const constants: ReadonlyMap<string, Value> = new Map<string, Value>([
    ['true', true],
    ['false', false],
    ['null', null],
    ['lastexitcode', session.lastExitCode],
    ['env:programdata', 'C:\\ProgramData'],
    ['env:programfiles', 'C:\\Program Files'],
    ['env:computername', session.guest.system.hostName],
    ['env:temp', 'C:\\Windows\\TEMP'],
    ['env:systemdrive', 'C:'],
  ]);
  const key = name.toLowerCase();
  return constants.get(key) ?? session.variables.get(key) ?? null;
}

/** Follows `.Property` and `[0]`. */
function along(start: Value, path: string): Value {
  let value = start;
  for (const [, name, index] of path.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    if (name !== undefined) value = property(value, name);
    else if (value === null) {
      throw new PowerShellError('Cannot index into a null array.', 'NullArray');
    } else value = isList(value) ? (value[Number(index)] ?? null) : index === '0' ? value : null;
  }
  return value;
}

function textOf(session: Session, token: Token): string {
  if (token.kind === 'comma') return ',';
  if (token.kind === 'group' || token.kind === 'variable') return text(operand(session, [token]));
  return expanded(session, token.text);
}

/** Text without its quotes; in double quotes, and without any, variables stand for their values. */
function expanded(session: Session, source: string): string {
  return source.replace(
    /'([^']*)'|"([^"]*)"|([^'"]+)/g,
    (_, single?: string, double?: string, plain?: string) =>
      single ??
      (double ?? plain ?? '').replace(
        /\$\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\$([\w:]+)/g,
        (_whole, inner: string | undefined, name: string) =>
          inner === undefined ? text(variable(session, name)) : text(one(evaluate(session, inner))),
      ),
  );
}

function one(values: readonly Value[]): Value {
  return values.length === 1 ? (values[0] ?? null) : values.length === 0 ? null : values;
}

function flat(value: Value): readonly Value[] {
  return isList(value) ? value : [value];
}
