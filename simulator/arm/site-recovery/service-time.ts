/** What the service writes for a time that there is not (recorded). */
export const never = '0001-01-01T00:00:00';

/** Idle items name this as the time of their current scenario (recorded). */
export const idleSince = '1753-01-01T01:01:01Z';

/** A time as Site Recovery writes it: seven decimals, of which the simulator knows three. */
export function serviceTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000Z');
}

/** End times are cut to whole seconds, so that a job can end before it starts (recorded). */
export function endTime(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
