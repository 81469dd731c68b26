import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotsCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import type { VmPlan } from '../../plan/index.ts';
import { isDenied, isThrottled } from '../cloud-errors.ts';
import type { FoundInstance } from '../instances.ts';
import type { Findings } from './findings.ts';

/** An action as IAM names it, and how to ask whether it is allowed: a dry run changes nothing. */
type Question = readonly [action: string, ask: (ec2: EC2Client) => Promise<unknown>];

/**
 * Whether the worker may do to a machine in EC2 what its plan will need. Asked once for each region, with the first
 * machine: a dry run counts against the rate of the action itself, which is low.
 */
export class AwsPermissions {
  readonly #granted = new Map<string, Promise<boolean>>();

  /** Adds `AWS_PERMISSION_MISSING` for every action that is refused. */
  async check(ec2: EC2Client, instance: FoundInstance, vm: VmPlan, findings: Findings): Promise<void> {
    const questions = questionsOf(instance, vm);
    const answers = questions.map(([action, ask]) =>
      this.#isGranted(action, vm.source.region, () => ask(ec2)),
    );
    const refused = (await Promise.all(answers)).flatMap((isGranted, at) =>
      isGranted ? [] : [questions[at]?.[0] ?? ''],
    );
    for (const action of refused) permissionMissing(action, findings);
  }

  /** A refusal is not remembered: somebody may cure it. */
  async #isGranted(action: string, region: string, ask: () => Promise<unknown>): Promise<boolean> {
    const key = `${region} ${action}`;
    const answer = this.#granted.get(key) ?? isAllowed(ask);
    this.#granted.set(key, answer);
    const isGranted = await answer.catch((error: unknown) => {
      this.#granted.delete(key);
      throw error;
    });
    if (!isGranted) this.#granted.delete(key);
    return isGranted;
  }
}

/** The action that AWS refuses to the caller, as IAM names it; `undefined` for any other error, or where it does not say. */
export function refusedAction(error: unknown): string | undefined {
  if (!isDenied(error) || !(error instanceof Error)) return undefined;
  return /not authorized to perform: (\w+:\w+)/.exec(error.message)?.[1];
}

export function permissionMissing(action: string, findings: Findings): void {
  findings.blocker(
    'AWS_PERMISSION_MISSING',
    `AWS does not allow the worker ${action}`,
    'Add it to the policy of the worker’s role, then check again',
  );
}

/** A dry run never succeeds: EC2 answers that it would have, that the caller may not, or why it would not work now. */
export async function isAllowed(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
  } catch (error) {
    if (isDenied(error)) return false;
    if (isThrottled(error) || !(error instanceof Error) || !('$fault' in error)) throw error;
  }
  return true;
}

function questionsOf({ InstanceId, VpcId, NetworkInterfaces = [] }: FoundInstance, vm: VmPlan): Question[] {
  const InstanceIds = [InstanceId];
  const Tags = [{ Key: 'portage:plan', Value: vm.plan }];
  const always: Question[] = [
    ['ec2:StopInstances', (ec2) => ec2.send(new StopInstancesCommand({ InstanceIds, DryRun: true }))],
    ['ec2:StartInstances', (ec2) => ec2.send(new StartInstancesCommand({ InstanceIds, DryRun: true }))],
    [
      'ec2:CreateTags',
      (ec2) => ec2.send(new CreateTagsCommand({ Resources: InstanceIds, Tags, DryRun: true })),
    ],
  ];
  const snapshot: Question = [
    'ec2:CreateSnapshots',
    (ec2) =>
      ec2.send(
        new CreateSnapshotsCommand({
          InstanceSpecification: { InstanceId },
          TagSpecifications: [{ ResourceType: 'snapshot', Tags }],
          DryRun: true,
        }),
      ),
  ];
  const terminate: Question = [
    'ec2:TerminateInstances',
    (ec2) => ec2.send(new TerminateInstancesCommand({ InstanceIds, DryRun: true })),
  ];
  const [first] = NetworkInterfaces;
  return [
    ...always,
    ...(vm.afterCommit === 'keep' ? [] : [snapshot]),
    ...(vm.afterCommit === 'terminate' ? [terminate] : []),
    ...groupQuestions(vm, VpcId, first?.NetworkInterfaceId, first?.Groups?.[0]?.GroupId),
  ];
}

/** What keeping the source apart takes, and opening the way for a push installation. Asked of what is there: the groups are yet to be made. */
function groupQuestions(
  { mobility }: VmPlan,
  VpcId: string | undefined,
  NetworkInterfaceId: string | undefined,
  GroupId: string | undefined,
): Question[] {
  if (GroupId === undefined) return [];
  const IpPermissions = [
    { IpProtocol: 'tcp', FromPort: 445, ToPort: 445, IpRanges: [{ CidrIp: '10.255.255.255/32' }] },
  ];
  const quarantine: Question[] = [
    [
      'ec2:CreateSecurityGroup',
      (ec2) =>
        ec2.send(
          new CreateSecurityGroupCommand({
            GroupName: 'portage',
            Description: 'portage',
            VpcId,
            DryRun: true,
          }),
        ),
    ],
    [
      'ec2:RevokeSecurityGroupEgress',
      (ec2) => ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions, DryRun: true })),
    ],
    [
      'ec2:ModifyNetworkInterfaceAttribute',
      (ec2) =>
        ec2.send(
          new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [GroupId], DryRun: true }),
        ),
    ],
  ];
  if (mobility !== 'push') return quarantine;
  return [
    ...quarantine,
    [
      'ec2:AuthorizeSecurityGroupIngress',
      (ec2) => ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions, DryRun: true })),
    ],
    [
      'ec2:RevokeSecurityGroupIngress',
      (ec2) => ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions, DryRun: true })),
    ],
    ['ec2:DeleteSecurityGroup', (ec2) => ec2.send(new DeleteSecurityGroupCommand({ GroupId, DryRun: true }))],
  ];
}
