import { parsePlan, resolvePlan, type VmPlan } from '../../plan/index.ts';
import { claimOf } from '../claim.ts';
import type { ActivityDeps } from '../clouds.ts';
import { findInstance, type Search } from '../instances.ts';
import { untilItPersists } from '../several-looks.ts';
import { itemAddress, type ItemAddress } from '../site-recovery/items.ts';
import type { ReplicationSetting } from '../site-recovery/providers/provider.ts';
import { AwsPermissions } from './aws-permissions.ts';
import { azureFacts } from './azure-facts.ts';
import { concern } from './concern.ts';
import { checkEnvironment } from './environment.ts';
import { Findings, type Finding } from './findings.ts';
import { checkItemName } from './item-name.ts';
import { checkReach } from './reach.ts';
import { checkSource, type Looking, type SourceInstance } from './source.ts';
import { checkTarget } from './target.ts';
import { lookAtWholePlan } from './whole-plan.ts';

/** What preflight came to: everything it found, and what the next steps go by where there is no blocker. */
export interface Preflight {
  readonly findings: readonly Finding[];
  readonly instance?: SourceInstance;
  readonly setting?: ReplicationSetting;
  /** Where its protected item is, or will be. */
  readonly item?: ItemAddress;
  /** The Azure VM that an earlier run of this very plan made of the machine, by the instance's tag: nothing is to be done. */
  readonly migratedAs?: string;
}

/** Codes of what may pass by itself: one heartbeat that is late, a server that is busy for a moment. */
const passing: ReadonlySet<string> = new Set(['APPLIANCE_UNHEALTHY']);

/** The first look at a machine, as an activity. */
export const preflightActivities = ({ clouds, timing, pollIntervalMs }: ActivityDeps) => {
  const looking = {
    clouds,
    permissions: new AwsPermissions(),
    patienceMs: timing.attemptMs / 4,
    isPrepared: true,
  };
  return {
    /** `lookAtMachine`; where all that stops the machine may pass by itself, it has to persist. */
    async checkMachine(vm: VmPlan): Promise<Preflight> {
      const looked = await lookAtMachine({ ...looking, facts: azureFacts(clouds) }, vm);
      const blockers = looked.findings.filter(({ severity }) => severity === 'blocker');
      if (blockers.length > 0 && blockers.every(({ code }) => passing.has(code)))
        untilItPersists(blockers.map(({ message }) => message).join('; '), pollIntervalMs);
      return looked;
    },

    /**
     * `lookAtWholePlan`.
     * @param plan as its file says it: a resolved one repeats itself with every machine.
     */
    async checkWholePlan(plan: unknown): Promise<readonly Finding[]> {
      return lookAtWholePlan(clouds, azureFacts(clouds), resolvePlan(parsePlan(plan)));
    },
  };
};

/**
 * Looks at a machine and at both clouds and says everything that speaks against migrating it. Changes nothing.
 * All findings at once, never just the first.
 */
export async function lookAtMachine(looking: Looking, vm: VmPlan): Promise<Preflight> {
  const { clouds, facts, isPrepared } = looking;
  const findings = new Findings(vm);
  const search = await findInstance(clouds.ec2(vm.source.region), vm);
  const migratedAs = completedAs(search, vm);
  if (migratedAs !== undefined) return { findings: findings.all, migratedAs };
  const instance = await checkSource(looking, vm, search, findings);
  const [setting] = await Promise.all([
    checkEnvironment(clouds.azure(vm.environment.subscriptionId), vm, findings, isPrepared),
    checkTarget(facts, vm, instance, findings),
  ]);
  if (search.kind === 'found' && instance !== undefined && setting !== undefined) {
    const found = { instance: search.instance, setting };
    const item = itemAddress(vm, setting);
    await Promise.all([
      concern(findings, 'The way to its servers', () => checkReach(clouds, vm, found, findings)),
      concern(findings, 'Its protected item', () =>
        checkItemName(clouds.azure(vm.environment.subscriptionId), item, instance, findings),
      ),
    ]);
  }
  return {
    findings: findings.all,
    ...(instance === undefined ? {} : { instance }),
    ...(setting === undefined ? {} : { setting, item: itemAddress(vm, setting) }),
  };
}

function completedAs(search: Search, vm: VmPlan): string | undefined {
  const owner = search.kind === 'found' ? claimOf(search.instance) : undefined;
  return owner?.plan === vm.plan && owner.vm === vm.name ? owner.completedAs : undefined;
}
