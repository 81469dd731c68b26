import {
  CreateSnapshotsCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeAddressesCommand,
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstanceTypesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Clients } from './walk-clients.ts';

const instanceId = 'i-0000000000000db01';
const InstanceIds = [instanceId];

/** Looks at an instance from all sides, stops and starts it, tags it, snapshots it, and ends another one. */
export async function walkEc2({ ec2, skip }: Clients): Promise<void> {
  const described = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
  const [instance] = described.Reservations?.[0]?.Instances ?? [];
  await ec2.send(new DescribeInstancesCommand({ MaxResults: 5 }));
  await ec2.send(new DescribeInstanceStatusCommand({ InstanceIds }));
  await ec2.send(
    new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: 'disableApiStop' }),
  );
  await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['m5.xlarge'] }));
  await ec2.send(new DescribeImagesCommand({ ImageIds: [instance?.ImageId ?? ''] }));
  await ec2.send(new DescribeAddressesCommand({}));
  await ec2.send(new DescribeVolumesCommand({}));
  await ec2.send(new DescribeSubnetsCommand({}));
  await ec2.send(new DescribeVpcsCommand({}));
  await ec2.send(new DescribeSecurityGroupsCommand({}));
  const Resources = [instanceId];
  await ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: 'portage:plan', Value: 'walk' }] }));
  await ec2.send(new DescribeTagsCommand({}));
  await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'portage:plan' }] }));
  await ec2.send(new StopInstancesCommand({ InstanceIds }));
  await skip(10);
  await ec2.send(new StartInstancesCommand({ InstanceIds }));
  await skip(10);
  const spec = { InstanceId: instanceId, ExcludeBootVolume: false };
  await ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: spec, Description: 'walk' }));
  await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
  await ec2.send(
    new ModifyInstanceAttributeCommand({ InstanceId: instanceId, DisableApiTermination: { Value: true } }),
  );
  await ec2.send(
    new RunInstancesCommand({
      ImageId: instance?.ImageId ?? '',
      InstanceType: 'm5.large',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: instance?.SubnetId ?? '',
      ClientToken: 'walk',
    }),
  );
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: ['i-00000000000000eb4'] }));
}
