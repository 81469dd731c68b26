/**
 * The person behind an identity: `ada@bastion-1` and `Ada@laptop` are one. The command line says who it is as user@host,
 * and nobody becomes two people by walking to another machine.
 */
export function personOf(identity: string): string {
  return (identity.split('@')[0] ?? '').toLowerCase();
}

/** Whether an identity is among the names: a name with a host is only meant on that host. */
export function isAmong(identity: string, names: readonly string[]): boolean {
  return names.some((name) =>
    name.includes('@')
      ? name.toLowerCase() === identity.toLowerCase()
      : personOf(name) === personOf(identity),
  );
}
