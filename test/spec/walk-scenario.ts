import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseScenario, type Scenario } from '../../simulator/index.ts';

const path = join(import.meta.dirname, '../../examples/demo.scenario.yaml');
const demoSchema = z.looseObject({
  aws: z.looseObject({}),
  azure: z.looseObject({
    networks: z.array(z.unknown()),
    vaults: z.array(z.looseObject({ policies: z.array(z.unknown()) })),
  }),
});

const inGroup = { resourceGroup: 'rg-network' };
const plenty = { burst: 1e6, perSecond: 1e6 };

/**
 * The demo's clouds with all that the walk wants to see besides: a configuration server, what a network can be connected
 * to, a prefix list. Small pages, and no limit of requests.
 */
export async function walkScenario(pageSize = 2): Promise<Scenario> {
  const demo = demoSchema.parse(parse(await readFile(path, 'utf8')));
  const [vault] = demo.azure.vaults;
  const scenario = {
    ...demo,
    aws: {
      ...demo.aws,
      prefixLists: [{ prefixListId: 'pl-0123456789abcdef0', name: 'offices', cidrs: ['192.0.2.0/24'] }],
    },
    azure: {
      ...demo.azure,
      pageSize,
      publicIpAddresses: [{ ...inGroup, name: 'ip-walk' }],
      natGateways: [{ ...inGroup, name: 'nat-walk', publicIpAddresses: ['ip-walk'] }],
      networks: [
        ...demo.azure.networks,
        {
          ...inGroup,
          name: 'vnet-hub',
          addressSpace: ['10.88.0.0/16'],
          subnets: [{ name: 'GatewaySubnet', prefix: '10.88.0.0/24' }],
        },
      ],
      networkGateways: [{ ...inGroup, name: 'gateway-walk', network: 'vnet-hub' }],
      routeTables: [{ ...inGroup, name: 'routes-walk' }],
      vaults: [
        {
          ...vault,
          policies: [...(vault?.policies ?? []), { name: 'classic-24h', provider: 'classic' }],
          configurationServers: [
            {
              name: 'CS01',
              ipAddress: '10.0.1.20',
              runAsAccounts: ['root', 'windows-admin'],
              mapping: { name: 'classic-24h', policy: 'classic-24h' },
            },
          ],
        },
      ],
    },
    rateLimits: { reads: plenty, writes: plenty, deletes: plenty },
  };
  return parseScenario(JSON.stringify(scenario), path);
}
