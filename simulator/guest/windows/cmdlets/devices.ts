import { launchAgent } from '../services.ts';
import { argument, PowerShellError } from '../session.ts';
import type { Call, Cmdlet, Program, Session } from '../session.ts';
import { text } from '../values.ts';
import type { PsObject, Value } from '../values.ts';

/** Devices, and tasks that run by themselves. */
export const deviceCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-pnpdevice', getDevices],
  ['get-scheduledtask', getTasks],
  ['disable-scheduledtask', disableTask],
];

/** The task by which version 1 of EC2Launch runs at a boot (documented). */
const launchTask = 'Amazon Ec2 Launch - Instance Initialization';

/** Network interfaces: those that are there, and those whose hardware has gone and that still are known. */
function getDevices(call: Call, { guest }: Session): readonly Value[] {
  const [kind, status] = ['Class', 'Status'].map((name) => text(argument(call, name) ?? ''));
  if (!/^(net)?$/i.test(kind ?? '')) return [];
  const present: PsObject = {
    Status: 'OK',
    Class: 'Net',
    FriendlyName:
      guest.hardware.cloud === 'aws' ? 'Amazon Elastic Network Adapter' : 'Microsoft Hyper-V Network Adapter',
    InstanceId: guest.hardware.cloud === 'aws' ? 'PCI\\VEN_1D0F&DEV_EC20\\3' : 'VMBUS\\{F8615163-DF3E}\\1',
  };
  const gone = guest.software.ghosts.map((mac) => ({
    Status: 'Unknown',
    Class: 'Net',
    FriendlyName: 'Amazon Elastic Network Adapter',
    InstanceId: `PCI\\VEN_1D0F&DEV_EC20\\${mac.replaceAll(':', '').toUpperCase()}`,
  }));
  return [present, ...gone].filter((device) => status === '' || device.Status === status);
}

/** `pnputil /remove-device "<instance id>"`. */
export const pnputil: Program = ([verb = '', id = ''], { guest, stdout }) => {
  const { ghosts } = guest.software;
  const rest = ghosts.filter((mac) => !id.toUpperCase().endsWith(mac.replaceAll(':', '').toUpperCase()));
  if (verb.toLowerCase() !== '/remove-device' || rest.length === ghosts.length) {
    stdout.push(`Failed to remove device: ${id}`, 'No more data is available.');
    return 259;
  }
  guest.software.ghosts = rest;
  stdout.push(`Removing device: ${id}`, 'Device removed successfully.');
  return 0;
};

function getTasks(call: Call, session: Session): readonly Value[] {
  return tasks(call, session).map((TaskName) => ({
    TaskName,
    State: session.guest.software.windows.disabledTasks.has(TaskName.toLowerCase()) ? 'Disabled' : 'Ready',
  }));
}

function disableTask(call: Call, session: Session): readonly Value[] {
  for (const name of tasks(call, session)) {
    session.guest.software.windows.disabledTasks.add(name.toLowerCase());
  }
  return getTasks(call, session);
}

function tasks(call: Call, { guest }: Session): string[] {
  const [piped] = call.input;
  const named =
    argument(call, 'TaskName', 0) ??
    (piped !== null && typeof piped === 'object' && 'TaskName' in piped ? piped.TaskName : undefined);
  const all = launchAgent(guest) === 'ec2launch' ? [launchTask] : [];
  if (named === undefined) return all;
  const found = all.filter((name) => name.toLowerCase() === text(named).toLowerCase());
  if (found.length > 0) return found;
  throw new PowerShellError(
    `No MSFT_ScheduledTask objects found with property 'TaskName' equal to '${text(named)}'.  Verify the value of the property and retry.`,
    'CmdletizationQuery_NotFound_TaskName,Get-ScheduledTask',
  );
}
