import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { checkPlan, planResources, type Clouds, type PlanResource } from '../activities/index.ts';
import { findingsText } from '../cli/findings-view.ts';
import { machineText } from '../cli/machine-view.ts';
import { planTable, viewPlan } from '../cli/plan-view.ts';
import { loadPlan, resolvePlan, type Plan } from '../plan/index.ts';
import { connectClouds } from '../worker/clouds.ts';
import { isolateProcess } from './cloud-world.ts';
import { startWorld, until, type World, type WorldOptions } from './world.ts';

/** A plan of the examples on its way, as somebody follows it who sits at the command line. */
export interface Story {
  readonly world: World;
  readonly person: Person;
  /** The same clouds, to be looked at afterwards. */
  readonly clouds: Clouds;
  /** `portage status --resources <plan-file>` */
  readonly resources: () => Promise<readonly PlanResource[]>;
  /** `portage check <plan-file>` */
  readonly check: () => Promise<string>;
  /** Waits until `portage status <plan>` says this. @returns all that it says. */
  readonly status: (words: RegExp) => Promise<string>;
  /** Waits until `portage status <plan>/<vm>` says this. @returns all that it says. */
  readonly machine: (vm: string, words: RegExp) => Promise<string>;
  /** Waits until the notes of `portage status <plan> --json` say this. @returns all of them. */
  readonly notes: (words: RegExp) => Promise<string>;
}

/** Who sits there, and goes to the portal, to an appliance or to a console where they have to. */
export interface Person {
  readonly starts: () => Promise<unknown>;
  /** `portage failover <plan>` */
  readonly failsOver: () => Promise<unknown>;
  /** `portage complete <plan> <action>` */
  readonly completes: (action: string) => Promise<unknown>;
  /** `aws ssm put-parameter` */
  readonly putsParameter: (name: string, value: string) => Promise<unknown>;
  readonly downloadsVaultCredentials: (vault: string) => Promise<string>;
  readonly registersAppliance: (vault: string, name: string, instanceId: string) => Promise<unknown>;
  readonly addsAccount: (vault: string, name: string) => Promise<unknown>;
  readonly downloadsAgentConfig: (privateIp: string) => Promise<string>;
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
  isolateProcess(world.local.simulatorUrl);
  const clouds = connectClouds({
    armEndpoint: new URL(world.local.simulatorUrl),
    requestTimeoutMs: 5_000,
    beforeEffect: () => undefined, // a person has no attempt that could be over
  });
  const says = (look: () => Promise<string>, words: RegExp) => until(look, (text) => words.test(text));
  return {
    world,
    person: personIn(world, plan),
    clouds,
    resources: () => planResources(clouds, resolvePlan(plan)),
    check: async () => {
      const resolved = resolvePlan(plan);
      return findingsText(resolved, await checkPlan({ clouds, patienceMs: 5_000 }, resolved));
    },
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

const downloaded = z.object({ text: z.string() });

function personIn(world: World, plan: Plan): Person {
  const { portage } = world;
  const { name } = plan;
  const aws = {
    endpoint: world.local.simulatorUrl,
    region: plan.source?.region ?? '',
    credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
  };
  const download = async (action: object) => downloaded.parse(await world.person(action)).text;
  return {
    starts: () => portage.start(plan),
    failsOver: () => portage.requestFailover({ plan: name }),
    completes: (action) => portage.completeAction(name, action),
    putsParameter: async (Name, Value) => {
      await new SSMClient(aws).send(new PutParameterCommand({ Name, Value, Type: 'SecureString' }));
    },
    downloadsVaultCredentials: (vault) => download({ action: 'download-vault-credentials', vault }),
    registersAppliance: (vault, server, instanceId) =>
      world.person({ action: 'register-appliance', vault, name: server, instanceId }),
    addsAccount: (vault, account) => world.person({ action: 'add-account', vault, name: account }),
    downloadsAgentConfig: (privateIp) => download({ action: 'create-agent-config', privateIp }),
  };
}
