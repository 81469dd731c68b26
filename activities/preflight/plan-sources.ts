import type { VmPlan } from '../../plan/index.ts';
import type { FoundInstance } from '../instances.ts';
import type { Findings } from './findings.ts';

/** The instances of a plan's machines, as far as EC2 shows exactly one for each. */
export type Sources = ReadonlyMap<VmPlan, FoundInstance>;

/** Two machines of a plan may be one instance: named once by its id and once by its address. */
export function checkSameInstance(sources: Sources, findings: Findings): void {
  for (const [instanceId, same] of Map.groupBy(sources, ([, { InstanceId }]) => InstanceId))
    if (same.length > 1)
      findings.blocker(
        'SAME_INSTANCE',
        `${same.map(([{ name }]) => name).join(' and ')} are one instance, ${instanceId}`,
        'Take one of them out of the plan',
      );
}
