/** How long it takes what takes long, in seconds (inferred from the installers' own estimates). */
const slow = [
  { program: /UnifiedSetup\.exe.*\/ServerMode|DRInstaller\.ps1/i, seconds: 900 },
  { program: /UnifiedAgent(Installer)?\.exe.*\/Role|\.\/install\s/i, seconds: 180 },
  { program: /UnifiedAgentConfigurator/i, seconds: 20 },
  {
    program:
      /Invoke-WebRequest.*-OutFile|Start-BitsTransfer|\bcurl\b(?!.*\/dev\/null).*\s(-\w*o|--output)\s|\bwget\b/i,
    seconds: 45,
  },
  { program: /Restart-Computer/i, seconds: 5 },
] as const;

/** Simulated seconds that a script takes; a plain command is quick. */
export function scriptSeconds(lines: readonly string[]): number {
  const starting = 2;
  return lines.reduce(
    (sum, line) => sum + (slow.find(({ program }) => program.test(line))?.seconds ?? 0.2),
    starting,
  );
}
