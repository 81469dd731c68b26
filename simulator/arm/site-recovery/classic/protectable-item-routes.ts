import { z } from 'zod';
import { secondsOf } from '../../../durations.ts';
import type { JobFailure } from '../../../faults.ts';
import type { ArmCall } from '../../arm-call.ts';
import { siteRecoveryVersions } from '../../api-versions.ts';
import { get, ok, post, type ArmAnswer, type Route } from '../../route.ts';
import { accepted } from '../accepted.ts';
import { badInput, notThere } from '../asr-error.ts';
import { task, type Job } from '../job.ts';
import { requireInstanceType } from '../policies.ts';
import type { VaultFinder } from '../vault-finder.ts';
import { ClassicFabric } from './fabric.ts';
import { protectableItemBody, type ProtectableItem } from './protectable-item.ts';

/** `POST …/discoverProtectableItem` (recorded). */
const discoverInput = z.object({
  properties: z.object({
    friendlyName: z.string().min(1),
    ipAddress: z.ipv4(),
    osType: z.enum(['Windows', 'Linux']),
  }),
});

/** The machines that a container's server knows. A modernized container has none: its machines are its site's. */
export function protectableItemRoutes(find: VaultFinder): readonly Route[] {
  const { container } = find;
  const versions = siteRecoveryVersions;
  const items = `${container}/replicationProtectableItems`;
  const named = 'ReplicationProtectableItems';
  return [
    get(items, `${named}_ListByReplicationProtectionContainers`, versions, (call) => listItems(find, call)),
    get(`${items}/{protectable}`, `${named}_Get`, versions, (call) => getItem(find, call)),
    post(
      `${container}/discoverProtectableItem`,
      'ReplicationProtectionContainers_DiscoverProtectableItem',
      versions,
      (call) => discover(find, call),
    ),
  ];
}

/** `take` elements on a page, or the subscription's usual number; `$filter` names one machine or a status (inferred). */
function listItems(find: VaultFinder, call: ArmCall): ArmAnswer {
  const fabric = find.containerOf(call);
  if (!(fabric instanceof ClassicFabric)) return ok({ value: [], nextLink: null });
  const { query } = call.request;
  const take = Number.parseInt(query.get('$take') ?? query.get('take') ?? '', 10);
  const size = take > 0 ? take : fabric.vault.world.section.pageSize;
  const wanted = parseFilter(query.get('$filter'));
  const token = query.get('$skipToken') ?? query.get('skipToken');
  const { elements, next } = fabric.protectableItems.page(size, token);
  const value = elements
    .filter((item) => wanted(item, fabric))
    .map((item) => protectableItemBody(fabric, item));
  return ok({ value, nextLink: next === undefined ? null : call.linkTo(next) });
}

type Condition = (item: ProtectableItem, fabric: ClassicFabric) => boolean;

/** @throws ArmError 400 for a filter that nobody has seen. */
function parseFilter(filter: string | null): Condition {
  if (filter === null || filter.trim() === '') return () => true;
  const [, name, value = ''] = /^(Name|FriendlyName|State) eq '([^']*)'$/i.exec(filter.trim()) ?? [];
  if (name === undefined) throw badInput(`The filter '${filter}' is not understood.`);
  const text = value.toLowerCase();
  if (name.toLowerCase() !== 'state') return ({ friendlyName }) => friendlyName.toLowerCase() === text;
  return ({ id }, fabric) => (fabric.itemOfMachine(id) === undefined) === (text === 'unprotected');
}

function getItem(find: VaultFinder, call: ArmCall): ArmAnswer {
  const fabric = find.containerOf(call);
  const name = call.param('protectable');
  const item = fabric instanceof ClassicFabric ? fabric.protectableItems.get(name) : undefined;
  if (!(fabric instanceof ClassicFabric) || item === undefined)
    throw notThere(fabric.ids.protectableItem(name));
  return ok(protectableItemBody(fabric, item));
}

/** @throws ArmError 400 on a modernized container: no ARM call adds a machine to an appliance (documented). */
function discover(find: VaultFinder, call: ArmCall): ArmAnswer {
  const fabric = find.containerOf(call);
  requireInstanceType('InMageAzureV2', fabric.provider);
  const { friendlyName, ipAddress, osType } = call.body(discoverInput).properties;
  if (!(fabric instanceof ClassicFabric)) throw badInput('The container has no configuration server.');
  return accepted(call, fabric.vault, startDiscovery(fabric, friendlyName, ipAddress, osType));
}

/** The job is recorded: 35 s, with a task that goes on saying InProgress; its target is the item to come. How it fails is inferred. */
function startDiscovery(fabric: ClassicFabric, friendlyName: string, ipAddress: string, osType: string): Job {
  const { vault, identifier, containerName, containerFriendlyName, ids } = fabric;
  const { world, jobs } = vault;
  const random = world.random.fork(`discover/${ipAddress}/${jobs.count}`);
  const operation = 'ReplicationProtectionContainers_DiscoverProtectableItem';
  const running = world.sources
    .all()
    .find(({ privateIp, state }) => privateIp === ipAddress && state === 'running');
  const source = running?.osType === osType ? running : undefined;
  const itemName = source === undefined ? random.guid() : fabric.protectableItemName(source);
  const durationMs = secondsOf(world.durations.discoverSeconds, random);
  return jobs.start({
    scenarioName: 'DiscoverPhysicalMachine',
    friendlyName: 'Add physical machine',
    tasks: [{ ...task('DiscoverPhysicalMachineTask', 'Adding machine', durationMs), neverShownDone: true }],
    target: { objectId: itemName, objectName: friendlyName, instanceType: 'ProtectionEntity' },
    detailsType: 'AsrJobDetails',
    affectedObjects: {
      primaryVmId: itemName,
      primaryVmName: friendlyName,
      primaryCloudId: containerName,
      primaryCloudName: containerFriendlyName,
      primaryVmmId: identifier,
      primaryVmmName: containerFriendlyName,
      primaryFabricProviderId: 'VMware',
    },
    resourceId: ids.container,
    failure:
      world.faults.takeJobFailure({ operation, target: ids.container }) ??
      (source === undefined ? notFound(friendlyName, ipAddress) : undefined),
    succeeded: () => {
      if (source !== undefined) fabric.addProtectableItem(friendlyName, source);
    },
  });
}

function notFound(friendlyName: string, ipAddress: string): JobFailure {
  return {
    code: 'PhysicalMachineNotReachable',
    message: `The machine '${friendlyName}' was not found at ${ipAddress}.`,
    possibleCauses: 'No machine with this operating system answers at the address.',
    recommendedAction:
      'Check the address and the operating system, and that the machine runs, then try again.',
  };
}
