import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { PlanMachine } from '../workflows/messages.ts';
import { planOf, startWorld } from './world.ts';

const inventory = fileURLToPath(new URL('../../shared/data/ec2-describe-instances.json', import.meta.url));
const skip = existsSync(inventory) ? false : 'the recorded EC2 answers are not beside this clone';

const instanceShape = z.object({
  InstanceId: z.string(),
  Architecture: z.string().optional(),
  PrivateIpAddress: z.string().optional(),
  RootDeviceType: z.string().optional(),
  State: z.object({ Name: z.string() }).optional(),
  VpcId: z.string().optional(),
});
type Recorded = z.infer<typeof instanceShape>;
const inventoryShape = z.object({ Reservations: z.array(z.object({ Instances: z.array(instanceShape) })) });

/** What each instance's own fields say must come of it: written down here, apart from the code that decides it. */
function expected(
  { State, PrivateIpAddress, VpcId, Architecture, RootDeviceType }: Recorded,
  isShared: boolean,
): string {
  if (State?.Name === 'terminated') return 'INSTANCE_TERMINATED';
  if (State?.Name !== 'running') return 'INSTANCE_NOT_RUNNING';
  if (VpcId === undefined) return 'NO_VPC';
  if (PrivateIpAddress === undefined) return 'NO_PRIVATE_IP';
  if (Architecture === 'arm64') return 'ARCHITECTURE';
  if (RootDeviceType === 'instance-store') return 'ROOT_ON_INSTANCE_STORE';
  return isShared ? 'ADDRESS_SHARED' : 'completed';
}

test(
  'of a recorded inventory, what can be migrated is, and every other instance gets its reason',
  { skip },
  async (t) => {
    const instances = await recorded();
    const world = await startWorld(t, {
      machines: 1,
      worker: { PORTAGE_STEP_TIMEOUT: '3m', PORTAGE_RUN_COMMAND_TIMEOUT: '3m' }, // some fifty guests at once
      scenario: (scenario) => {
        const guests = Object.fromEntries(instances.map(({ InstanceId }) => [InstanceId, { agent: {} }]));
        scenario.aws = {
          ...scenario.aws,
          instances: [],
          inventory,
          guests,
          routeTables: routesOf(instances),
        };
        scenario.azure = { ...scenario.azure, vcpuQuota: 1_000 }; // they fail over at once, each hydrated
      },
    });
    const shared = sharedAddresses(instances);
    const vms = [
      ...instances.map(({ InstanceId }) => ({ name: InstanceId, instanceId: InstanceId })),
      ...shared.map((privateIp) => ({ name: `at-${privateIp.replaceAll('.', '-')}`, privateIp })),
    ];
    const more = {
      accept: ['LINUX_NVME', 'LINUX_XEN_BLOCK', 'KERNEL_UNLISTED', 'AUTO_SCALING'],
      limits: { failures: '100%', initialReplications: 100 },
      groups: [{ name: 'all', cutover: 'automatic', vms }],
    };
    await world.portage.start(planOf('inventory', {}, more));
    const status = await world.untilPlan(
      'inventory',
      ({ groups }) => groups.every(({ machines }) => machines.every(isDecided)),
      240_000,
    );

    const came = new Map(
      status.groups.flatMap(({ machines }) => machines.map((machine) => [machine.vm, outcome(machine)])),
    );
    for (const instance of instances) {
      const wanted = expected(instance, shared.includes(instance.PrivateIpAddress ?? ''));
      assert.match(
        came.get(instance.InstanceId) ?? 'nothing',
        new RegExp(`\\b${wanted}\\b`),
        JSON.stringify(instance),
      );
    }
    for (const { name } of vms.slice(instances.length))
      assert.match(came.get(name) ?? 'nothing', /INSTANCE_AMBIGUOUS/);
    const completed = [...came.values()].filter((one) => one === 'completed').length;
    assert.ok(completed > 40, `${completed} were migrated`);
  },
);

async function recorded(): Promise<Recorded[]> {
  const { Reservations } = inventoryShape.parse(JSON.parse(await readFile(inventory, 'utf8')));
  return Reservations.flatMap(({ Instances }) => Instances);
}

function sharedAddresses(instances: readonly Recorded[]): string[] {
  const addresses = instances.flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? []);
  return [...new Set(addresses.filter((address, index) => addresses.indexOf(address) !== index))];
}

/** The account says nothing of its routes: each network has one to the appliance, as in any migration. */
function routesOf(instances: readonly Recorded[]): object[] {
  const vpcIds = new Set(instances.flatMap(({ VpcId }) => VpcId ?? []));
  return [...vpcIds].map((vpcId) => ({
    routeTableId: `rtb-${vpcId.slice('vpc-'.length)}`,
    vpcId,
    routes: [{ cidr: '10.0.1.10/32', target: 'tgw-0a1b2c3d4e5f60001' }],
  }));
}

function isDecided({ phase, attention }: PlanMachine): boolean {
  return phase === 'completed' || attention !== undefined;
}

/** `completed`, or the reason that it is not. */
function outcome({ phase, attention }: PlanMachine): string {
  return attention === undefined ? phase : `${attention.code} ${attention.message}`;
}
