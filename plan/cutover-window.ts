import { closest } from './closest.ts';
import type { Problem } from './mistake.ts';
import { instantOf } from './zone-time.ts';

/** A window as a plan says it: local times in a zone. */
export interface SaidWindow {
  readonly from: string;
  readonly until: string;
  readonly timezone: string;
}

/** A window as instants: `until` does not belong to it any more. ISO 8601, in UTC. */
export interface CutoverWindow {
  readonly from: string;
  readonly until: string;
}

const form = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:?\d{2})?$/i;

/** What is wrong with one end of a window: `2026-05-02T22:00`, local time in the zone of the window. */
export function windowEndProblem(key: 'from' | 'until', value: string): Problem | undefined {
  if (localTime(value) === undefined) {
    return {
      message: `\`${key}\` must be a date and a time, not \`${value}\``,
      suggestion: 'Write it like 2026-05-02T22:00',
    };
  }
  if (form.exec(value)?.[7] === undefined) return undefined;
  return {
    message: `\`${key}\` must be a local time, without the zone at the end of \`${value}\``,
    suggestion: 'Leave the zone away: `timezone` says which one is meant',
  };
}

/** What is wrong with the two ends of a window together. They are compared as local times, then as instants. */
export function windowOrderProblem({ from, until, timezone }: SaidWindow): Problem | undefined {
  const [start, end] = [localTime(from), localTime(until)];
  if (start === undefined || end === undefined) return undefined;
  if (end <= start)
    return {
      message: `the window ends before it starts: \`${until}\` is not after \`${from}\``,
      suggestion: 'Set `until` to a time after `from`',
    };
  if (!isTimeZone(timezone) || instantOf(end, timezone) > instantOf(start, timezone)) return undefined;
  return {
    message: `the window never comes: the clocks of ${timezone} jump over \`${from}\` to \`${until}\``,
    suggestion: 'Set it to times that these clocks show',
  };
}

/** The instants of a window that nothing is wrong with. */
export function resolveWindow({ from, until, timezone }: SaidWindow): CutoverWindow {
  const instant = (value: string) => new Date(instantOf(localTime(value) ?? 0, timezone)).toISOString();
  return { from: instant(from), until: instant(until) };
}

/** What is wrong with the name of a time zone. */
export function timeZoneProblem(zone: string): Problem | undefined {
  if (isTimeZone(zone)) return undefined;
  const meant = closest(zone, Intl.supportedValuesOf('timeZone'));
  return {
    message: `\`${zone}\` is not a known time zone`,
    suggestion: meant === undefined ? 'Use an IANA name such as Europe/Amsterdam' : `Did you mean ${meant}?`,
  };
}

/** Milliseconds of a local time as if it were UTC; nothing where it is no time that a calendar has. */
function localTime(value: string): number | undefined {
  const [, year, month, day, hour, minute, second = '00'] = form.exec(value) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = new Date(iso);
  return !Number.isNaN(time.getTime()) && time.toISOString() === iso ? time.getTime() : undefined;
}

/** Whether a name is in the zone database. Plain offsets are not names: they know no summer time. */
function isTimeZone(name: string): boolean {
  if (!/^[a-z]/i.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
