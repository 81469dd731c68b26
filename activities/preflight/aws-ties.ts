import { paginateDescribeSecurityGroups, type EC2Client, type Instance } from '@aws-sdk/client-ec2';
import { tagOf } from '../instances.ts';
import type { Findings } from './findings.ts';
import type { Guest } from './guest.ts';

/** What else in AWS holds on to the machine, as its description tells: a stack, schedules, backups, its role. */
export function checkTies(instance: Instance, findings: Findings): void {
  const profile = instance.IamInstanceProfile?.Arn;
  if (profile !== undefined)
    findings.warning(
      'INSTANCE_PROFILE',
      `The instance profile ${profile.replace(/^.*instance-profile\//, '')} gives its programs AWS credentials, which end with the move`,
      'See what uses them, and give it others before the cutover: `before: [{ manual: … }]`',
    );
  const scaling = tagOf(instance, 'aws:autoscaling:groupName');
  if (scaling !== undefined)
    findings.blocker(
      'AUTO_SCALING',
      `It belongs to the Auto Scaling group ${scaling}, which terminates an instance that is stopped and starts another`,
      'Detach it from the group, or suspend ReplaceUnhealthy there and accept AUTO_SCALING by name',
    );
  const stack = tagOf(instance, 'aws:cloudformation:stack-name');
  if (stack !== undefined)
    findings.warning(
      'CLOUDFORMATION_STACK',
      `It belongs to the CloudFormation stack ${stack}: an update or deletion of the stack would change or end the source`,
      'Freeze the stack until the source is no longer needed: `before: [{ manual: … }]`',
    );
  checkJobs(instance, findings);
}

/** Tags by which schedulers and backups choose machines: AWS's own solutions and what is usual; the services ask for no certain key. */
const schedules = /^(schedule|scheduler(:.*)?|auto-?(start|stop)|instance-?scheduler.*)$/i;
const backups = /^(aws-?backup|backup([-_]?(plan|policy|schedule|daily|weekly))?|snapshot|dlm|dlm:.*)$/i;

function checkJobs({ Tags = [] }: Instance, findings: Findings): void {
  const tagged = (pattern: RegExp) =>
    Tags.filter(({ Key = '' }) => pattern.test(Key)).map(({ Key = '', Value = '' }) => `${Key}=${Value}`);
  const [scheduled, backedUp] = [tagged(schedules), tagged(backups)];
  if (scheduled.length > 0)
    findings.warning(
      'SCHEDULED',
      `Its tags look like those of a scheduler (${scheduled.join(', ')}): one that starts the source after its cutover makes two live copies`,
      'Take the tags away before the cutover: `before: [{ manual: … }]`',
    );
  if (backedUp.length > 0)
    findings.warning(
      'BACKED_UP',
      `Its tags look like those of a backup (${backedUp.join(', ')}): the Azure VM will have none`,
      'Set up a backup in Azure after commit, and end the one in AWS: `after: [{ manual: … }]`',
    );
}

/** Rules of other groups that let in, or out to, whoever has one of its security groups: an Azure VM has none. */
export async function checkGroupReferences(
  ec2: EC2Client,
  instance: Instance,
  findings: Findings,
): Promise<void> {
  const own = (instance.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []);
  if (own.length === 0) return;
  const naming = new Set<string>();
  for (const name of ['ip-permission.group-id', 'egress.ip-permission.group-id'])
    for await (const page of paginateDescribeSecurityGroups(
      { client: ec2 },
      { Filters: [{ Name: name, Values: own }] },
    ))
      for (const { GroupId, GroupName } of page.SecurityGroups ?? [])
        if (GroupId !== undefined && !own.includes(GroupId)) naming.add(`${GroupId} (${GroupName ?? ''})`);
  if (naming.size > 0)
    findings.warning(
      'GROUP_REFERENCED',
      `Rules of ${[...naming].join(', ')} name its security group ${own.join(', ')}: they will not match the Azure VM`,
      'Add rules with its address in Azure before the cutover: `before: [{ manual: … }]`',
    );
}

/** File systems that it mounts from elsewhere: what lies in AWS is not reached from Azure as it is. */
export function checkMounts(guest: Guest, findings: Findings): void {
  const mounts = guest.kind === 'Windows' ? guest.shares : guest.networkMounts;
  if (mounts.length > 0)
    findings.warning(
      'NETWORK_MOUNTS',
      `It uses file systems over the network: ${mounts.join(', ')}. They are not replicated, and EFS or FSx is not reached from Azure without a route`,
      'Copy what they hold and mount it from Azure in an after action: `after: [{ manual: … }]`; a mount in fstab that hangs stops the boot',
    );
}
