import { CreateTagsCommand, DeleteTagsCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2';
import type { VmPlan } from '../plan/index.ts';
import { tagOf } from './instances.ts';

/** Tags that say whose an instance is, or what Portage made: which plan's, and for which machine. They outlive every history. */
export const planTag = 'portage:plan';
export const vmTag = 'portage:vm';
const completedTag = 'portage:completed';
/** On the security group in which migrated sources are kept apart. */
export const quarantineTag = 'portage:quarantine';

/** Whose an instance is, by its tags. */
export interface Claim {
  readonly plan: string;
  readonly vm: string;
  /** The migrated VM's ARM id, once the migration is completed. */
  readonly completedAs: string | undefined;
}

/** Reads the claim from an instance's tags; `undefined` when nobody has claimed it. */
export function claimOf(instance: Instance): Claim | undefined {
  const plan = tagOf(instance, planTag);
  return plan === undefined
    ? undefined
    : { plan, vm: tagOf(instance, vmTag) ?? '', completedAs: tagOf(instance, completedTag) };
}

/** Claims an instance for a machine of a plan. Doing it twice is the same. */
export async function claim(ec2: EC2Client, instanceId: string, vm: VmPlan): Promise<void> {
  await tag(ec2, instanceId, { [planTag]: vm.plan, [vmTag]: vm.name });
}

/** Marks the instance as migrated, so that no later run migrates it again. */
export async function markCompleted(ec2: EC2Client, instanceId: string, azureVmId: string): Promise<void> {
  await tag(ec2, instanceId, { [completedTag]: azureVmId });
}

/** Takes the claim off an instance. Doing it twice is the same. */
export async function release(ec2: EC2Client, instanceId: string): Promise<void> {
  const Tags = [planTag, vmTag].map((Key) => ({ Key }));
  await ec2.send(new DeleteTagsCommand({ Resources: [instanceId], Tags }));
}

/** Puts tags on an instance. Doing it twice is the same. */
export async function tag(ec2: EC2Client, instanceId: string, tags: Record<string, string>): Promise<void> {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags: list }));
}
