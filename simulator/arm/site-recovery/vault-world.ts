import type { Clock } from '../../clock.ts';
import type { Durations } from '../../durations.ts';
import type { Faults } from '../../faults.ts';
import type { Random } from '../../random.ts';
import type { SourceMachines } from '../../source-machines.ts';
import type { AzureSection } from '../azure-section.ts';
import type { Compute } from '../compute/compute.ts';
import type { Resources } from '../resources/resources.ts';
import type { ReplicatedWrites } from './replicated-writes.ts';

/** What a vault meets outside itself. */
export interface VaultWorld {
  readonly section: AzureSection;
  readonly durations: Durations;
  readonly clock: Clock;
  readonly random: Random;
  readonly sources: SourceMachines;
  readonly compute: Compute;
  readonly resources: Resources;
  readonly faults: Faults;
  /** What has been replicated of each source, by instance: also after its item is gone. */
  readonly writes: Map<string, ReplicatedWrites>;
}
