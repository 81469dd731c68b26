import { ManagedIdentityCredential } from '@azure/identity';
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { startWorld, subscriptionId } from './simulator-world.ts';

const folder = join(import.meta.dirname, 'other-clients');

/** Simulated seconds for each real one: these clients wait in real time. */
const speed = 20_000;

/** False, or why a client can't run here. Nothing is installed for these tests. */
function lacks(...modules: readonly string[]): false | string {
  const { status } = spawnSync('python3', ['-c', `import ${modules.join(', ')}`]);
  return status === 0 ? false : `python3 has no ${modules.join(', ')} here`;
}

async function python(script: string, ...args: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)('python3', [join(folder, script), ...args]);
  const read: unknown = JSON.parse(stdout);
  return read;
}

test('boto3 gets on with EC2, Systems Manager and STS', { skip: lacks('boto3') }, async (t) => {
  const { url } = await startWorld(t, { speed });
  const instance = 'i-0000000000000db01';
  const read = z
    .looseObject({ instances: z.array(z.string()) })
    .parse(await python('boto3_client.py', url, instance));
  assert.equal(read.instances.length, 6);
  assert.deepEqual(
    { ...read, instances: undefined },
    {
      instances: undefined,
      tag: ['by boto3'],
      stopped: 'running',
      volumes: true,
      parameter: 'not-a-secret',
      output: 'Microsoft Windows Server 2019 Datacenter',
      account: '111122223333',
      unknown: 'InvalidInstanceID.NotFound',
      dryRun: 'DryRunOperation',
      noParameter: 'ParameterNotFound',
    },
  );
});

const azure = ['azure.mgmt.recoveryservices', 'azure.mgmt.recoveryservicessiterecovery'];

test(
  "Microsoft's Python clients get on with vaults and Site Recovery",
  { skip: lacks(...azure) },
  async (t) => {
    const { url } = await startWorld(t, { speed });
    const token = await new ManagedIdentityCredential().getToken('https://management.azure.com/.default');
    const where = [subscriptionId, 'rg-migration', 'vault-weu', 'vault-weu-vmwarefabric'];
    assert.deepEqual(await python('azure_client.py', url, token.token, ...where), {
      vault: 'Succeeded',
      vaults: ['vault-weu'],
      fabrics: ['vault-weu-vmwarefabric'],
      listed: 0,
      got: 1,
      health: 'Normal',
      container: 1,
      policy: 'true',
      policies: ['portage-24h', 'python-12h'],
      jobs: ['AddProtectionProfile'],
      noPolicy: 'NotFound',
    });
  },
);
