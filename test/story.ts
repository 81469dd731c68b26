import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AuthorizeSecurityGroupIngressCommand, EC2Client } from '@aws-sdk/client-ec2';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { machineText } from '../cli/machine-view.ts';
import { planTable, viewPlan } from '../cli/plan-view.ts';
import { loadPlan, type Plan } from '../plan/index.ts';
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

/** Who sits there, and goes to the portal, to an appliance or to a console where they have to. */
export interface Person {
  starts(): Promise<void>;
  /** `portage failover`, of the plan or of one of its machines. */
  failsOver(vm?: string): Promise<void>;
  retries(vm: string): Promise<void>;
  turnsBack(vm: string): Promise<void>;
  /** `portage complete <plan> <action>` */
  completes(action: string): Promise<void>;
  /** `aws ssm put-parameter` */
  putsParameter(name: string, value: string): Promise<void>;
  /** `aws ec2 authorize-security-group-ingress` */
  opensPort(groupId: string, port: number): Promise<void>;
  downloadsVaultCredentials(vault: string): Promise<string>;
  registersAppliance(vault: string, name: string, instanceId: string): Promise<void>;
  addsAccount(vault: string, name: string): Promise<void>;
  downloadsAgentConfig(privateIp: string): Promise<string>;
}

/** A plan of the examples, and where it begins. */
export interface StoryOptions extends WorldOptions {
  readonly plan: string;
  /** Changes the plan, as its author could. */
  readonly edit?: (plan: Plan) => Plan;
}

/** Both clouds of an example, and a person who has its plan. */
export async function beginStory(
  t: TestContext,
  { plan: file, edit = (plan) => plan, ...options }: StoryOptions,
): Promise<Story> {
  const world = await startWorld(t, options);
  const plan = edit(await loadPlan(fileURLToPath(new URL(`../examples/${file}`, import.meta.url))));
  const { portage } = world;
  const says = (look: () => Promise<string>, words: RegExp) => until(look, (text) => words.test(text));
  return {
    world,
    person: personIn(world, plan),
    status: (words) => says(async () => planTable(await viewPlan(portage, plan.name)), words),
    machine: (vm, words) =>
      says(async () => {
        const address = [plan.name, vm] as const;
        return machineText(await portage.machineStatus(...address), await portage.progress(...address));
      }, words),
    notes: (words) =>
      says(async () => {
        const { notes } = await portage.planStatus(plan.name);
        return notes.map(({ text }) => text).join('\n');
      }, words),
  };
}

function personIn({ local, portage, person }: World, plan: Plan): Person {
  const { name } = plan;
  const aws = {
    endpoint: local.simulatorUrl,
    region: plan.source?.region ?? '',
    credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
  };
  return {
    starts: async () => void (await portage.start(plan)),
    failsOver: async (vm) => void (await portage.requestFailover({ plan: name, ...(vm && { vm }) })),
    retries: async (vm) => void (await portage.retry({ plan: name, vm })),
    turnsBack: async (vm) => void (await portage.turnBack({ plan: name, vm })),
    completes: async (action) => void (await portage.completeAction(name, action)),
    putsParameter: async (Name, Value) => {
      await new SSMClient(aws).send(new PutParameterCommand({ Name, Value, Type: 'SecureString' }));
    },
    opensPort: async (GroupId, port) => {
      const rule = { GroupId, IpProtocol: 'tcp', FromPort: port, ToPort: port, CidrIp: '0.0.0.0/0' };
      await new EC2Client(aws).send(new AuthorizeSecurityGroupIngressCommand(rule));
    },
    downloadsVaultCredentials: (vault) => person({ action: 'download-vault-credentials', vault }),
    registersAppliance: async (vault, server, instanceId) =>
      void (await person({ action: 'register-appliance', vault, name: server, instanceId })),
    addsAccount: async (vault, account) => void (await person({ action: 'add-account', vault, name: account })),
    downloadsAgentConfig: (privateIp) => person({ action: 'create-agent-config', privateIp }),
  };
}
