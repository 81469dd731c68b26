import type { Environment, PlannedServer, VmPlan } from '../../plan/index.ts';
import { sameId } from '../arm-id.ts';
import type { Clouds } from '../clouds.ts';
import { describeInstance } from '../instances.ts';
import { plannedServers, readFabrics } from '../site-recovery/fabric.ts';
import { itemName } from '../site-recovery/items.ts';
import type { AzureFacts } from './azure-facts.ts';
import type { Findings } from './findings.ts';
import { readType } from './instance-type.ts';

/** Machines that a server of 16 vCPUs and 32 GB carries. @see learn.microsoft.com, site-recovery/vmware-physical-azure-support-matrix */
const machinesPerServer = 200;
const documentedSize = { vcpus: 16, memoryGiB: 32 };
/** From here on a server of 8 vCPUs and 16 GB carries too many. @see learn.microsoft.com, site-recovery/site-recovery-plan-capacity-vmware */
const tooManyForSmall = 100;

/** What a server stands for: what the plan says of it, and what it replicates already. */
interface Load {
  readonly server: PlannedServer;
  readonly machines: number;
}

/** Whether the servers of an environment carry the plan's machines beside those that they replicate already. */
export async function checkServers(
  clouds: Clouds,
  facts: AzureFacts,
  together: readonly VmPlan[],
  findings: Findings,
): Promise<void> {
  const [first] = together;
  if (first === undefined) return;
  const { environment } = first;
  const { subscriptionId, resourceGroup, vault } = environment;
  const items = await facts.protectedItems(subscriptionId, resourceGroup, vault);
  const machines = together.filter((vm) => !items.has(itemName(vm))).length;
  const loads = await loadsOf(clouds, environment);
  const carried = loads.reduce((sum, load) => sum + load.machines, 0);
  if (machines > 0 && machines + carried > loads.length * machinesPerServer)
    tooFew(environment, machines, carried, findings);
  else await checkServerSizes(clouds, loads, machines, findings);
}

/** The environment's servers; one that its vault does not know yet replicates nothing. */
async function loadsOf(clouds: Clouds, environment: Environment): Promise<readonly Load[]> {
  const fabrics = (await readFabrics(clouds.azure(environment.subscriptionId), environment)) ?? [];
  const registered = fabrics.flatMap((fabric) => plannedServers(environment, fabric));
  return environment.servers.map((server) => ({
    server,
    machines: registered.find(({ name }) => sameId(name, server.name))?.machines ?? 0,
  }));
}

function tooFew(
  { servers, name, vault }: Environment,
  machines: number,
  carried: number,
  findings: Findings,
): void {
  const already = carried === 0 ? '' : ` beside the ${carried} that it replicates already`;
  findings.blocker(
    'SERVERS_TOO_FEW',
    `${machines} machines go through ${servers.length} server${servers.length === 1 ? '' : 's'} of environment ${name}${already}; one of 16 vCPUs and 32 GB carries ${machinesPerServer}`,
    `Register more appliances with ${vault} and list them in the environment; a smaller server carries fewer`,
  );
}

/** Servers that would carry many machines, where EC2 tells that they are smaller than what 200 are documented for. */
async function checkServerSizes(
  clouds: Clouds,
  loads: readonly Load[],
  machines: number,
  findings: Findings,
): Promise<void> {
  const share = Math.ceil(machines / loads.length);
  const busy = loads.filter((load) => machines > 0 && load.machines + share >= tooManyForSmall);
  await Promise.all(
    busy.map(async (load) => {
      const size = await sizeOf(clouds, load.server);
      if (size === undefined) return;
      const { type, vcpus, memoryGiB } = size;
      if (vcpus >= documentedSize.vcpus && memoryGiB >= documentedSize.memoryGiB) return;
      findings.warning(
        'SERVER_SMALL',
        `${load.server.name} is a ${type} (${vcpus} vCPUs, ${memoryGiB} GiB) and would replicate about ${load.machines + share} machines; ${machinesPerServer} are documented for 16 vCPUs and 32 GB, fewer than ${tooManyForSmall} for 8 and 16 GB`,
        'Give it a larger instance type, or list more servers in the environment',
      );
    }),
  );
}

/** Of a server whose instance the plan names, or has launched; `undefined` where EC2 cannot tell. */
async function sizeOf(clouds: Clouds, { region, instanceId, deploy }: PlannedServer) {
  const ec2 = clouds.ec2(region);
  const type =
    instanceId === undefined ? deploy?.instanceType : (await describeInstance(ec2, instanceId)).InstanceType;
  const info = await readType(ec2, type);
  if (type === undefined || info === undefined) return undefined;
  const { VCpuInfo, MemoryInfo } = info;
  return { type, vcpus: VCpuInfo?.DefaultVCpus ?? 0, memoryGiB: (MemoryInfo?.SizeInMiB ?? 0) / 1024 };
}
