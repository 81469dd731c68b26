/**
 * The headers that ask a client to wait, scaled to the simulator's speed. `Retry-After` knows whole seconds only, so
 * below one second `retry-after-ms`, which the Azure SDKs read first, stands beside it.
 */
export function retryAfter(seconds: number, speed: number): Readonly<Record<string, string>> {
  const wallSeconds = speed > 0 ? seconds / speed : seconds;
  const header = { 'retry-after': String(Math.max(1, Math.ceil(wallSeconds))) };
  return wallSeconds < 1
    ? { ...header, 'retry-after-ms': String(Math.max(1, Math.ceil(wallSeconds * 1000))) }
    : header;
}
