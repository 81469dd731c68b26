import { parsePlan, type Plan } from '../plan/index.ts';
import type { DrawnMachine } from './drawn-run.ts';

export const planNameOf = (seed: number): string => `c${String(seed).padStart(4, '0')}`;

/** The worker's variable that holds the address of the receiver of webhooks; a secret, as its path is. */
export const hookVariable = 'CHAOS_HOOK';

export interface PlanShape {
  readonly groups: number;
  readonly engine: 'portage' | 'site-recovery';
  readonly testFailover: 'required' | 'optional' | 'never';
  readonly cutover: 'manual' | 'automatic';
  readonly initialReplications: number;
  /** A webhook before each group, whose address is a secret. */
  readonly webhook: boolean;
}

/** A plan of these machines, in groups of about one size. */
export function planOf(seed: number, machines: readonly DrawnMachine[], shape: PlanShape): Plan {
  const { engine, testFailover, cutover, initialReplications } = shape;
  return parsePlan({
    version: 1,
    name: planNameOf(seed),
    engine,
    source: { region: 'eu-west-1' },
    environments: [environment],
    defaults: {
      mobility: machines.some(({ push }) => push) ? 'push' : 'preinstalled',
      testFailover,
      cutover,
      target: {
        resourceGroup: 'rg-payroll',
        network: 'rg-network/vnet-prod',
        subnet: 'servers',
        testNetwork: 'rg-network/vnet-test',
        testSubnet: 'isolated',
        diskType: 'Premium_LRS',
        tags: { from: 'chaos' },
      },
    },
    limits: { initialReplications, failures: machines.length },
    groups: Array.from({ length: shape.groups }, (_, at) => ({
      name: `g${at + 1}`,
      ...(shape.webhook && { before: [{ webhook: { env: hookVariable } }] }),
      vms: machines.filter((_machine, index) => index % shape.groups === at).map(machineOf),
    })),
  });
}

const environment = {
  name: 'weu',
  subscriptionId: '11111111-2222-3333-4444-555555555555',
  resourceGroup: 'rg-migration',
  location: 'westeurope',
  vault: 'vault-weu',
  appliances: [{ name: 'appl-1' }],
  account: 'migrate-admin',
  cacheStorageAccount: 'stcacheweu',
  policy: { name: 'portage-24h' },
};

function machineOf({ name, instanceId, hasNamesake }: DrawnMachine) {
  return { name, instanceId, ...(hasNamesake && { accept: ['NAME_TAKEN'] }) };
}
