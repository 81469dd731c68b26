import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import type { DeployableServer } from '../activities/index.ts';
import { failureAsRead } from './as-read.ts';
import { connectedTo, machine, startClouds, type CloudWorld } from './cloud-world.ts';

const region = 'eu-west-1';
const vpcId = 'vpc-00000000000000001';
const deploy = {
  instanceType: 'm5.2xlarge',
  subnetId: 'subnet-00000000000000001',
  securityGroupId: 'sg-00000000000000001',
  instanceProfile: 'portage-appliance',
};
const server: DeployableServer = { name: 'appl-9', region, deploy };
const { environment } = machine('m-01');

test('a server that Portage launches', async (t) => {
  const securityGroups = [{ groupId: deploy.securityGroupId, name: 'appliance', vpcId }];
  const world = await startClouds(t, { aws: { securityGroups } });
  const { clouds } = connectedTo(new URL(world.url));

  await t.test('has encrypted volumes, tagged with the plan', async () => {
    const instanceId = await launch(world, server);
    const { Volumes = [] } = await clouds
      .ec2(region)
      .send(
        new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }] }),
      );
    assert.deepEqual(
      Volumes.map(({ Size, Encrypted, Tags }) => [
        Size,
        Encrypted,
        Tags?.find(({ Key }) => Key === 'portage:plan')?.Value,
      ]).sort(),
      [
        [620, true, 'move'],
        [80, true, 'move'],
      ],
    );
  });

  await t.test('whose installer fails is told with exit code and what it printed', async () => {
    const small: DeployableServer = {
      ...server,
      name: 'appl-8',
      deploy: { ...deploy, instanceType: 't3.large' },
    };
    const instanceId = await launch(world, small);
    await world.skip(30);
    const command = await world.run((a) => a.beginInstall(environment, small, instanceId, 1));
    await world.skip(180);
    const failure = await world.failure((a) => a.awaitInstalled(small, instanceId, command));
    assert.deepEqual([failure.type, failure.nonRetryable], ['InstallFailed', true]);
    const read = failureAsRead(failure);
    assert.match(read, /INSTALL_FAILED/);
    assert.match(read, /installer of appl-8 on i-\w+ ended with exit code 1 \(Failed\): .*8 cores and 16 GB/);
    assert.match(read, /C:\\ProgramData\\ASRSetupLogs\), cure the cause, then retry: it is run again/);
  });
});

async function launch(world: CloudWorld, wanted: DeployableServer): Promise<string> {
  const image = await world.run((a) => a.serverImage(environment, wanted));
  return world.run((a) => a.launchServer('move', environment, wanted, image));
}
