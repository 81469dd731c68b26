import type { JobFailure } from '../../faults.ts';
import type { SourceMachine } from '../../source-machines.ts';

/** What a push-installation error means, and what helps. */
interface PushError {
  readonly message: (host: string) => string;
  readonly possibleCauses: string;
  readonly recommendedAction: string;
}

const failed = (host: string): string =>
  `Push installation of the Mobility service to the source machine '${host}' failed`;

/**
 * Errors of a push installation. Their numbers and meaning are documented; that they stand in the job's error like this,
 * and the wording, are inferred.
 */
const pushErrors: Readonly<Record<string, PushError>> = {
  '95103': {
    message: (host) => `${failed(host)}: Windows Management Instrumentation (WMI) cannot be reached.`,
    possibleCauses: 'The firewall blocks WMI: port 135, or the dynamic RPC ports 49152 to 65535.',
    recommendedAction:
      'Allow WMI through the firewall from the server that installs, then enable replication again.',
  },
  '95105': {
    message: (host) => `${failed(host)}: file and printer sharing cannot be reached.`,
    possibleCauses: 'The firewall blocks file and printer sharing: port 445.',
    recommendedAction:
      'Allow file and printer sharing from the server that installs, then enable replication again.',
  },
  '95106': {
    message: (host) => `${failed(host)}: file and printer sharing is not enabled.`,
    possibleCauses: 'File and printer sharing is turned off on the source machine.',
    recommendedAction:
      'Enable file and printer sharing on the source machine, then enable replication again.',
  },
  '95107': {
    message: (host) =>
      `${failed(host)}: the credentials of the account are not valid, or it is no administrator.`,
    possibleCauses:
      'The password is wrong, the account is no administrator, or remote user access control is on.',
    recommendedAction:
      'Correct the account, set LocalAccountTokenFilterPolicy to 1 for a local one, then enable replication again.',
  },
  '95108': {
    message: (host) => `${failed(host)}: the credentials of the account are not valid, or it is not root.`,
    possibleCauses:
      'The password is wrong, the account is not root, or SFTP or password authentication is off.',
    recommendedAction:
      'Use the root account and enable SFTP and password authentication, then enable replication again.',
  },
  '95117': {
    message: (host) => `${failed(host)}: the source machine cannot be reached.`,
    possibleCauses:
      'The machine is not running, or the network between it and the server that installs is blocked.',
    recommendedAction:
      'Start the machine, check that the server reaches ports 445 and 135, then enable replication again.',
  },
  '95118': {
    message: (host) => `${failed(host)}: the source machine cannot be reached.`,
    possibleCauses: 'The machine is not running, SSH is not enabled, or the network is blocked.',
    recommendedAction:
      'Start the machine, check that the server reaches port 22, then enable replication again.',
  },
  '97118': {
    message: (host) => `${failed(host)}: the source machine cannot be reached.`,
    possibleCauses: 'The machine is not running, SSH is not enabled, or the network is blocked.',
    recommendedAction: 'Check connectivity and the SFTP subsystem, then enable replication again.',
  },
  '95213': {
    message: (host) => `${failed(host)}: the installer ended with an error.`,
    possibleCauses: 'The installation on the source machine failed.',
    recommendedAction:
      'Look at C:\\ProgramData\\ASRSetupLogs on the source machine, then enable replication again.',
  },
  '95309': {
    message: (host) => `${failed(host)}: boot and system partitions are not on the same disk.`,
    possibleCauses: 'The boot and system partitions lie on different disks.',
    recommendedAction: 'Move them to one disk, then enable replication again.',
  },
  '95310': {
    message: (host) => `${failed(host)}: no boot disk is available.`,
    possibleCauses: 'The source machine has no boot disk.',
    recommendedAction: 'Make sure that the machine has its boot disk, then enable replication again.',
  },
  '95311': {
    message: (host) => `${failed(host)}: there are several boot disks.`,
    possibleCauses: 'The source machine has more than one boot disk.',
    recommendedAction: 'Leave one boot disk, then enable replication again.',
  },
  '95517': {
    message: (host) => `${failed(host)}: access is denied.`,
    possibleCauses: 'The account has no administrator privileges on the source machine.',
    recommendedAction: 'Give the account administrator privileges, then enable replication again.',
  },
  '95518': {
    message: (host) => `${failed(host)}: the trust relationship with the primary domain failed.`,
    possibleCauses: 'The source machine has lost its trust relationship with the domain.',
    recommendedAction:
      'Repair the trust relationship, or use a local administrator, then enable replication again.',
  },
  '95519': {
    message: (host) => `${failed(host)}: the account is disabled.`,
    possibleCauses: 'The account has been disabled.',
    recommendedAction: 'Enable the account with net user, then enable replication again.',
  },
  '95520': {
    message: (host) => `${failed(host)}: the account is locked out.`,
    possibleCauses: 'Too many failed logons have locked the account.',
    recommendedAction: 'Unlock the account, correct its credentials, then enable replication again later.',
  },
  '95521': {
    message: (host) => `${failed(host)}: no logon server is available.`,
    possibleCauses: 'The source machine cannot reach a logon server.',
    recommendedAction: 'Make the logon servers available, then enable replication again.',
  },
  '95522': {
    message: (host) => `${failed(host)}: the logon service is not running.`,
    possibleCauses: 'The Netlogon service is stopped on the source machine.',
    recommendedAction: 'Start the Netlogon service, then enable replication again.',
  },
  '95523': {
    message: (host) => `${failed(host)}: the network of the source machine cannot be found.`,
    possibleCauses: 'The network in which the source machine is does not exist any more.',
    recommendedAction: 'Make sure that the network exists, then enable replication again.',
  },
  // inferred: nobody has seen what happens without an agent and without an account
  NoAccount: {
    message: (host) =>
      `The Mobility service is not installed, or not registered, on the source machine '${host}', and no account to install it with was given.`,
    possibleCauses:
      'The Mobility service was not installed by hand, and the request names no run-as account.',
    recommendedAction:
      'Install and register the Mobility service, or name a run-as account, then enable replication again.',
  },
};

/** How the job of an enable request fails. @param code one that the table has, or any other five digits. */
export function pushFailure(code: string, { hostName }: SourceMachine): JobFailure {
  const error = pushErrors[code];
  if (error === undefined) {
    return {
      code,
      message: `${failed(hostName)} (${code}).`,
      possibleCauses: 'The installation failed.',
      recommendedAction: 'Look the error up, correct its cause, then enable replication again.',
    };
  }
  const { message, possibleCauses, recommendedAction } = error;
  const name = code === 'NoAccount' ? 'MobilityServiceNotInstalled' : code;
  return { code: name, message: message(hostName), possibleCauses, recommendedAction };
}

/** Documented: a warning, with which replication works. */
export function rebootWarning(
  code: string,
  { hostName }: SourceMachine,
): { readonly code: string; readonly message: string } {
  return {
    code,
    message: `The Mobility service has been installed on the source machine '${hostName}'; restart it when possible to load the new filter driver.`,
  };
}
