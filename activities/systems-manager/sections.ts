/**
 * Reads what a script printed under its headings, lines `## name`. Line ends may be Windows' own; empty lines are left
 * out.
 * @returns the lines by heading, each trimmed.
 */
export function sections(output: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of output.split(/\r?\n/).map((one) => one.trim())) {
    const heading = /^## (.+)$/.exec(line)?.[1];
    if (heading !== undefined) found.set(heading, (lines = []));
    else if (line !== '') lines.push(line);
  }
  return found;
}
