import { Context } from '@temporalio/activity';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ActivityDeps, Clouds } from '../clouds.ts';
import { notYet } from '../failures.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
import { knownAddresses, presentParameters, whereabouts, type Whereabouts } from './machine-lookup.ts';
import type { AwaitedMachine, EnvironmentRequest } from './request.ts';

/** A machine that somebody has to add to an appliance. */
export interface MachineToAdd {
  /** `<plan>/<vm>` */
  readonly machine: string;
  readonly address: string;
}

/** A machine whose agent lacks what it registers with: somebody has to put that where the machine reads it. */
export interface MachineToConfigure extends MachineToAdd {
  /** How to get it, in words. */
  readonly how: string;
  /** Whether that takes what the agent says of its machine. */
  readonly isTold: boolean;
  readonly file: string;
  readonly parameter: string;
  readonly region: string;
}

/** What only a person can do for the machines of a vault, over all plans. */
export interface MissingMachines {
  /** For each plan, whether it asks for something here, or may yet once its machines have looked at their agents. */
  readonly plans: Readonly<Record<string, 'asks' | 'may-ask' | 'served'>>;
  readonly toAdd: readonly MachineToAdd[];
  readonly toConfigure: readonly MachineToConfigure[];
  /** Machines that are not listed, because too many are: they show as the first ones go. */
  readonly more: number;
}

/** What is shown at once: a person works through it, and a history keeps every list. */
const longest = 200;

const awaitedShape = z.custom<readonly EnvironmentRequest[]>(Array.isArray);

/** The machines that a person has to make known to Site Recovery. */
export const missingMachineActivities = ({ clouds, temporal, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Looks which of the vault's machines still need a person, and waits, however long, until that is no longer the list
   * that was told before. The machines themselves are asked of the workflow: in its history they would stand again with
   * every list.
   */
  async awaitMissingMachines(told?: MissingMachines): Promise<MissingMachines> {
    const { workflowId } = Context.current().info.workflowExecution ?? {};
    const asked = await temporal.workflow.getHandle(workflowId ?? '').query('awaited');
    const missing = await missingMachines(clouds, awaitedShape.parse(asked));
    if (told !== undefined && isDeepStrictEqual(missing, told)) {
      const count = missing.toAdd.length + missing.toConfigure.length + missing.more;
      throw notYet({ text: `${count} machines wait for a person at the appliance` }, pollIntervalMs);
    }
    return missing;
  },
});

/** Which machines of these plans still need a person. Those that are migrated, or not to be found in EC2, need none here. */
export async function missingMachines(
  clouds: Clouds,
  requests: readonly EnvironmentRequest[],
): Promise<MissingMachines> {
  const each = await Promise.all(requests.map((request) => missingOf(clouds, request)));
  const toAdd = each.flatMap((one) => one.toAdd);
  const toConfigure = each.flatMap((one) => one.toConfigure);
  const shownToAdd = toAdd.slice(0, longest);
  const shownToConfigure = toConfigure.slice(0, longest - shownToAdd.length);
  return {
    plans: Object.fromEntries(each.map((one, at) => [requests[at]?.plan ?? '', standing(one)])),
    toAdd: shownToAdd,
    toConfigure: shownToConfigure,
    more: toAdd.length + toConfigure.length - shownToAdd.length - shownToConfigure.length,
  };
}

/** What is missing of one plan. */
interface Missing {
  readonly toAdd: readonly MachineToAdd[];
  readonly toConfigure: readonly MachineToConfigure[];
  /** Machines that lack what an agent registers with, while nobody knows whether theirs has to. */
  readonly undecided: number;
}

function standing({ toAdd, toConfigure, undecided }: Missing): MissingMachines['plans'][string] {
  if (toAdd.length + toConfigure.length > 0) return 'asks';
  return undecided > 0 ? 'may-ask' : 'served';
}

async function missingOf(
  clouds: Clouds,
  { plan, environment, machines }: EnvironmentRequest,
): Promise<Missing> {
  const known = await knownAddresses(clouds, environment);
  const places = await whereabouts(clouds, machines);
  const { agent } = providerOf(environment);
  const present = machines.flatMap((machine) => {
    const place = places.get(machine.vm);
    if (place === undefined) return [];
    const isKnown = known === 'found-by-itself' || known.has(place.address);
    const parameter = agent.parameter({ environment, agentConfigParameter: machine.agentConfigParameter });
    return [{ ...machine, ...asMissing(plan, machine, place), isKnown, parameter }];
  });
  const byAgent = present.filter(({ mobility }) => mobility === 'ssm');
  const there = await presentParameters(clouds, byAgent);
  const lacking = byAgent.filter((one) => !there(one));
  const toConfigure = lacking.filter(({ isKnown, wantsRegistration }) => wantsRegistration || !isKnown);
  return {
    toAdd: present
      .filter(({ mobility, isKnown }) => mobility !== 'ssm' && !isKnown)
      .map(({ machine, address }) => ({ machine, address })),
    toConfigure: toConfigure.map(({ machine, address, parameter, region }) => ({
      ...{ machine, address, parameter, region },
      ...{ how: agent.howToGet, isTold: agent.tellsDetails, file: agent.file(machine) },
    })),
    undecided: lacking.length - toConfigure.length,
  };
}

function asMissing(plan: string, { vm }: AwaitedMachine, { address }: Whereabouts): MachineToAdd {
  return { machine: `${plan}/${vm}`, address };
}
