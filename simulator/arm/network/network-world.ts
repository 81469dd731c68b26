import { secondsOf } from '../../durations.ts';
import type { ArmCall } from '../arm-call.ts';
import type { ArmWorld } from '../arm-world.ts';
import type { ArmResource } from '../resource.ts';
import { get, ok, type ArmAnswer, type Route } from '../route.ts';
import { networkVersions } from '../api-versions.ts';

/** Something of the network provider, with the state that its operations leave it in. */
export interface NetworkResource extends ArmResource {
  /** Changes with each change of it. */
  etag: string;
  state: 'Updating' | 'Succeeded' | 'Deleting';
  readonly resourceGuid: string;
}

/** The id of a network resource. */
export function networkId({ section }: ArmWorld, group: string, type: string, name: string): string {
  return `/subscriptions/${section.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Network/${type}/${name}`;
}

/** The parts that every network resource has. @param type as in `Microsoft.Network/<type>`. */
export function newNetworkResource(
  world: ArmWorld,
  type: string,
  parts: Pick<ArmResource, 'group' | 'name' | 'location' | 'tags'>,
): NetworkResource {
  const id = networkId(world, parts.group, type, parts.name);
  const random = world.random.fork(`network/${id.toLowerCase()}`);
  return {
    ...parts,
    id,
    type: `Microsoft.Network/${type}`,
    createdMs: world.clock.nowMs,
    etag: `W/"${random.guid()}"`,
    state: 'Succeeded',
    resourceGuid: random.guid(),
  };
}

/** What every body of the provider begins with. */
export function networkHead({ name, id, etag, type, location, tags }: NetworkResource): object {
  return { name, id, etag, type, location, ...(Object.keys(tags).length === 0 ? {} : { tags }) };
}

/**
 * Answers a PUT: 201 for something new, 200 for a change, both with `Azure-AsyncOperation` and a body that says
 * `Updating` (recorded); soon after it says `Succeeded`.
 */
export function changing(
  call: ArmCall,
  world: ArmWorld,
  resource: NetworkResource,
  answer: { readonly isNew: boolean; readonly body: () => unknown },
): ArmAnswer {
  const { operations, durations, random } = world;
  resource.state = 'Updating';
  resource.etag = `W/"${random.fork(`etag/${resource.id}/${world.clock.nowMs}`).guid()}"`;
  const operation = operations.start(
    secondsOf(durations.networkSeconds, random.fork(`put/${resource.id}`)),
    () => {
      resource.state = 'Succeeded';
    },
    () => ok(answer.body()),
  );
  const status = `${locationPath(call, resource)}/operations/${operation.id}`;
  return {
    status: answer.isNew ? 201 : 200,
    body: answer.body(),
    headers: operations.headers(call, { status, retryAfterSeconds: 3 }),
  };
}

/** Answers a DELETE: 202, then it is gone. */
export function deleting(
  call: ArmCall,
  { operations, durations, random }: ArmWorld,
  resource: NetworkResource,
  done: () => void,
): ArmAnswer {
  resource.state = 'Deleting';
  const operation = operations.start(
    secondsOf(durations.networkSeconds, random.fork(`delete/${resource.id}`)),
    done,
  );
  const path = locationPath(call, resource);
  const addresses = {
    status: `${path}/operations/${operation.id}`,
    result: `${path}/operationResults/${operation.id}`,
  };
  return { status: 202, headers: operations.headers(call, { ...addresses, retryAfterSeconds: 10 }) };
}

/** Where the provider tells of its operations. */
export function networkOperationRoutes({ operations }: ArmWorld): readonly Route[] {
  const path = '/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}';
  return [
    get(`${path}/operations/{operation}`, 'Operations_Get', networkVersions, (call) => {
      const { endMs } = operations.find(call.param('operation'));
      return ok({ status: endMs === undefined ? 'InProgress' : 'Succeeded' });
    }),
    get(`${path}/operationResults/{operation}`, 'OperationResults_Get', networkVersions, (call) =>
      operations.answerResult(call, 10),
    ),
  ];
}

function locationPath(call: ArmCall, { location }: NetworkResource): string {
  return `/subscriptions/${call.param('subscription')}/providers/Microsoft.Network/locations/${location}`;
}
