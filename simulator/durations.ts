import { z } from 'zod';
import type { Random } from './random.ts';

const bounds = z.tuple([z.number().min(0), z.number().min(0)]);

/** A length of simulated time: one number, or `[shortest, longest]`, from which the seed draws. */
const span = z.union([
  z
    .number()
    .min(0)
    .transform((value): [number, number] => [value, value]),
  bounds,
]);
export type Span = z.infer<typeof span>;

/**
 * How long the clouds take, in simulated time. The defaults are the recorded times of the real service
 * (2021–2023); what nobody has recorded says so.
 */
export const durationsSchema = z.strictObject({
  /** Create or change a policy. Inferred from the mapping's time. */
  policySeconds: span.default([1, 4]),
  /** AssociateProtectionProfile. Recorded 1–4 s. */
  associateSeconds: span.default([1, 4]),
  /** Create, change or delete a recovery plan, and the check before a run of it. Inferred from the mapping's time. */
  recoveryPlanSeconds: span.default([1, 4]),
  /** Cancel, resume or restart a job. Inferred; the official example of a restart takes 2 s. */
  jobActionSeconds: span.default([2, 2]),
  /** A script or runbook of a recovery plan, which does nothing. Inferred. */
  recoveryPlanScriptMinutes: span.default([1, 2]),
  /** From the start of EnableDr until the protected item can be read. Inferred. */
  createTargetMinutes: span.default([1, 1]),
  /** EnableDr. Recorded 27.5 min for the modernized provider. */
  enableMinutes: span.default([27.5, 27.5]),
  /** EnableDr of the classic provider. Recorded 65 s. */
  classicEnableSeconds: span.default([65, 65]),
  /** DiscoverPhysicalMachine of the classic provider. Recorded 35 s. */
  discoverSeconds: span.default([35, 35]),
  /** From a configuration server's unattended set-up until its fabric is there. Inferred. */
  registerServerMinutes: span.default([5, 10]),
  /** From the end of the wizard on an appliance until its fabric is there. Documented: up to 30 minutes. */
  registerApplianceMinutes: span.default([15, 30]),
  /** Initial replication of 40 GiB; other sizes in proportion. Recorded 19–24 min. */
  initialReplicationPer40GiBMinutes: span.default([19, 24]),
  /** From the end of the copy until the first recovery point. Recorded 25–35 min. */
  firstRecoveryPointMinutes: span.default([25, 35]),
  /** PATCH of a protected item. Inferred. */
  updateMinutes: span.default([0.5, 1]),
  /** TestFailover, hydration not counted. Recorded ≤ 8 min. */
  testFailoverMinutes: span.default([4, 8]),
  /** TestFailoverCleanup. Recorded 1 min 46 s. */
  testFailoverCleanupSeconds: span.default([106, 106]),
  /** Hydration, in front of each failover and test failover of a physical server. Documented 8–10 min. */
  hydrationMinutes: span.default([8, 10]),
  /** UnplannedFailover, hydration not counted. Recorded 2–11 min. */
  failoverMinutes: span.default([2, 11]),
  /** ApplyRecoveryPoint after a failover. Inferred: as long as a failover. */
  applyRecoveryPointMinutes: span.default([2, 11]),
  /** CommitFailover. Recorded 3 s. */
  commitSeconds: span.default([3, 3]),
  /** Disable replication. Recorded 67 s. */
  removeSeconds: span.default([67, 67]),
  /** From the start of the Azure VM until its agent reports. Inferred. */
  agentReadyMinutes: span.default([1, 3]),
  /** Making, changing or deleting a vault. Recorded: less than a minute. */
  vaultSeconds: span.default([10, 40]),
  /** Making a storage account. Recorded: one look 17 s later finds it done. */
  storageAccountSeconds: span.default([12, 17]),
  /** Making, changing or deleting something of a network. Inferred; the answers ask to look again after 3 s (recorded). */
  networkSeconds: span.default([1, 5]),
  /** Registering a resource provider. Inferred. */
  providerRegistrationSeconds: span.default([30, 90]),
  /** Changing a VM. Inferred. */
  virtualMachineUpdateSeconds: span.default([10, 30]),
  /** Starting, stopping or deleting a VM. Inferred. */
  virtualMachinePowerSeconds: span.default([30, 60]),
  /** From a managed run command's request until its script starts on a VM that can take it. Documented for scripts: about 20 s at least. */
  runCommandSeconds: span.default([20, 40]),
  /** How long a run command waits for a VM's agent. Reported by users; its error is recorded. */
  runCommandGivenUpMinutes: span.default([90, 90]),
  /** Deleting a resource group with all that is in it. Inferred. */
  resourceGroupDeletionSeconds: span.default([60, 300]),
  /** From a machine's address being typed into the appliance until the site lists it. Inferred. */
  discoveryMinutes: span.default([3, 5]),
});
export type Durations = z.infer<typeof durationsSchema>;

/** Milliseconds of a span given in minutes. */
export function minutesOf([shortest, longest]: Span, random: Random): number {
  return random.between(shortest, longest) * 60_000;
}

/** Milliseconds of a span given in seconds. */
export function secondsOf([shortest, longest]: Span, random: Random): number {
  return random.between(shortest, longest) * 1_000;
}
