import { splitOutside } from '../lexer.ts';
import { argument } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { isList, isObject, isTruthy, property, text } from '../values.ts';
import type { Value } from '../values.ts';

/** What works on objects in a pipeline. */
export const objectCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['write-output', ({ positional, input }) => [...positional, ...input]],
  ['write-host', (call, session) => write(call, session.stdout)],
  ['out-null', () => []],
  ['out-string', ({ input }) => [input.map(text).join('\r\n')]],
  ['select-object', selectObject],
  ['where-object', whereObject],
  ['foreach-object', forEachObject],
  ['convertto-json', ({ input, positional }) => json(input.length > 0 ? input : positional)],
  ['measure-object', ({ input }) => [{ Count: input.length }]],
];

function write({ positional }: Call, stdout: string[]): readonly Value[] {
  stdout.push(positional.map(text).join(' '));
  return [];
}

function whereObject(call: Call, session: Session): readonly Value[] {
  const condition = text(argument(call, 'FilterScript', 0) ?? '');
  return call.input.filter((item) => {
    session.variables.set('_', item);
    const [value = null] = session.evaluate(condition);
    return isTruthy(value);
  });
}

/** `{ … }` runs for each, with `$_`; a name takes that property of each. */
function forEachObject({ input, positional, named }: Call, session: Session): readonly Value[] {
  const block = text(named.get('process') ?? positional[0] ?? '');
  if (/^\w+$/.test(block)) return input.map((item) => property(item, block));
  return input.flatMap((item) => {
    session.variables.set('_', item);
    return splitOutside(block, ';').flatMap((statement) => session.evaluate(statement));
  });
}

function selectObject(call: Call): readonly Value[] {
  const expand = argument(call, 'ExpandProperty');
  const first = argument(call, 'First');
  const rows = first === undefined ? call.input : call.input.slice(0, Number(first));
  if (expand !== undefined) return rows.map((row) => property(row, text(expand)));
  const wanted = argument(call, 'Property', 0);
  if (wanted === undefined) return rows;
  const names = (isList(wanted) ? wanted : [wanted]).map(text);
  return rows.map((row) => Object.fromEntries(names.map((name) => [nameIn(row, name), property(row, name)])));
}

/** A property's name as the object spells it; what it does not have keeps the name that was asked for. */
function nameIn(row: Value, name: string): string {
  const own = isObject(row) ? Object.keys(row) : [];
  return own.find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
}

/** Nothing for nothing, one object by itself, several as a list: as Windows PowerShell 5.1 has it. */
function json(input: readonly Value[]): readonly Value[] {
  if (input.length === 0) return [];
  return [JSON.stringify(input.length === 1 ? input[0] : input)];
}
