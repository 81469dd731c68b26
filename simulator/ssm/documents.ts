import { AwsError } from '../ec2/aws-error.ts';
import type { InstanceRow } from '../ec2/estate.ts';

/** One of the documents that AWS owns, as far as a migration runs them. */
export interface Document {
  readonly name: string;
  readonly plugin: string;
  readonly language: 'powershell' | 'shell';
  readonly platforms: readonly InstanceRow['guest']['osType'][];
}

const documents: readonly Document[] = [
  {
    name: 'AWS-RunPowerShellScript',
    plugin: 'aws:runPowerShellScript',
    language: 'powershell',
    platforms: ['Windows', 'Linux'],
  },
  {
    name: 'AWS-RunShellScript',
    plugin: 'aws:runShellScript',
    language: 'shell',
    platforms: ['Linux'],
  },
];

const parameterNames = new Set(['commands', 'workingDirectory', 'executionTimeout']);

/** @throws AwsError `InvalidDocument`. */
export function documentNamed(name: string): Document {
  const document = documents.find((candidate) => candidate.name === name);
  if (document === undefined) {
    throw new AwsError('InvalidDocument', `Document with name ${name} does not exist.`);
  }
  return document;
}

/** @throws AwsError `UnsupportedPlatformType`. */
export function requirePlatform({ name, platforms }: Document, rows: readonly InstanceRow[]): void {
  const stranger = rows.find(({ guest }) => !platforms.includes(guest.osType));
  if (stranger === undefined) return;
  throw new AwsError(
    'UnsupportedPlatformType',
    `The document ${name} does not support the platform type ${stranger.guest.osType} of ${stranger.id}.`,
  );
}

/** What a run of one of these documents is told. */
export interface RunParameters {
  readonly commands: readonly string[];
  readonly executionTimeoutSeconds: number;
}

/** @throws AwsError `InvalidParameters` for what the document does not declare, or needs. */
export function runParameters(parameters: Readonly<Record<string, readonly string[]>>): RunParameters {
  const stranger = Object.keys(parameters).find((name) => !parameterNames.has(name));
  if (stranger !== undefined) {
    throw new AwsError('InvalidParameters', `Parameter "${stranger}" is not defined in the document.`);
  }
  const { commands, executionTimeout = ['3600'] } = parameters;
  if (commands === undefined) {
    throw new AwsError('InvalidParameters', 'Missing required parameter "commands"');
  }
  const seconds = Number(executionTimeout[0]);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 172_800) {
    throw new AwsError(
      'InvalidParameters',
      `Parameter "executionTimeout" has value "${executionTimeout[0] ?? ''}" not matching "([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)".`,
    );
  }
  return { commands: commands.flatMap((text) => text.split('\n')), executionTimeoutSeconds: seconds };
}
