import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps, AzureClients } from '../clouds.ts';
import { finalFailure, notYet } from '../failures.ts';
import { readItem, type ItemAddress } from '../site-recovery/items.ts';
import type { ItemDetails } from '../site-recovery/providers/provider.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
import { recoveryPointsOf, type RecoveryPoint } from '../site-recovery/recovery-points.ts';

/** How it came that everything written before a marker is in Azure. */
export type Drained =
  /** Nothing is pending anywhere: the latest recovery point has it. */
  | { readonly kind: 'nothing-pending' }
  /** The source has sent all of it; what is younger may be pending. By the service's clock. */
  | { readonly kind: 'sent'; readonly at: string }
  /** This recovery point has it. */
  | { readonly kind: 'in-point'; readonly point: RecoveryPoint };

/** Since when, and how long, to wait. Times are the service's own, ISO 8601. */
export interface DrainWait {
  /** Nothing that matters was written after it. */
  readonly marker: string;
  readonly from: string;
  readonly withinMinutes: number;
  /** When the source was seen to have sent all of it; absent as long as it was not. */
  readonly sentAt?: string;
}

/** What the agent of an idle machine shows as pending for each disk, for good (recorded: 0.0405 MB), and a little more. */
const idleMb = 0.1;
/**
 * How much newer than the last data that it has to hold a recovery point must be. A point is taken in Azure of what has
 * been processed there; how long that takes after the data has left the source, nobody has recorded.
 */
const pointMarginMs = 2 * 60_000;

/** Waiting until what was written before a machine came to rest is in Azure, all by Site Recovery's own clock. */
export const drainActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /** The service's own time, from the Date header of its answer: to the second, cut off. ISO 8601. */
  async readServiceTime(item: ItemAddress): Promise<string> {
    const { nowMs } = await lookAt(clouds.azure(item.environment.subscriptionId), item);
    return new Date(nowMs).toISOString();
  },

  /**
   * Waits until everything written before the marker is in Azure. Figures count only once the agent has been heard since the
   * marker: older ones may be of before. Where nothing is pending at all, that is it. A machine whose system goes on writing
   * never gets there: the source must then be seen to have sent what it had (`sent`, to be asked again with), and a recovery
   * point that is newer by a margin has all of it. A plan that wants a certain kind of point waits for one in any case.
   * @throws `NotDrained` (final) when it has taken longer than it may.
   */
  async awaitDrained(vm: VmPlan, item: ItemAddress, wait: DrainWait): Promise<Drained> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const look = await lookAt(azure, item);
    const isHeard = look.heardMs > Date.parse(wait.marker);
    if (isHeard && isEmpty(look) && vm.recoveryPoint === 'latest') return { kind: 'nothing-pending' };
    if (isHeard && isSent(look) && wait.sentAt === undefined)
      return { kind: 'sent', at: new Date(look.nowMs).toISOString() };
    const point = await pointAfter(azure, vm, item, wait.sentAt);
    if (point !== undefined) return { kind: 'in-point', point };
    const text = inWords(look, isHeard);
    if (look.nowMs - Date.parse(wait.from) < wait.withinMinutes * 60_000)
      throw notYet({ text }, pollIntervalMs);
    throw notDrained(item, wait, text);
  },
});

/** An item as it says that it is, and when, by the service's clock. */
interface Look extends Pick<ItemDetails, 'pending'> {
  readonly nowMs: number;
  /** Not a number as long as the agent was never heard. */
  readonly heardMs: number;
  readonly disks: number;
}

async function lookAt(azure: AzureClients, item: ItemAddress): Promise<Look> {
  let date = '';
  const read = await readItem(azure, item, {
    onResponse: ({ headers }) => (date = headers.get('date') ?? ''),
  });
  if (read === undefined)
    throw finalFailure('ReplicationFailed', `${item.name} is gone`, {
      code: 'REPLICATION_FAILED',
      suggestion: 'Look who disabled its replication; turn back, which starts its applications again',
    });
  const { pending, agentHeardAt = '', protectedDiskBytes } = providerOf(item.environment).details(read);
  return {
    pending,
    nowMs: Date.parse(date),
    heardMs: Date.parse(agentHeardAt),
    disks: protectedDiskBytes.length,
  };
}

function isEmpty({ pending }: Look): boolean {
  return pending?.atSource === 0 && pending.inLogStore === 0;
}

function isSent({ pending, disks }: Look): boolean {
  return pending !== undefined && pending.atSource <= idleMb * disks;
}

async function pointAfter(
  azure: AzureClients,
  { recoveryPoint }: VmPlan,
  item: ItemAddress,
  sentAt: string | undefined,
): Promise<RecoveryPoint | undefined> {
  if (sentAt === undefined) return undefined;
  const points = await recoveryPointsOf(azure, item);
  const isKind = ({ isAppConsistent }: RecoveryPoint) =>
    recoveryPoint !== 'app-consistent' || isAppConsistent;
  return points.find(
    (point) => isKind(point) && Date.parse(point.time) >= Date.parse(sentAt) + pointMarginMs,
  );
}

function inWords({ pending }: Look, isHeard: boolean): string {
  if (!isHeard) return 'its agent has not been heard since';
  if (pending === undefined) return 'its item tells nothing of what is pending';
  return `${pending.atSource.toFixed(1)} MB are pending at the source, ${pending.inLogStore.toFixed(1)} MB in the log store`;
}

function notDrained({ name }: ItemAddress, { withinMinutes, marker }: DrainWait, text: string) {
  return finalFailure(
    'NotDrained',
    `${name}: after ${withinMinutes} minutes not everything written before ${marker} is known to be in Azure: ${text}`,
    {
      code: 'NOT_DRAINED',
      suggestion:
        'The source still runs, its applications at rest. Retry, which waits as long again; go on, and what is pending may be lost; or turn back',
    },
  );
}
