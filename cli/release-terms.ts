import { InvalidArgumentError } from 'commander';

interface Window {
  readonly from: string;
  readonly until: string;
}

const example = '2026-05-02T22:00+02:00';

/** Reads a time with its zone. @returns it in UTC. @throws InvalidArgumentError */
export function readTime(text: string): string {
  const hasZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const time = new Date(text);
  if (hasZone && !Number.isNaN(time.getTime())) return time.toISOString();
  throw new InvalidArgumentError(`Give a time with its zone, like ${example}.`);
}

/** Reads and collects `<from>/<until>`. @throws InvalidArgumentError */
export function collectWindow(text: string, before: readonly Window[] = []): readonly Window[] {
  const [from, until, ...rest] = text.split('/');
  if (from === undefined || until === undefined || rest.length > 0)
    throw new InvalidArgumentError(`Give <from>/<until>, each like ${example}.`);
  const window = { from: readTime(from), until: readTime(until) };
  if (window.from >= window.until) throw new InvalidArgumentError('A window ends after it starts.');
  return [...before, window];
}
