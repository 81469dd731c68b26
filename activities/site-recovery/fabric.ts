import type { Fabric } from '@azure/arm-recoveryservices-siterecovery';
import type { Environment } from '../../plan/index.ts';
import { sameId } from '../arm-id.ts';
import type { AzureClients } from '../clouds.ts';
import { isNotFound } from '../cloud-errors.ts';
import type { ReplicationServer } from './providers/provider.ts';
import { providerOf } from './providers/providers.ts';

/** A fabric as its GET answers it (a LIST is poorer, recorded), with its servers as they are by the service's own clock. */
export interface SurveyedFabric {
  readonly name: string;
  readonly fabric: Fabric;
  readonly servers: readonly ReplicationServer[];
  /** The service's own time when it answered. */
  readonly now: Date;
}

/** Reads one fabric of an environment's vault. */
export async function readFabric(
  azure: AzureClients,
  environment: Environment,
  name: string,
): Promise<SurveyedFabric> {
  let date = '';
  const { vault, resourceGroup } = environment;
  const fabric = await azure.siteRecovery.replicationFabrics.get(vault, resourceGroup, name, {
    onResponse: ({ headers }) => (date = headers.get('date') ?? ''),
  });
  const now = new Date(date);
  return { name, fabric, now, servers: providerOf(environment).servers(fabric, now) };
}

/** The fabrics of the environment's provider in its vault; `undefined` where there is no such vault. */
export async function readFabrics(
  azure: AzureClients,
  environment: Environment,
): Promise<SurveyedFabric[] | undefined> {
  const { vault, resourceGroup } = environment;
  const { fabricType } = providerOf(environment);
  const fabrics: SurveyedFabric[] = [];
  try {
    for await (const { name, properties } of azure.siteRecovery.replicationFabrics.list(vault, resourceGroup))
      if (name !== undefined && properties?.customDetails?.instanceType === fabricType)
        fabrics.push(await readFabric(azure, environment, name));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  return fabrics;
}

/** Those of a fabric's servers that the plan names for the environment. Host names differ in case. */
export function plannedServers(
  { servers: planned }: Environment,
  { servers }: SurveyedFabric,
): readonly ReplicationServer[] {
  return servers.filter((server) => planned.some(({ name }) => sameId(name, server.name)));
}
