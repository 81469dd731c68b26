import { AwsError, invalidValue } from './aws-error.ts';
import type { Row, Table } from './table.ts';

/** How EC2 speaks of the ids of one kind of resource. */
export interface IdWords {
  /** `vol`, `subnet`, … */
  readonly prefix: string;
  /** One id and all ids, as EC2's messages call the parameters. */
  readonly parameter: string;
  readonly set: string;
  readonly notFound: { readonly code: string; readonly message: (id: string) => string };
}

export const instanceIds: IdWords = {
  prefix: 'i',
  parameter: 'instanceId',
  set: 'instancesSet',
  notFound: {
    code: 'InvalidInstanceID.NotFound',
    message: (id) => `The instance ID '${id}' does not exist`,
  },
};
export const volumeIds: IdWords = {
  prefix: 'vol',
  parameter: 'volumes',
  set: 'volumeSet',
  notFound: { code: 'InvalidVolume.NotFound', message: (id) => `The volume '${id}' does not exist.` },
};
export const snapshotIds: IdWords = {
  prefix: 'snap',
  parameter: 'snapshotId',
  set: 'snapshotSet',
  notFound: { code: 'InvalidSnapshot.NotFound', message: (id) => `The snapshot '${id}' does not exist.` },
};
export const imageIds: IdWords = {
  prefix: 'ami',
  parameter: 'imageId',
  set: 'imageIdsSet',
  notFound: { code: 'InvalidAMIID.NotFound', message: (id) => `The image id '[${id}]' does not exist` },
};
export const subnetIds: IdWords = {
  prefix: 'subnet',
  parameter: 'subnetId',
  set: 'SubnetIds',
  notFound: { code: 'InvalidSubnetID.NotFound', message: (id) => `The subnet ID '${id}' does not exist` },
};
export const vpcIds: IdWords = {
  prefix: 'vpc',
  parameter: 'vpcId',
  set: 'VpcIds',
  notFound: { code: 'InvalidVpcID.NotFound', message: (id) => `The vpc ID '${id}' does not exist` },
};
export const groupIds: IdWords = {
  prefix: 'sg',
  parameter: 'groupId',
  set: 'GroupIds',
  notFound: { code: 'InvalidGroup.NotFound', message: (id) => `The security group '${id}' does not exist` },
};
export const interfaceIds: IdWords = {
  prefix: 'eni',
  parameter: 'networkInterfaceId',
  set: 'NetworkInterfaceIds',
  notFound: {
    code: 'InvalidNetworkInterfaceID.NotFound',
    message: (id) => `The networkInterface ID '${id}' does not exist`,
  },
};
export const aclIds: IdWords = {
  prefix: 'acl',
  parameter: 'networkAclId',
  set: 'NetworkAclIds',
  notFound: {
    code: 'InvalidNetworkAclID.NotFound',
    message: (id) => `The networkAcl ID '${id}' does not exist`,
  },
};
export const routeTableIds: IdWords = {
  prefix: 'rtb',
  parameter: 'routeTableId',
  set: 'RouteTableIds',
  notFound: {
    code: 'InvalidRouteTableID.NotFound',
    message: (id) => `The routeTable ID '${id}' does not exist`,
  },
};
export const peeringIds: IdWords = {
  prefix: 'pcx',
  parameter: 'vpcPeeringConnectionId',
  set: 'VpcPeeringConnectionIds',
  notFound: {
    code: 'InvalidVpcPeeringConnectionID.NotFound',
    message: (id) => `The vpcPeeringConnection ID '${id}' does not exist`,
  },
};

/**
 * Checks that every id a request names exists.
 * @throws AwsError `InvalidParameterValue` for what is no such id, and the resource's own `….NotFound`.
 */
export function requireRows<R extends Row>(table: Table<R>, ids: readonly string[], words: IdWords): void {
  for (const id of ids) {
    if (table.get(id) !== undefined) continue;
    if (!id.startsWith(`${words.prefix}-`)) {
      throw invalidValue(
        `Value (${id}) for parameter ${words.parameter} is invalid. Expected: '${words.prefix}-...'.`,
      );
    }
    throw new AwsError(words.notFound.code, words.notFound.message(id));
  }
}
