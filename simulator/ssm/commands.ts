import type { InstanceRow } from '../ec2/estate.ts';
import { noteActivity } from '../ec2/activity.ts';
import { guestMachine } from '../ec2/guest-machine.ts';
import { reboot } from '../ec2/lifecycle.ts';
import type { Document, RunParameters } from './documents.ts';
import { runScript } from '../guest/run-script.ts';
import { scriptSeconds } from '../guest/script-seconds.ts';
import { isOnline } from './managed-instances.ts';
import { readableParameter } from './parameters.ts';
import type { SystemsManager } from './systems-manager.ts';

const secondMs = 1_000;
/** From SendCommand until GetCommandInvocation knows it, until the agent has it, and between two tries to deliver (inferred). */
const visibleAfterMs = 0.7 * secondMs;
const deliveryMs = 1.5 * secondMs;
const redeliveryMs = 15 * secondMs;

export type InvocationStatus = 'Pending' | 'InProgress' | 'Success' | 'Failed' | 'TimedOut' | 'Cancelled';

/** A command on one instance. */
export interface Invocation {
  readonly row: InstanceRow;
  readonly visibleFromMs: number;
  status: InvocationStatus;
  statusDetails: string;
  startedMs?: number;
  endedMs?: number;
  /** The script's exit code; -1 until it has ended. */
  responseCode: number;
  stdout: string;
  stderr: string;
}

/** A command: what is to run where. */
export interface CommandRow {
  /** A GUID. */
  readonly id: string;
  readonly document: Document;
  readonly run: RunParameters;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly comment: string;
  readonly instanceIds: readonly string[];
  readonly targets: readonly { readonly Key: string; readonly Values: readonly string[] }[];
  readonly requestedMs: number;
  /** How long it waits for an instance that is not online. */
  readonly timeoutSeconds: number;
  readonly invocations: ReadonlyMap<string, Invocation>;
}

type Task = Pick<CommandRow, 'document' | 'run'>;

/** Exit codes by which a script asks for a restart (documented: "Rebooting managed nodes from scripts"). */
const rebootCodes = { Windows: 3010, Linux: 194 } as const;

/** Sends a command to instances; each of them runs it when it gets it. */
export function sendCommand(
  ssm: SystemsManager,
  wish: Omit<CommandRow, 'id' | 'requestedMs' | 'invocations'>,
  rows: readonly InstanceRow[],
): CommandRow {
  const { clock, ids } = ssm.estate;
  const requestedMs = clock.nowMs;
  const visibleFromMs = requestedMs + (isImmediate(ssm) ? 0 : visibleAfterMs);
  const invocations = new Map(rows.map((row) => [row.id, waiting(row, visibleFromMs)]));
  const command: CommandRow = { ...wish, id: guid(ids), requestedMs, invocations };
  ssm.commands.add(command);
  for (const invocation of invocations.values()) {
    if (isImmediate(ssm)) deliver(ssm, command, invocation);
    else clock.after(deliveryMs, () => deliver(ssm, command, invocation));
  }
  return command;
}

function isImmediate({ estate }: SystemsManager): boolean {
  return estate.section.commandSeconds === 0;
}

/** Takes a command back: what has not run yet will not, and what runs is ended. */
export function cancelCommand({ estate }: SystemsManager, { invocations }: CommandRow): void {
  for (const invocation of invocations.values()) {
    if (isOver(invocation)) continue;
    end(invocation, estate.clock.nowMs, 'Cancelled', 'Cancelled');
  }
}

/** True once nothing will happen any more. */
export function isOver({ status }: Invocation): boolean {
  return status !== 'Pending' && status !== 'InProgress';
}

function waiting(row: InstanceRow, visibleFromMs: number): Invocation {
  return {
    row,
    visibleFromMs,
    status: 'Pending',
    statusDetails: 'Pending',
    responseCode: -1,
    stdout: '',
    stderr: '',
  };
}

function deliver(ssm: SystemsManager, command: CommandRow, invocation: Invocation): void {
  const { clock } = ssm.estate;
  if (isOver(invocation)) return;
  if (!isOnline(ssm.estate, invocation.row)) {
    const isTooLate = clock.nowMs - command.requestedMs >= command.timeoutSeconds * secondMs;
    if (isTooLate) end(invocation, clock.nowMs, 'TimedOut', 'DeliveryTimedOut');
    else clock.after(redeliveryMs, () => deliver(ssm, command, invocation));
    return;
  }
  invocation.status = 'InProgress';
  invocation.statusDetails = 'InProgress';
  invocation.startedMs = clock.nowMs;
  const { commands, executionTimeoutSeconds } = command.run;
  const seconds = ssm.estate.section.commandSeconds ?? scriptSeconds(commands);
  if (seconds === 0) return finish(ssm, command, invocation);
  clock.after(executionTimeoutSeconds * secondMs, () => timeOut(ssm, invocation));
  if (seconds < executionTimeoutSeconds) {
    clock.after(seconds * secondMs, () => finish(ssm, command, invocation));
  }
}

/** A script that hangs, or whose machine went down, is given up. */
function timeOut({ estate }: SystemsManager, invocation: Invocation): void {
  if (!isOver(invocation)) end(invocation, estate.clock.nowMs, 'TimedOut', 'ExecutionTimedOut');
}

function finish(ssm: SystemsManager, { document, run }: Task, invocation: Invocation): void {
  const { estate } = ssm;
  if (isOver(invocation) || !isOnline(estate, invocation.row)) return;
  const guest = guestMachine(estate, invocation.row, (name) => readableParameter(ssm, name));
  const { stdout, stderr, exitCode } = runScript(guest, document.language, run.commands);
  noteActivity(estate, invocation.row);
  if (exitCode === rebootCodes[invocation.row.guest.osType]) {
    return runAgainAfterReboot(ssm, { document, run }, invocation);
  }
  invocation.stdout = stdout;
  invocation.responseCode = exitCode;
  invocation.stderr = exitCode === 0 ? stderr : `${stderr}failed to run commands: exit status ${exitCode}`;
  const status = exitCode === 0 ? 'Success' : 'Failed';
  end(invocation, estate.clock.nowMs, status, status);
}

/** The agent restarts the machine and begins the script anew, until it ends otherwise or its time is over. */
function runAgainAfterReboot(ssm: SystemsManager, task: Task, invocation: Invocation): void {
  const { clock, section } = ssm.estate;
  reboot(ssm.estate, invocation.row);
  clock.after(section.ssmMinutes * 60 * secondMs + deliveryMs, () => finish(ssm, task, invocation));
}

function end(invocation: Invocation, nowMs: number, status: InvocationStatus, details: string): void {
  invocation.status = status;
  invocation.statusDetails = details;
  invocation.endedMs = nowMs;
}

function guid(ids: SystemsManager['estate']['ids']): string {
  return [8, 4, 4, 4, 12].map((digits) => ids.hex(digits)).join('-');
}
