import type { TestContext } from 'node:test';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { machineText } from '../cli/machine-view.ts';
import { planTable, viewPlan } from '../cli/plan-view.ts';
import { loadPlan } from '../plan/index.ts';
import { startWorld, until, type World, type WorldOptions } from './world.ts';

/** A plan of the examples on its way, as somebody follows it who sits at the command line. */
export interface Story {
  readonly world: World;
  readonly person: Person;
  /** Waits until `portage status <plan>` says this. @returns all that it says. */
  status(words: RegExp): Promise<string>;
  /** Waits until `portage status <plan>/<vm>` says this. @returns all that it says. */
  machine(vm: string, words: RegExp): Promise<string>;
  /** Waits until the notes of `portage status <plan> --json` say this. @returns all of them. */
  notes(words: RegExp): Promise<string>;
}

/** Who sits there, and goes to the portal, to an appliance or to a server where they have to. */
export interface Person {
  startsThePlan(): Promise<void>;
  /** `portage failover <plan>` */
  failsOver(): Promise<void>;
  /** `portage complete <plan> <action>` */
  completes(action: string): Promise<void>;
  /** `aws ssm put-parameter` */
  putsParameter(name: string, value: string): Promise<void>;
  downloadsVaultCredentials(vault: string): Promise<string>;
  registersAppliance(vault: string, name: string, instanceId: string): Promise<void>;
  addsAccount(vault: string, name: string): Promise<void>;
  downloadsAgentConfig(privateIp: string): Promise<string>;
}

/** Both clouds of an example, and a person who has its plan. */
export async function beginStory(
  t: TestContext,
  example: string,
  { plan: file = example, ...options }: WorldOptions & { readonly plan?: string } = {},
): Promise<Story> {
  const world = await startWorld(t, { example: `${example}.scenario.yaml`, ...options });
  const plan = await loadPlan(new URL(`../examples/${file}.yaml`, import.meta.url).pathname);
  const { portage } = world;
  const says = (look: () => Promise<string>, words: RegExp) => until(look, (text) => words.test(text));
  return {
    world,
    person: personIn(world, plan),
    status: (words) => says(async () => planTable(await viewPlan(portage, plan.name)), words),
    machine: (vm, words) =>
      says(async () => {
        const [status, progress] = await Promise.all([
          portage.machineStatus(plan.name, vm),
          portage.progress(plan.name, vm),
        ]);
        return machineText(status, progress);
      }, words),
    notes: (words) =>
      says(
        async () => (await portage.planStatus(plan.name)).notes.map(({ text }) => text).join('\n'),
        words,
      ),
  };
}

function personIn({ local, portage, person }: World, plan: Awaited<ReturnType<typeof loadPlan>>): Person {
  const ssm = new SSMClient({
    endpoint: local.simulatorUrl,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
  });
  return {
    startsThePlan: async () => void (await portage.start(plan)),
    failsOver: async () => void (await portage.requestFailover({ plan: plan.name })),
    completes: async (action) => void (await portage.completeAction(plan.name, action)),
    putsParameter: async (Name, Value) =>
      void (await ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString' }))),
    downloadsVaultCredentials: (vault) => person({ action: 'download-vault-credentials', vault }),
    registersAppliance: async (vault, name, instanceId) =>
      void (await person({ action: 'register-appliance', vault, name, instanceId })),
    addsAccount: async (vault, name) => void (await person({ action: 'add-account', vault, name })),
    downloadsAgentConfig: (privateIp) => person({ action: 'create-agent-config', privateIp }),
  };
}
