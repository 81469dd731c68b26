import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { z } from 'zod';
import { parseScenario } from '../simulator/index.ts';
import { values } from './simulator-item.ts';
import { startWorld, subscription, type World } from './simulator-world.ts';

const inVault = ['vault-new', 'rg-migration'] as const;

test('a configuration server that was set up with the vault’s credentials registers by itself', async (t) => {
  const { world, run } = await emptyVault(t);
  const text = await download(world);
  const { exitCode } = await run('i-00000000000000c51', ...setUpServer(text));
  assert.equal(exitCode, 0);
  await world.skip(20);
  assert.deepEqual(await fabricNames(world), ['cs-01']);
  for await (const fabric of world.siteRecovery.replicationFabrics.list(...inVault)) {
    const details = fabric.properties?.customDetails;
    assert.ok(details !== undefined && 'processServers' in details && 'runAsAccounts' in details);
    assert.deepEqual(details.runAsAccounts, [], 'nobody has given it an account yet');
  }
  const providers = [];
  for await (const provider of world.siteRecovery.replicationRecoveryServicesProviders.list(...inVault))
    providers.push(provider.properties?.friendlyName);
  assert.deepEqual(providers, ['cs-01']);
  await world.control('POST', 'person', { action: 'add-account', vault: 'vault-new', name: 'administrator' });
});

test('vault credentials are good for five days, and for no server after the retirement', async (t) => {
  const { world, run } = await emptyVault(t);
  const text = await download(world);
  await world.skip(5 * 24 * 60 + 1);
  await run('i-00000000000000c51', ...setUpServer(text));
  await world.skip(30);
  assert.deepEqual(await fabricNames(world), []);
  assert.match(
    JSON.stringify(await world.control('GET', 'state')),
    /refused: the vault credentials have expired/,
  );
  await world.skip(30 * 24 * 60);
  await run('i-00000000000000c51', ...setUpServer(await download(world)));
  await world.skip(30);
  assert.match(
    JSON.stringify(await world.control('GET', 'state')),
    /refused: the classic experience has been retired/,
  );
  assert.deepEqual(await fabricNames(world), []);
});

test('an appliance is registered by a person, one at a time, in up to half an hour', async (t) => {
  const { world } = await emptyVault(t);
  const register = (name: string, instanceId: string): Promise<unknown> =>
    world.control('POST', 'person', { action: 'register-appliance', vault: 'vault-new', name, instanceId });
  await assert.rejects(
    register('appl-9', 'i-00000000000000c51'),
    /the appliance is not installed on i-00000000000000c51/,
  );
  await register('appl-1', 'i-00000000000000a01');
  await assert.rejects(register('appl-2', 'i-00000000000000a02'), /another appliance is being registered/);
  assert.deepEqual(await fabricNames(world), []);
  await world.skip(30);
  assert.deepEqual(await fabricNames(world), ['vault-new-vmwarefabric']);
  await register('appl-2', 'i-00000000000000a02');
  await world.skip(30);
  const fabric = await world.siteRecovery.replicationFabrics.get(...inVault, 'vault-new-vmwarefabric');
  const details = fabric.properties?.customDetails;
  assert.ok(details !== undefined && 'dras' in details && 'physicalSiteId' in details);
  assert.ok(Array.isArray(details.dras));
  assert.equal(details.dras.length, 2);
  const machines = await world.arm('GET', `${details.physicalSiteId ?? ''}/machines?api-version=2023-06-06`);
  assert.deepEqual(values(machines.body), []);
});

test('a machine appears when its agent has been configured with the appliance’s file for it', async (t) => {
  const { world, run } = await emptyVault(t);
  await world.control('POST', 'person', {
    action: 'register-appliance',
    vault: 'vault-new',
    name: 'appl-1',
    instanceId: 'i-00000000000000a01',
  });
  await world.skip(30);
  const makeConfig = (): Promise<unknown> =>
    world.control('POST', 'person', { action: 'create-agent-config', privateIp: '10.0.1.11' });
  await assert.rejects(makeConfig(), /no Mobility service is installed on db-01/);
  const agent = 'C:\\Program Files (x86)\\Microsoft Azure Site Recovery\\agent';
  await run(
    'i-0000000000000db01',
    'Invoke-WebRequest -Uri https://aka.ms/latestmobsvc -OutFile C:\\Temp\\MobilityServiceInstaller.exe',
    'C:\\Temp\\MobilityServiceInstaller.exe /q /x:C:\\Temp\\Extracted',
    'C:\\Temp\\Extracted\\UnifiedAgentInstaller.exe /Platform vmware /Silent /Role MS /CSType CSPrime',
  );
  const { text } = z.object({ text: z.string() }).parse(await makeConfig());
  const { exitCode, output } = await run(
    'i-0000000000000db01',
    `Set-Content -Path C:\\Temp\\config.json -Value '${text.replaceAll('\n', '')}'`,
    `& '${agent}\\UnifiedAgentConfigurator.exe' /SourceConfigFilePath C:\\Temp\\config.json /CSType CSPrime /CredentialLessDiscovery true`,
  );
  assert.equal(exitCode, 0, output);
  await world.skip(10);
  const site = `${subscription}/resourceGroups/rg-migration/providers/Microsoft.OffAzure/ServerSites/vault-new-physicalsite`;
  const { body } = await world.arm('GET', `${site}/machines?api-version=2023-06-06`);
  assert.match(JSON.stringify(values(body)), /"10\.0\.1\.11"/);
});

interface Empty {
  readonly world: World;
  /** Runs a script on a Windows instance to its end. */
  readonly run: (
    instanceId: string,
    ...commands: string[]
  ) => Promise<{ readonly exitCode: number | undefined; readonly output: string }>;
}

/** A vault without any server, and instances on which two appliances, and nothing, are installed. */
async function emptyVault(t: TestContext): Promise<Empty> {
  const subnetId = 'subnet-0a1b2c3d4e5f60001';
  const machine = { type: 'm5.2xlarge', subnetId, osName: 'Microsoft Windows Server 2022 Datacenter' };
  const scenario = parseScenario(
    JSON.stringify({
      aws: {
        account: '111122223333',
        region: 'eu-west-1',
        vpcs: [{ vpcId: 'vpc-0a1b2c3d4e5f60001', cidr: '10.0.0.0/16' }],
        subnets: [{ subnetId, vpcId: 'vpc-0a1b2c3d4e5f60001', cidr: '10.0.1.0/24' }],
        instances: [
          { ...machine, name: 'db-01', instanceId: 'i-0000000000000db01', privateIp: '10.0.1.11' },
          { ...machine, name: 'cs-01', instanceId: 'i-00000000000000c51', privateIp: '10.0.1.20' },
          {
            ...machine,
            name: 'a-01',
            instanceId: 'i-00000000000000a01',
            privateIp: '10.0.1.21',
            guest: { server: 'appliance' },
          },
          {
            ...machine,
            name: 'a-02',
            instanceId: 'i-00000000000000a02',
            privateIp: '10.0.1.22',
            guest: { server: 'appliance' },
          },
        ],
      },
      azure: {
        subscriptionId: '11111111-2222-3333-4444-555555555555',
        tenantId: '99999999-8888-7777-6666-555555555555',
        resourceGroups: [{ name: 'rg-migration' }],
        vaults: [{ name: 'vault-new', resourceGroup: 'rg-migration' }],
      },
    }),
    'inline.scenario.json',
  );
  const world = await startWorld(t, { scenario });
  const credentials = { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'not-a-secret' };
  const ssm = new SSMClient({ endpoint: world.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  t.after(() => ssm.destroy());
  return { world, run: (instanceId, ...commands) => runScript(world, ssm, instanceId, commands) };
}

async function runScript(world: World, ssm: SSMClient, instanceId: string, commands: string[]) {
  const { Command } = await ssm.send(
    new SendCommandCommand({
      DocumentName: 'AWS-RunPowerShellScript',
      InstanceIds: [instanceId],
      Parameters: { commands },
    }),
  );
  await world.skip(60);
  const { ResponseCode, StandardOutputContent, StandardErrorContent } = await ssm.send(
    new GetCommandInvocationCommand({ CommandId: Command?.CommandId ?? '', InstanceId: instanceId }),
  );
  return { exitCode: ResponseCode, output: `${StandardOutputContent ?? ''}${StandardErrorContent ?? ''}` };
}

async function download(world: World): Promise<string> {
  const seen = await world.control('POST', 'person', {
    action: 'download-vault-credentials',
    vault: 'vault-new',
  });
  return z.object({ text: z.string() }).parse(seen).text;
}

/** The unattended set-up of a configuration server, as documented. */
function setUpServer(vaultCredentials: string): string[] {
  return [
    'Invoke-WebRequest -Uri https://aka.ms/unifiedinstaller_weu -OutFile C:\\Temp\\MicrosoftAzureSiteRecoveryUnifiedSetup.exe',
    'C:\\Temp\\MicrosoftAzureSiteRecoveryUnifiedSetup.exe /q /x:C:\\Temp\\Extracted',
    'Set-Content -Path C:\\Temp\\mysql.txt -Value \'[MySQLCredentials] MySQLRootPassword = "x" MySQLUserPassword = "x"\'',
    `Set-Content -Path C:\\Temp\\vault.VaultCredentials -Value '${vaultCredentials.replaceAll('\n', '')}'`,
    'C:\\Temp\\Extracted\\UnifiedSetup.exe /AcceptThirdpartyEULA /ServerMode CS /InstallLocation C:\\ASR /MySQLCredsFilePath C:\\Temp\\mysql.txt /VaultCredsFilePath C:\\Temp\\vault.VaultCredentials /EnvType NonVMWare',
  ];
}

async function fabricNames(world: World): Promise<string[]> {
  const names = [];
  for await (const { properties } of world.siteRecovery.replicationFabrics.list(...inVault))
    names.push(properties?.friendlyName ?? '');
  return names;
}
