import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { commandPath, group, putCommand, runCommand } from './simulator-azure-guest.ts';
import { property } from './simulator-item.ts';
import { all, refusal, startWorld, withAzure, type World } from './simulator-world.ts';

const placed = { resourceGroup: group, network: 'vnet-prod', subnet: 'servers' };
const inNetwork = { resourceGroup: 'rg-network' };

async function worldWith(t: TestContext, azure: object): Promise<World> {
  return startWorld(t, { scenario: await withAzure(azure) });
}

test('a run command runs its script as the VM, and tells only on request how it went', async (t) => {
  const world = await worldWith(t, { virtualMachines: [{ ...placed, name: 'jump-01' }] });
  const { virtualMachineRunCommands: commands } = world.compute;
  const script = 'param([string]$who)\nWrite-Output "I am $who"\nGet-Nonsense\nexit 3';
  const properties = {
    source: { script },
    parameters: [{ name: 'who', value: 'jump' }],
    protectedParameters: [{ name: 'password', value: 'secret' }],
    timeoutInSeconds: 60,
  };
  const put = await putCommand(world, 'jump-01', properties);
  assert.equal(put.status, 201);
  assert.equal(property(put.body, 'properties', 'provisioningState'), 'Creating');
  assert.match(
    put.headers.get('azure-asyncoperation') ?? '',
    /Microsoft\.Compute\/locations\/westeurope\/operations\//,
  );
  const pending = await commands.getByVirtualMachine(group, 'jump-01', 'portage-probe', {
    expand: 'instanceView',
  });
  assert.equal(pending.instanceView?.executionState, 'Pending');
  await world.skip(3);
  const ended = await commands.getByVirtualMachine(group, 'jump-01', 'portage-probe', {
    expand: 'instanceView',
  });
  const view = ended.instanceView;
  assert.ok(view);
  assert.deepEqual([ended.provisioningState, view.executionState, view.exitCode], ['Succeeded', 'Failed', 3]);
  assert.equal(view.output, 'I am jump\r\n');
  assert.match(view.error ?? '', /'Get-Nonsense' is not recognized/);
  assert.ok(Number(view.startTime) < Number(view.endTime));
  const plain = await commands.getByVirtualMachine(group, 'jump-01', 'portage-probe');
  assert.equal(plain.instanceView, undefined);
  assert.ok(!JSON.stringify([put.body, plain]).includes('secret'));
  assert.deepEqual(
    (await all(commands.listByVirtualMachine(group, 'jump-01'))).map(({ name }) => name),
    ['portage-probe'],
  );
});

test('a script that fails fails its deployment only where that was asked for', async (t) => {
  const world = await worldWith(t, { virtualMachines: [{ ...placed, name: 'jump-01' }] });
  const source = { script: 'exit 1' };
  const failed = await runCommand(world, 'jump-01', { source, treatFailureAsDeploymentFailure: true });
  assert.equal(failed.provisioningState, 'Failed');
  const put = await putCommand(world, 'jump-01', { source, treatFailureAsDeploymentFailure: true });
  await world.skip(3);
  const link = new URL(put.headers.get('azure-asyncoperation') ?? '');
  const { body } = await world.arm('GET', `${link.pathname}${link.search}`);
  assert.equal(property(body, 'status'), 'Failed');
  assert.equal(property(body, 'error', 'code'), 'VMExtensionProvisioningError');
});

test('output is the last 4 KB, a long script times out, and one that runs is ended by a delete', async (t) => {
  const world = await worldWith(t, { virtualMachines: [{ ...placed, name: 'jump-01' }] });
  const { virtualMachineRunCommands: commands } = world.compute;
  const lines = Array.from({ length: 900 }, (_, at) => `Write-Output line-${at}`).join('\n');
  const long = await runCommand(world, 'jump-01', { source: { script: lines }, timeoutInSeconds: 600 });
  assert.equal(long.instanceView?.executionState, 'Running');
  await world.skip(5);
  const { instanceView } = await commands.getByVirtualMachine(group, 'jump-01', 'portage-probe', {
    expand: 'instanceView',
  });
  assert.equal(Buffer.byteLength(instanceView?.output ?? ''), 4096);
  assert.match(instanceView?.output ?? '', /line-899\r\n$/);
  const slow = await runCommand(
    world,
    'jump-01',
    { source: { script: lines }, timeoutInSeconds: 30 },
    'slow',
  );
  assert.equal(slow.instanceView?.executionState, 'TimedOut');
  await putCommand(world, 'jump-01', { source: { script: lines } }, 'ended');
  await world.skip(1);
  const gone = await world.arm('DELETE', `${commandPath('jump-01', 'ended')}?api-version=2026-04-01`);
  assert.equal(gone.status, 202);
  await world.skip(1);
  assert.equal((await refusal(commands.getByVirtualMachine(group, 'jump-01', 'ended'))).statusCode, 404);
});

test('it is refused on a VM that does not run, and without the right', async (t) => {
  const world = await worldWith(t, {
    virtualMachines: [{ ...placed, name: 'jump-01', powerState: 'deallocated' }],
  });
  const refused = await putCommand(world, 'jump-01', { source: { script: 'hostname' } });
  assert.equal(refused.status, 409);
  assert.match(
    JSON.stringify(refused.body),
    /OperationNotAllowed.*Cannot modify extensions in the VM when the VM is not running/,
  );
  const two = await putCommand(world, 'jump-01', { source: { script: 'hostname', commandId: 'IPConfig' } });
  assert.equal(two.status, 400);
  const denied = await worldWith(t, {
    virtualMachines: [{ ...placed, name: 'jump-01' }],
    deny: ['Microsoft.Compute/virtualMachines/runCommands/write'],
  });
  assert.equal((await putCommand(denied, 'jump-01', { source: { script: 'hostname' } })).status, 403);
});

test('a VM without a way out to Azure never reports: the command waits, and is given up', async (t) => {
  const world = await worldWith(t, {
    virtualMachines: [{ resourceGroup: group, name: 'test-01', network: 'vnet-test', subnet: 'isolated' }],
  });
  const { virtualMachineRunCommands: commands } = world.compute;
  const waiting = await runCommand(world, 'test-01', { source: { script: 'hostname' } });
  assert.deepEqual(
    [waiting.provisioningState, waiting.instanceView?.executionState],
    ['Creating', 'Pending'],
  );
  await world.skip(95);
  const over = await commands.getByVirtualMachine(group, 'test-01', 'portage-probe', {
    expand: 'instanceView',
  });
  assert.deepEqual([over.provisioningState, over.instanceView?.executionState], ['Failed', 'Failed']);
  assert.match(over.instanceView?.executionMessage ?? '', /has not reported status for VM agent/);
});

test('a VM reaches what listens, where rules, routes, peerings and the guest let it', async (t) => {
  const networks = [
    {
      ...inNetwork,
      name: 'vnet-prod',
      addressSpace: ['10.20.0.0/16'],
      subnets: [
        { name: 'servers', prefix: '10.20.1.0/24' },
        { name: 'guarded', prefix: '10.20.2.0/24', networkSecurityGroup: 'nsg-guarded' },
        { name: 'astray', prefix: '10.20.3.0/24', routeTable: 'rt-none' },
      ],
      peerings: [{ name: 'to-hub', remoteNetwork: 'vnet-hub' }],
    },
    {
      ...inNetwork,
      name: 'vnet-hub',
      addressSpace: ['10.30.0.0/16'],
      subnets: [{ name: 'hub', prefix: '10.30.1.0/24' }],
    },
    {
      ...inNetwork,
      name: 'vnet-test',
      addressSpace: ['10.99.0.0/16'],
      subnets: [{ name: 'isolated', prefix: '10.99.1.0/24' }],
    },
  ];
  const web = {
    osType: 'Linux',
    guest: { http: { 8080: 200, 8081: 503 }, listens: [5432, 9000], blocks: [9000] },
  };
  const world = await worldWith(t, {
    networks,
    networkSecurityGroups: [
      {
        ...inNetwork,
        name: 'nsg-guarded',
        rules: [
          { name: 'web', priority: 100, direction: 'Inbound', access: 'Allow', destinationPortRange: '8080' },
          { name: 'none', priority: 200, direction: 'Inbound', access: 'Deny' },
        ],
      },
    ],
    routeTables: [
      {
        ...inNetwork,
        name: 'rt-none',
        routes: [{ name: 'no', prefix: '10.30.0.0/16', nextHopType: 'None' }],
      },
    ],
    dns: { 'app.corp.example': '10.20.1.11' },
    virtualMachines: [
      { ...placed, name: 'jump-01', osType: 'Linux' },
      { ...placed, name: 'astray-01', osType: 'Linux', subnet: 'astray' },
      { ...placed, ...web, name: 'web-01', privateIp: '10.20.1.11' },
      { ...placed, ...web, name: 'web-02', subnet: 'guarded', privateIp: '10.20.2.12' },
      { ...placed, ...web, name: 'web-03', network: 'vnet-hub', subnet: 'hub', privateIp: '10.30.1.13' },
      {
        ...placed,
        ...web,
        name: 'web-04',
        network: 'vnet-test',
        subnet: 'isolated',
        privateIp: '10.99.1.14',
      },
    ],
  });
  const tries = async (from: string, ...targets: readonly string[]): Promise<string[]> => {
    const script = targets.map(
      (target) => `timeout 5 bash -c '</dev/tcp/${target.replace(':', '/')}' && echo True || echo $?`,
    );
    const { instanceView } = await runCommand(world, from, { source: { script: script.join('\n') } });
    return (instanceView?.output ?? '').trim().split('\n');
  };
  assert.deepEqual(await tries('jump-01', '10.20.1.11:5432', '10.20.1.11:9000', '10.20.1.11:1'), [
    'True',
    '124',
    '1',
  ]);
  assert.deepEqual(await tries('jump-01', '10.20.2.12:8080', '10.20.2.12:5432'), ['True', '124']);
  assert.deepEqual(await tries('jump-01', '10.30.1.13:5432', '10.99.1.14:5432'), ['True', '124']);
  assert.deepEqual(await tries('astray-01', '10.30.1.13:5432', '10.20.1.11:5432'), ['124', 'True']);
  const http = (url: string): string => `curl -s -o /dev/null -w '%{http_code}\\n' ${url}`;
  const { instanceView } = await runCommand(world, 'jump-01', {
    source: {
      script: [
        ...[8080, 8081, 5432].map((port) => http(`http://app.corp.example:${port}/health`)),
        http('http://nobody.corp.example/'),
        'getent hosts app.corp.example web-01 | wc -l',
        'curl -s -H Metadata:true "http://169.254.169.254/metadata/instance?api-version=2021-02-01" | grep -c jump-01',
      ].join('\n'),
    },
  });
  assert.deepEqual(instanceView?.output?.trim().split('\n'), ['200', '503', '000', '000', '1', '1']);
});
