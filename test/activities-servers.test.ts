import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan, type Finding } from '../activities/index.ts';
import { processServersOf } from '../activities/site-recovery/providers/classic-servers.ts';
import {
  connectedTo,
  machine,
  planOf,
  pollIntervalMs,
  startClouds,
  usualEnvironment,
  vaultSection,
} from './cloud-world.ts';
import { assertRead, lastLook } from './provoked.ts';

const silent = { processServers: { heartbeatAgeMinutes: 30 } };

/** What is wrong with an appliance, and what is said of it. */
const appliances = [
  [
    'silent',
    { components: silent },
    /appliance appl-1: the process server has sent no heartbeat for 30 minutes/,
  ],
  [
    'unwell',
    { components: { marsAgents: { health: 'Critical' } } },
    /the health of the Recovery Services agent is Critical/,
  ],
  ['full', { machineCount: 200 }, /it replicates 200 machines, as many as one can/],
  [
    'expired',
    { certificateDays: -1 },
    /the health of the proxy server is Critical, CertificateExpired: The certificate of the appliance 'appl-1' has expired/,
  ],
  [
    'overloaded',
    { components: { processServers: { health: 'Critical' } } },
    ['disk', 'memory', 'processor', 'system load', 'throughput'].map(
      (what) => new RegExp(`its ${what} is critical`),
    ),
  ],
  ['busy', { throughputInBytes: 30_000_000 }, /2 TB a day come through it, as much as one can/],
] as const;

/** The same of a configuration server. */
const servers = [
  [
    'silent',
    { heartbeatAgeMinutes: 20 },
    /configuration server cs-1: .*has sent no heartbeat for 20 minutes/,
  ],
  ['expiring', { certificateDays: 20 }, /the certificate of .* expires in 20 days/],
  ['expired', { certificateDays: -1 }, /the certificate of .* has expired/],
  ['loaded', { load: 'Red' }, /is overloaded or out of space/],
  ['outdated', { versionStatus: 'UpdateRequired' }, /the version of .* is UpdateRequired/],
  ['full', { machineCount: 200 }, /it replicates 200 machines, as many as one can/],
  ['busy', { throughputInBytes: 30_000_000 }, /2 TB a day come through it, as much as one can/],
  ['stopped', { health: 'Critical' }, /the service of the process server is Stopped/],
  [
    'ageing',
    { agentExpiryDays: 12 },
    ['configuration server', 'master target', 'process server'].map(
      (what) => new RegExp(`the agent version of the ${what} expires in 12 days`),
    ),
  ],
  ['aged', { agentExpiryDays: -1 }, /the agent version of the configuration server has expired/],
] as const;

test('a server that should not be relied upon now is told, with why', async (t) => {
  const well = { name: 'appl-2', id: '11111111-0000-4000-8000-000000000002' };
  const pair = { ...vaultSection('vault-pair'), appliances: [{ name: 'appl-1', components: silent }, well] };
  const world = await startClouds(t, {
    vaults: [
      ...appliances.map(([name, wrong]) => ({
        ...vaultSection(`vault-${name}`),
        appliances: [{ name: 'appl-1', ...wrong }],
      })),
      ...servers.map(([name, wrong]) => configured(`cs-${name}`, wrong)),
      configured('cs-well', {}),
      pair,
    ],
  });
  const findingsIn = async (environment: object, attempt = lastLook) =>
    (await world.run((a) => a.checkMachine(machine('m-01', { environment })), attempt)).findings;

  for (const [name, , says] of appliances)
    await t.test(`an appliance that is ${name}`, async () => {
      const findings = await findingsIn({ vault: `vault-${name}` });
      for (const each of [says].flat()) assertRead(findings, 'APPLIANCE_UNHEALTHY', 'blocker', each);
    });
  for (const [name, , says] of servers)
    await t.test(`a configuration server that is ${name}`, async () => {
      const findings = await findingsIn(classic(`cs-${name}`));
      for (const each of [says].flat()) assertRead(findings, 'APPLIANCE_UNHEALTHY', 'blocker', each);
    });
  await t.test('but not one that is well, nor, as a blocker, one beside it', async () => {
    const isUnhealthy = ({ code }: Finding) => code === 'APPLIANCE_UNHEALTHY';
    assert.ok(!(await findingsIn(classic('cs-well'))).some(isUnhealthy));
    const appliances = [{ name: 'appl-1' }, { name: 'appl-2' }];
    const findings = await findingsIn({ vault: 'vault-pair', appliances }, { attempt: 1 });
    assertRead(findings, 'APPLIANCE_UNHEALTHY', 'warning', /appliance appl-1: .* no heartbeat/);
    assert.ok(!findings.some(({ severity }) => severity === 'blocker'));
  });

  await t.test('once it has been so at three looks: it may pass by itself', async () => {
    const vm = machine('m-01', { environment: { vault: 'vault-silent' } });
    for (const attempt of [1, 2]) {
      const failure = await world.failure((a) => a.checkMachine(vm), { attempt });
      assert.deepEqual([failure.type, failure.nextRetryDelay], ['NotYet', pollIntervalMs]);
      assert.match(failure.message, /no heartbeat for 30 minutes/);
    }
  });
  await t.test('at once where a person has to cure something else as well', async () => {
    const findings = await findingsIn({ vault: 'vault-silent', account: 'nobody' }, { attempt: 1 });
    assertRead(findings, 'APPLIANCE_UNHEALTHY', 'blocker', /no heartbeat for 30 minutes/);
    assertRead(findings, 'RUN_AS_ACCOUNT_MISSING', 'blocker', /has no account nobody/);
  });
  await t.test('at once by `portage check`, which nobody waits for', async () => {
    const { clouds } = connectedTo(new URL(world.url));
    const own = { environments: [{ ...usualEnvironment, vault: 'vault-silent' }] };
    const plan = planOf([{ name: 'm-01', privateIp: '10.0.1.101', vpcId: 'vpc-00000000000000001' }], own);
    const findings = await world.run(() => checkPlan({ clouds, patienceMs: 1_000 }, plan));
    assertRead(findings, 'APPLIANCE_UNHEALTHY', 'blocker', /no heartbeat for 30 minutes/);
  });
});

test('a process server without any master target is told', () => {
  const [server] = processServersOf(
    {
      properties: {
        customDetails: {
          instanceType: 'VMware',
          processServers: [{ id: 'ps', friendlyName: 'cs-1', lastHeartbeat: new Date(0) }],
          masterTargetServers: [],
          lastHeartbeat: new Date(0),
        },
      },
    },
    new Date(0),
  );
  assert.deepEqual(server?.complaints, ['it has no master target']);
});

function configured(name: string, wrong: object): object {
  return {
    name,
    resourceGroup: 'rg-migration',
    policies: [{ name: 'portage-24h', provider: 'classic' }],
    configurationServers: [
      { name: 'cs-1', ipAddress: '10.0.0.20', mapping: { name: 'm', policy: 'portage-24h' }, ...wrong },
    ],
  };
}

function classic(vault: string): object {
  return { provider: 'classic', vault, appliances: undefined, configurationServer: { name: 'cs-1' } };
}
