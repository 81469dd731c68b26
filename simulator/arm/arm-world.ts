import type { Clock } from '../clock.ts';
import type { Durations } from '../durations.ts';
import type { Random } from '../random.ts';
import type { AsyncOperations } from './async-operations.ts';
import type { AzureSection } from './azure-section.ts';
import type { Catalog } from './catalog.ts';
import type { Directory } from './directory.ts';
import type { ResourceGroups } from './resources/resource-groups.ts';

/** What every provider of the subscription works with. */
export interface ArmWorld {
  readonly section: AzureSection;
  readonly durations: Durations;
  readonly clock: Clock;
  readonly random: Random;
  readonly operations: AsyncOperations;
  readonly catalog: Catalog;
  readonly groups: ResourceGroups;
  readonly directory: Directory;
}
