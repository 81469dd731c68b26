import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { finalFailure, notYet } from '../failures.ts';
import { serversOf, type ServerInNetwork } from '../mobility/servers.ts';
import type { SourceInstance } from '../preflight/source.ts';
import type { ReplicationSetting } from '../site-recovery/providers/provider.ts';
import { managedState } from '../systems-manager/managed.ts';
import { beginScript, readScript } from '../systems-manager/script.ts';
import { incoming, inWords, outgoing, probeCommands, unmade, type Connection } from './connections.ts';

/** Connections that an instance is trying, by a script of Systems Manager. */
export interface Probe {
  readonly instanceId: string;
  readonly region: string;
  readonly command: string;
  readonly connections: readonly Connection[];
}

/** A live test under way. */
export interface LiveTest {
  readonly probes: readonly Probe[];
  /** Connections that nobody can try: Systems Manager does not reach who would make them. */
  readonly untried: readonly Connection[];
}

/** Who tries connections, and which. */
interface Attempt {
  readonly instanceId: string | undefined;
  readonly region: string;
  readonly osType: SourceInstance['osType'];
  readonly connections: readonly Connection[];
}

/** Whether machine and servers really reach each other: what no rule tells, such as a guest's own firewall. */
export const liveTestActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Begins to try every connection that replication needs: from the machine, and for a push installation into it.
   * @param seenBy names of the servers that it may replicate through; empty: any of the environment.
   */
  async beginLiveTest(
    vm: VmPlan,
    source: SourceInstance,
    setting: ReplicationSetting,
    seenBy: readonly string[],
    key: string,
  ): Promise<LiveTest> {
    const attempts = attemptsOf(vm, source, await serversOf({ clouds }, vm, setting, seenBy));
    const begun = await Promise.all(
      attempts.map(async (attempt) => ({ attempt, probe: await beginProbe({ clouds }, attempt, key) })),
    );
    return {
      probes: begun.flatMap(({ probe }) => probe ?? []),
      untried: begun.flatMap(({ attempt, probe }) => (probe === undefined ? attempt.connections : [])),
    };
  },

  /**
   * Waits for the end of a live test.
   * @returns what is to be said of it, in sentences.
   * @throws `ServerUnreachable` (final) where no server has all of its connections, as far as they could be tried.
   */
  async awaitLiveTest({ probes, untried }: LiveTest): Promise<string[]> {
    const ended = await Promise.all(probes.map((probe) => readProbe({ clouds, pollIntervalMs }, probe)));
    const broken = ended.flatMap((end) => end.broken);
    const unknown = [...untried, ...ended.flatMap((end) => end.unknown)];
    const made = ended.flatMap((end) => end.made);
    const isWell = (name: string) => !broken.some(({ server }) => server === name);
    if (broken.length > 0 && ![...made, ...unknown].some(({ server }) => isWell(server)))
      throw unreachable(broken);
    return [
      ...(made.length === 0 ? [] : [`Live test: ${made.map(inWords).join(', ')}`]),
      ...(broken.length === 0 ? [] : [`Live test: not reached: ${broken.map(inWords).join(', ')}`]),
      ...(unknown.length === 0
        ? []
        : [`Live test: could not be tried through Systems Manager: ${unknown.map(inWords).join(', ')}`]),
    ];
  },
});

function attemptsOf(vm: VmPlan, source: SourceInstance, servers: readonly ServerInNetwork[]): Attempt[] {
  const { instanceId, osType } = source;
  const own = { instanceId, osType, region: vm.source.region, connections: outgoing(vm.name, servers) };
  if (vm.mobility !== 'push') return [own];
  return [
    own,
    ...servers.map((server) => ({
      instanceId: server.instanceId,
      region: server.region,
      osType: 'Windows' as const,
      connections: incoming(vm.name, source, server),
    })),
  ];
}

async function beginProbe(
  { clouds }: Pick<ActivityDeps, 'clouds'>,
  { instanceId, region, osType, connections }: Attempt,
  key: string,
): Promise<Probe | undefined> {
  if (instanceId === undefined || connections.length === 0) return undefined;
  const ssm = clouds.ssm(region);
  if ((await managedState(ssm, instanceId)) !== 'online') return undefined;
  const commands = probeCommands(osType, connections);
  const command = await beginScript(ssm, { instanceId, osType, key, commands });
  return { instanceId, region, command, connections };
}

/** What came of one side's connections. */
interface ProbeEnd {
  readonly made: readonly Connection[];
  readonly broken: readonly Connection[];
  readonly unknown: readonly Connection[];
}

async function readProbe(
  { clouds, pollIntervalMs }: Pick<ActivityDeps, 'clouds' | 'pollIntervalMs'>,
  { instanceId, region, command, connections }: Probe,
): Promise<ProbeEnd> {
  const state = await readScript(clouds.ssm(region), instanceId, command);
  if (!state.ended) throw notYet({ text: state.progress }, pollIntervalMs);
  if (state.status !== 'Success') return { made: [], broken: [], unknown: connections };
  const broken = unmade(state.output, connections);
  return { made: connections.filter((one) => !broken.includes(one)), broken, unknown: [] };
}

function unreachable(broken: readonly Connection[]) {
  return finalFailure('ServerUnreachable', `Not reached: ${broken.map(inWords).join(', ')}`, {
    code: 'SERVER_UNREACHABLE',
    suggestion:
      'Open what is named in the security groups, network ACLs and guest firewalls between the two, and see that the server’s services run; then retry',
  });
}
