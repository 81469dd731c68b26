import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import {
  GetCommandInvocationCommand,
  SendCommandCommand,
  SSMClient,
  type GetCommandInvocationResult,
} from '@aws-sdk/client-ssm';
import type { VirtualMachineRunCommand } from '@azure/arm-compute';
import type { Scenario } from '../simulator/index.ts';
import { awsSectionSchema } from '../simulator/ec2/index.ts';
import { Item } from './simulator-item.ts';
import { demoScenario, startWorld, type World } from './simulator-world.ts';

export const group = 'rg-payroll';

/** What a test may want otherwise of the demo's clouds. */
interface Wanted {
  /** Guest facts by the name of the instance. */
  readonly guests?: Readonly<Record<string, object>>;
  readonly scenario?: Scenario;
}

/** Both clouds, and the ways into guests on either side. */
export interface GuestWorld {
  readonly world: World;
  /** Runs a script through Systems Manager. @returns its output, line by line. */
  readonly onSource: (instanceId: string, ...script: string[]) => Promise<string[]>;
  /** Runs a script by a run command. @returns it, with its instance view. */
  readonly inAzure: (vm: string, ...script: string[]) => Promise<VirtualMachineRunCommand>;
  /** The same, and its output line by line. */
  readonly told: (vm: string, ...script: string[]) => Promise<string[]>;
}

/** Starts the demo's clouds, with guests of its own. Time stands still but for `skip`. */
export async function startGuests(
  t: TestContext,
  { guests = {}, scenario }: Wanted = {},
): Promise<GuestWorld> {
  const demo = scenario ?? (await demoScenario());
  const instances = demo.aws.instances.map((instance) => ({
    ...instance,
    guest: { ...instance.guest, ...guests[instance.name] },
  }));
  const world = await startWorld(t, {
    scenario: { ...demo, aws: awsSectionSchema.parse({ ...demo.aws, instances }) },
  });
  const ssm = new SSMClient({
    ...{ endpoint: world.url, region: 'eu-west-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'not-a-secret' },
  });
  t.after(() => ssm.destroy());
  const inAzure = (vm: string, ...script: string[]): Promise<VirtualMachineRunCommand> =>
    runCommand(world, vm, { source: { script: script.join('\n') } });
  return {
    world,
    inAzure,
    onSource: async (instanceId, ...script) => {
      const invocation = await bySsm(world, ssm, instanceId, script);
      return linesOf(invocation.StandardOutputContent);
    },
    told: async (vm, ...script) => {
      const { instanceView } = await inAzure(vm, ...script);
      return linesOf(instanceView?.output);
    },
  };
}

/** Puts a run command and lets it end. */
export async function runCommand(
  world: World,
  vm: string,
  properties: object,
  name = 'portage-probe',
): Promise<VirtualMachineRunCommand> {
  const answer = await putCommand(world, vm, properties, name);
  assert.ok([200, 201].includes(answer.status), JSON.stringify(answer.body));
  await world.skip(3);
  return world.compute.virtualMachineRunCommands.getByVirtualMachine(group, vm, name, {
    expand: 'instanceView',
  });
}

export function putCommand(
  world: World,
  vm: string,
  properties: object,
  name = 'portage-probe',
): ReturnType<World['arm']> {
  return world.arm('PUT', `${commandPath(vm, name)}?api-version=2026-04-01`, {
    location: 'westeurope',
    properties,
  });
}

export function commandPath(vm: string, name: string): string {
  return `/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${vm}/runCommands/${name}`;
}

async function bySsm(
  world: World,
  ssm: SSMClient,
  instanceId: string,
  commands: string[],
): Promise<GetCommandInvocationResult> {
  const isLinux = instanceId.endsWith('eb4');
  const { Command } = await ssm.send(
    new SendCommandCommand({
      DocumentName: isLinux ? 'AWS-RunShellScript' : 'AWS-RunPowerShellScript',
      InstanceIds: [instanceId],
      Parameters: { commands },
    }),
  );
  await world.skip(1);
  return ssm.send(
    new GetCommandInvocationCommand({ CommandId: Command?.CommandId ?? '', InstanceId: instanceId }),
  );
}

function linesOf(text = ''): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}

/** A machine of the demo, protected and failed over to `vm`. */
export async function failedOver(world: World, privateIp: string, vm: string): Promise<Item> {
  const item = await protectedItem(world, privateIp, vm);
  await item.failOver();
  await world.skip(40);
  return item;
}

export async function protectedItem(world: World, privateIp: string, vm: string): Promise<Item> {
  const item = await Item.named(world, vm);
  await item.becomeProtected(privateIp, { targetVmName: vm });
  return item;
}
