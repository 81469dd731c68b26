const dayMs = 86_400_000;

/**
 * The instant at which the clocks of a zone show a local time. A time that they show twice is meant the first time; of one
 * that they jump over, the instant of the jump is meant. So later local times are never earlier instants.
 * @param local milliseconds of the local time as if it were UTC.
 */
export function instantOf(local: number, timeZone: string): number {
  const offsetAt = offsetsOf(timeZone);
  const [before, after] = [offsetAt(local - dayMs), offsetAt(local + dayMs)];
  const shown = [local - before, local - after].filter((instant) => offsetAt(instant) === local - instant);
  if (shown.length > 0) return Math.min(...shown);
  return firstWith(after, offsetAt, local - after, local - before);
}

/** The first instant after `low`, at the latest `high`, that has an offset. */
function firstWith(offset: number, offsetAt: (instant: number) => number, low: number, high: number): number {
  let [without, having] = [low, high];
  while (having - without > 1) {
    const middle = Math.floor((without + having) / 2);
    if (offsetAt(middle) === offset) having = middle;
    else without = middle;
  }
  return having;
}

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
function offsetsOf(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    ...{ calendar: 'iso8601', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const date = [part('year'), part('month') - 1, part('day')] as const;
    const shown = Date.UTC(...date, part('hour'), part('minute'), part('second'));
    return shown - Math.floor(instant / 1000) * 1000;
  };
}
