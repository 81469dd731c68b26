/** The installer's codes that mean it is installed; with the last two, or a warning, a restart is due (published source). */
const well: readonly number[] = [0, 98, 1641, 3010];

/** What to do about some of the others (published source of the Mobility service). */
const remedies: ReadonlyMap<number, string> = new Map([
  [13, 'The agent belongs to another server: uninstall it on the machine'],
  [14, 'Correct the passphrase in its parameter, or the address of the configuration server'],
  [16, 'Install the .NET Framework on the machine'],
  [17, 'See that the machine reaches its server on 443 and 9443, and that the configuration is its own'],
  [19, 'Put the configuration file that the appliance made for this machine into its parameter'],
  [41, 'Wait until the other installation on the machine has ended'],
  [42, 'The machine’s operating system is not supported: see Microsoft’s support matrix'],
  [62, 'Restart the machine: a restart is pending'],
  [103, 'The machine does not tell its BIOS id'],
  [118, 'The configuration was made for another machine: have the appliance make one for this machine'],
  [128, 'The appliance refused the configuration: it may have expired; have it make another'],
]);

/** How an installer of the Mobility service ended. */
export interface InstallerEnd {
  /** Absent where it never came to run. */
  readonly exitCode: number | undefined;
  readonly isWell: boolean;
  /** A restart is due, so that its driver is loaded. Replication works without (documented). */
  readonly wantsRestart: boolean;
  /** What helps, where the code says it. */
  readonly remedy: string | undefined;
}

/** Reads how an installer ended out of a script's output, which has a line `exit code N`. */
export function installerEnd(output: string): InstallerEnd {
  const told = /^exit code (\d+)\s*$/m.exec(output)?.[1];
  const exitCode = told === undefined ? undefined : Number(told);
  const isWell = exitCode !== undefined && well.includes(exitCode);
  return {
    exitCode,
    isWell,
    wantsRestart: isWell && exitCode !== 0,
    remedy: exitCode === undefined ? undefined : remedies.get(exitCode),
  };
}
