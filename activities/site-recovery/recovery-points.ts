import type { RecoveryPoint as ServiceRecoveryPoint } from '@azure/arm-recoveryservices-siterecovery';
import type { AzureClients } from '../clouds.ts';
import { argumentsOf, type ItemAddress } from './items.ts';

/** A point in time that an item can be failed over to. */
export interface RecoveryPoint {
  /** ARM id: what a failover takes. */
  readonly id: string;
  readonly name: string;
  /** By the service's own clock. ISO 8601. */
  readonly time: string;
  /** Its applications took part: they had flushed what they held. */
  readonly isAppConsistent: boolean;
}

/** The recovery points of an item, the newest first. @see GET …/recoveryPoints, api-version 2023-06-01 */
export async function recoveryPointsOf(
  azure: AzureClients,
  item: ItemAddress,
): Promise<readonly RecoveryPoint[]> {
  const found: RecoveryPoint[] = [];
  const { recoveryPoints } = azure.siteRecovery;
  for await (const point of recoveryPoints.listByReplicationProtectedItems(...argumentsOf(item)))
    found.push(...asRecoveryPoint(point));
  return found.sort((one, other) => Date.parse(other.time) - Date.parse(one.time));
}

/** The kind is documented as `ApplicationConsistent` and recorded as `AppConsistent`. */
function asRecoveryPoint({ id, name, properties }: ServiceRecoveryPoint): RecoveryPoint[] {
  const { recoveryPointTime: time, recoveryPointType = '' } = properties ?? {};
  if (id === undefined || name === undefined || time === undefined) return [];
  return [{ id, name, time: time.toISOString(), isAppConsistent: recoveryPointType.startsWith('App') }];
}
