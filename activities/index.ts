import { actionActivities } from './actions/actions.ts';
import { adaptingActivities } from './adapting/adapting.ts';
import { beforeStopActivities } from './before-stop/before-stop.ts';
import type { ActivityDeps, Timing } from './clouds.ts';
import { deciderActivities } from './deciders.ts';
import { discoveryActivities } from './discovery.ts';
import { endReplicationActivities } from './end-replication.ts';
import { environmentActivities } from './environment/environment.ts';
import { failedEnableActivities } from './failed-enable.ts';
import { failoverActivities } from './failover.ts';
import { firewallActivities } from './firewall/firewall.ts';
import { guestPictureActivities } from './guest-picture/guest-pictures.ts';
import { liveTestActivities } from './live-test/live-test.ts';
import { machineRunActivities } from './machine-runs.ts';
import { migratedSourceActivities } from './migrated-source/migrated-source.ts';
import { migratedVmActivities } from './migrated-vm.ts';
import { migratedVmRemovalActivities } from './migrated-vm-removal.ts';
import { migratedVmSettingsActivities } from './migrated-vm-settings.ts';
import { mobilityActivities } from './mobility/mobility.ts';
import { nativeFailoverActivities } from './native-failover.ts';
import { nativePlanActivities } from './native-plans.ts';
import { nativeTestActivities } from './native-test.ts';
import { notificationActivities } from './notifications.ts';
import { drainActivities } from './quiesce/drain.ts';
import { quiesceInAzureActivities } from './quiesce/in-azure.ts';
import { quiesceOnSourceActivities } from './quiesce/on-source.ts';
import { recoveryPointActivities } from './recovery-points.ts';
import { preflightActivities } from './preflight/preflight.ts';
import { probingActivities } from './probes/probing.ts';
import { replicationActivities } from './replication.ts';
import { runCommandActivities } from './run-command/run-command.ts';
import { sourceActivities } from './source.ts';
import { sourceSnapshotActivities } from './source-snapshots.ts';
import { targetSettingsActivities } from './target-settings.ts';
import { testFailoverActivities } from './test-failover.ts';

/** Every activity, made with what it touches. Workflows import the type only. */
export const createActivities = (deps: ActivityDeps) => ({
  ...environmentActivities(deps),
  ...preflightActivities(deps),
  ...sourceActivities(deps),
  ...sourceSnapshotActivities(deps),
  ...migratedSourceActivities(deps),
  ...discoveryActivities(deps),
  ...firewallActivities(deps),
  ...liveTestActivities(deps),
  ...mobilityActivities(deps),
  ...replicationActivities(deps),
  ...targetSettingsActivities(deps),
  ...failedEnableActivities(deps),
  ...testFailoverActivities(deps),
  ...beforeStopActivities(deps),
  ...quiesceOnSourceActivities(deps),
  ...drainActivities(deps),
  ...recoveryPointActivities(deps),
  ...failoverActivities(deps),
  ...quiesceInAzureActivities(deps),
  ...endReplicationActivities(deps),
  ...migratedVmActivities(deps),
  ...migratedVmRemovalActivities(deps),
  ...migratedVmSettingsActivities(deps),
  ...runCommandActivities(deps),
  ...adaptingActivities(deps),
  ...probingActivities(deps),
  ...guestPictureActivities(deps),
  ...nativePlanActivities(deps),
  ...nativeFailoverActivities(deps),
  ...nativeTestActivities(deps),
  ...actionActivities(deps),
  ...notificationActivities(deps),
  ...machineRunActivities(deps),
  ...deciderActivities(deps),

  /** The durations that workflows keep to. Read once for each run, so that they stand in its history. */
  readTiming(): Promise<Timing> {
    return Promise.resolve(deps.timing);
  },
});

export type Activities = ReturnType<typeof createActivities>;
export type { ActionOf, Commands, OnInstance } from './actions/actions.ts';
export type { AdaptationResult } from './adapting/adaptation.ts';
export type { Adapted } from './adapting/adapting.ts';
export type { ActivityDeps, AzureClients, ArmReader, Clouds, Timing } from './clouds.ts';
export { asFailure } from './cloud-errors.ts';
export { refuseWhenTooLate } from './deadline.ts';
export type { DeployableServer } from './environment/launch-server.ts';
export type { MissingMachines } from './environment/missing-machines.ts';
export type { AwaitedMachine, EnvironmentRequest, Looked, OpenPoint } from './environment/request.ts';
export { finalFailure } from './failures.ts';
export type { Comparison } from './guest-picture/guest-pictures.ts';
export type { GuestPicture } from './guest-picture/picture.ts';
export { checkPlan } from './preflight/check-plan.ts';
export type { Finding, Severity } from './preflight/findings.ts';
export type { SourceStart } from './migrated-source/migrated-source.ts';
export type { MigratedVm } from './migrated-vm.ts';
export type { OpenedFirewall } from './firewall/firewall.ts';
export type { MobilityAgent } from './mobility/agent.ts';
export type { PowerState } from './instances.ts';
export type { Preflight } from './preflight/preflight.ts';
export { planResources, type PlanResource } from './resources.ts';
export { leftoversOf, removeLeftover, type Leftover } from './leftovers.ts';
export type { SourceInstance } from './preflight/source.ts';
export type { ItemAddress } from './site-recovery/items.ts';
export type { NativeJob } from './native-failover.ts';
export type { PlanEvent } from './notifications.ts';
export type { NativePlan } from './site-recovery/native-plan.ts';
export type { JobWarning } from './site-recovery/job-warning.ts';
export type { ProbeResult } from './probes/probe-script.ts';
export type { ScriptEnd } from './run-command/script.ts';
export type { JobMark } from './site-recovery/jobs.ts';
export type { Drained } from './quiesce/drain.ts';
export type { RecoveryPoint } from './site-recovery/recovery-points.ts';
export type { WantedPoint } from './recovery-points.ts';
export type { TestVm } from './test-failover.ts';
export type { DiscoveredMachine, ReplicationSetting } from './site-recovery/providers/provider.ts';
