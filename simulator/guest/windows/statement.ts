import { evaluate } from './evaluate.ts';
import { bracketed, splitOutside } from './lexer.ts';
import { PowerShellError, ScriptExit } from './session.ts';
import type { Session } from './session.ts';
import { isTruthy, outputLines, text } from './values.ts';

/** Runs one line: an assignment, `if`, `exit`, or a pipeline whose values are written. */
export function runStatement(session: Session, line: string): void {
  const source = line.trim();
  if (source === '' || source.startsWith('#')) return;
  if (/^param\s*\(.*\)$/is.test(source)) return; // what it was given stands in the variables
  const statements = splitOutside(source, ';');
  if (statements.length > 1) {
    for (const statement of statements) runStatement(session, statement);
    return;
  }
  if (/^if\s*\(/i.test(source)) return runIf(session, source);
  if (/^try\s*\{/i.test(source)) return runTry(session, source);
  const exit = /^exit(?:\s+(.+))?$/i.exec(source);
  if (exit !== null) throw new ScriptExit(exit[1] === undefined ? 0 : exitCode(session, exit[1]));
  const assignment = /^\$(\w+)\s*=\s*(.+)$/s.exec(source);
  if (assignment !== null) return assign(session, assignment[1] ?? '', assignment[2] ?? '');
  session.stdout.push(...evaluate(session, source).flatMap(outputLines));
}

function exitCode(session: Session, source: string): number {
  return Number(text(evaluate(session, source)[0] ?? 0)) || 0;
}

function assign(session: Session, name: string, source: string): void {
  const values = evaluate(session, source);
  const [only = null] = values;
  const value = values.length > 1 ? values : only;
  session.variables.set(name.toLowerCase(), value);
  if (name.toLowerCase() === 'erroractionpreference')
    session.stopsOnError = text(value).toLowerCase() === 'stop';
}

/** `try { statements } catch { statements }`: as in life it is terminating errors that are caught. */
function runTry(session: Session, source: string): void {
  const body = bracketed(source, source.indexOf('{'));
  const rest = source.slice(body.end);
  const handler = /^\s*catch\s*\{/i.exec(rest);
  try {
    runStatement(session, body.inner);
  } catch (error) {
    if (!(error instanceof PowerShellError) || handler === null) throw error;
    session.variables.set('_', { Exception: { Message: error.message }, FullyQualifiedErrorId: error.id });
    runStatement(session, bracketed(rest, handler[0].length - 1).inner);
  }
}

/** `if (condition) { statements } else { statements }` */
function runIf(session: Session, source: string): void {
  const condition = bracketed(source, source.indexOf('('));
  const rest = source.slice(condition.end).trimStart();
  const body = bracketed(rest, 0);
  const otherwise = /^\s*else\s*\{/i.exec(rest.slice(body.end));
  if (isTruthy(evaluate(session, condition.inner))) return runStatement(session, body.inner);
  if (otherwise !== null) {
    const brace = body.end + otherwise[0].length - 1;
    runStatement(session, bracketed(rest, brace).inner);
  }
}
