import Table from 'cli-table3';

/** A line for people, on standard output. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line beside the result: on standard error, so that `--json` stays JSON. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A value for programs: JSON on standard output, and nothing else there. */
export function sayJson(value: unknown): void {
  say(JSON.stringify(value, undefined, 2));
}

/** What a plan does not say and Portage therefore takes as given. */
export function sayAssumed(sentences: readonly string[], tell: (line: string) => void): void {
  for (const sentence of sentences) tell(`Assumed: ${sentence}`);
}

/** True when standard output is a terminal that takes escape sequences; `NO_COLOR` and `TERM=dumb` are heard. */
export function isLiveTerminal(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}

/** A table as plain as a terminal's own tools print them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const plain = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: withoutFrame,
  });
  plain.push(...rows.map((row) => [...row]));
  return plain
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** `1:05`, `2:03:04`: how long something has taken. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const pad = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

const withoutFrame = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};
