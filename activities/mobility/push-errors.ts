/** The numbers that Site Recovery gives to what a push installation fails or warns with, by what a person has to do about it. */
const remedies: readonly (readonly [codes: readonly string[], remedy: string])[] = [
  [
    ['95103'],
    'Let Windows Management Instrumentation through the machine’s own firewall (`netsh advfirewall firewall set rule group="windows management instrumentation (wmi)" new enable=yes`) and see that TCP 135 and 49152–65535 are open from the server',
  ],
  [
    ['95105', '95106'],
    'Turn on file and printer sharing on the machine (`netsh advfirewall firewall set rule group="File and Printer Sharing" new enable=Yes`) and see that TCP 445 is open from the server',
  ],
  [
    ['95107'],
    'Correct the run-as account on the server: its password, and that it is an administrator of the machine; for a local account set the DWORD LocalAccountTokenFilterPolicy to 1 under HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System',
  ],
  [
    ['95108'],
    'Correct the run-as account on the server: Linux wants root with its password; allow PasswordAuthentication and the sftp Subsystem in /etc/ssh/sshd_config and restart sshd',
  ],
  [
    ['95117', '97118', '95118'],
    'See that the machine runs and that the server reaches it: TCP 445 and 135 on Windows, 22 on Linux (sshd with sftp); then the machine’s own firewall and name resolution',
  ],
  [
    ['95213'],
    'Look at the installer’s log on the machine (%ProgramData%\\ASRSetupLogs, /var/log/ua_install.log) and cure what it names',
  ],
  [
    ['95265', '95266'],
    'The Mobility service is installed; restart the machine when it suits, so that its new filter driver is loaded',
  ],
  [
    ['95309'],
    'Bring boot and system partition onto one disk, or have the server install version 9.20 or newer',
  ],
  [['95310'], 'Give the machine its boot disk: none is seen'],
  [['95311'], 'Leave the machine one boot disk: several are not supported'],
  [['95517'], 'Make the run-as account an administrator of the machine: it was refused access'],
  [
    ['95518'],
    'Repair the machine’s trust relationship with its domain, or use a local administrator as run-as account',
  ],
  [['95519'], 'Enable the run-as account again (`net user <name> /active:yes`)'],
  [
    ['95520'],
    'Unlock the run-as account and correct its password on the server: failed logons have locked it; wait before you retry',
  ],
  [['95521'], 'See that the machine reaches a logon server of its domain, then start the Netlogon service'],
  [['95522'], 'Start the Netlogon service on the machine (`net start netlogon`)'],
  [['95523'], 'See that the network that the machine is in still exists'],
];

const remedyOf: ReadonlyMap<string, string> = new Map(
  remedies.flatMap(([codes, remedy]) => codes.map((code) => [code, remedy] as const)),
);

/**
 * What a person must do about a push installation that failed, or that went well with a warning.
 * @param code number of the error, as the failed job or the warning names it.
 * @returns undefined for what is no error of a push installation.
 * @see Microsoft's "Troubleshoot Mobility service push installation" (documented: the numbers and their meaning)
 */
export function pushRemedy(code: string): string | undefined {
  return remedyOf.get(code);
}
