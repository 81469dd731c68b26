/** TCP ports, both ends included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export const allPorts: PortRange = { from: 0, to: 65_535 };

/** One port as a range. */
export function onePort(port: number): PortRange {
  return { from: port, to: port };
}

/** What is left of port ranges without one. */
export function without(ranges: readonly PortRange[], taken: PortRange): PortRange[] {
  return ranges.flatMap(({ from, to }) =>
    [
      { from, to: Math.min(to, taken.from - 1) },
      { from: Math.max(from, taken.to + 1), to },
    ].filter((left) => left.from <= left.to),
  );
}

/** True where two ranges have a port in common. */
export function overlap(one: PortRange, other: PortRange): boolean {
  return one.from <= other.to && other.from <= one.to;
}

/** `TCP 445`, `TCP 49152–65535`. */
export function portsText({ from, to }: PortRange): string {
  return from === to ? `TCP ${from}` : `TCP ${from}–${to}`;
}
