import { Context } from '@temporalio/activity';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ActivityDeps, Clouds } from '../clouds.ts';
import { notYet } from '../failures.ts';
import { knownAddresses, missingParameters, whereabouts, type Whereabouts } from './machine-lookup.ts';
import type { AwaitedMachine, EnvironmentRequest } from './request.ts';

/** A machine that somebody has to add to an appliance. */
export interface MachineToAdd {
  /** `<plan>/<vm>` */
  readonly machine: string;
  readonly address: string;
}

/** A machine whose agent configuration somebody has to put where it reads it. */
export interface MachineToConfigure extends MachineToAdd {
  readonly parameter: string;
  readonly region: string;
}

/** What only a person can do for the machines of a vault, over all plans. */
export interface MissingMachines {
  /** For each plan, how many of its machines wait. */
  readonly counts: Readonly<Record<string, number>>;
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
    counts: Object.fromEntries(
      each.map((one, at) => [requests[at]?.plan ?? '', one.toAdd.length + one.toConfigure.length]),
    ),
    toAdd: shownToAdd,
    toConfigure: shownToConfigure,
    more: toAdd.length + toConfigure.length - shownToAdd.length - shownToConfigure.length,
  };
}

async function missingOf(clouds: Clouds, { plan, environment, machines }: EnvironmentRequest) {
  const known = await knownAddresses(clouds, environment);
  if (known === 'found-by-itself') return { toAdd: [], toConfigure: [] };
  const places = await whereabouts(clouds, machines);
  const unknown = machines.flatMap((machine) => {
    const place = places.get(machine.vm);
    return place === undefined || known.has(place.address) ? [] : [{ machine, place }];
  });
  const byAgent = unknown.filter(({ machine }) => machine.agentConfigParameter !== undefined);
  const lacking = await missingParameters(
    clouds,
    byAgent.map(({ machine }) => machine),
  );
  return {
    toAdd: unknown
      .filter(({ machine }) => machine.agentConfigParameter === undefined)
      .map(({ machine, place }) => asMissing(plan, machine, place)),
    toConfigure: byAgent.flatMap(({ machine, place }) => {
      const { agentConfigParameter: parameter = '', region } = machine;
      if (!lacking.has(machine.vm)) return [];
      return [{ ...asMissing(plan, machine, place), parameter, region }];
    }),
  };
}

function asMissing(plan: string, { vm }: AwaitedMachine, { address }: Whereabouts): MachineToAdd {
  return { machine: `${plan}/${vm}`, address };
}
