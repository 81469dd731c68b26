/**
 * What is said nearest to the machine: the last level that says anything.
 * @param levels from the plan's defaults down to the machine; a level that the file leaves out is undefined.
 */
export function said<Level, Value>(
  levels: readonly (Level | undefined)[],
  read: (level: Level) => Value | undefined,
): Value | undefined {
  return levels
    .map((level) => (level === undefined ? undefined : read(level)))
    .findLast((value) => value !== undefined);
}
