import type { Clock } from '../clock.ts';
import type { CloudService } from '../service.ts';
import type { SourceMachines } from '../source-machines.ts';
import { actions } from './actions/index.ts';
import { noteActivity } from './activity.ts';
import { emptyEstate } from './estate.ts';
import type { Estate } from './estate.ts';
import { Ids } from './ids.ts';
import { addInventory } from './inventory.ts';
import { continueTransition } from './lifecycle.ts';
import { addNetworks } from './network.ts';
import type { PersonAnswer } from './person.ts';
import { actByHand } from './person.ts';
import { addPublicImages } from './public-images.ts';
import { addScenarioInstances } from './scenario-instances.ts';
import type { AwsSection } from './section.ts';
import { awsService } from './service.ts';
import { sourceMachines } from './source-machines.ts';

export { awsSectionSchema } from './section.ts';
export type { AwsSection } from './section.ts';

/** One AWS account in one region: its EC2 and STS, and its machines as the Azure side meets them. */
export interface Ec2 extends CloudService {
  readonly machines: SourceMachines;
  /** Everything that exists in the account: Systems Manager runs its commands there. */
  readonly estate: Estate;
  /** Every EC2 action that it knows. */
  readonly operations: readonly string[];
  /** What `GET /_portage/state` shows of it: the machines as agents meet them, the servers of Site Recovery on them, and the snapshots as EC2 describes them. */
  state(): unknown;
  /**
   * What a person does by hand (see `person.ts`). `undefined` for an action that is not EC2's.
   * @throws Error that says what is wrong with an action that is.
   */
  person(action: unknown): PersonAnswer | undefined;
}

/**
 * Builds the account that a scenario's `aws` section describes.
 * @param folder directory of the scenario file; `inventory` and `volumes` are relative to it.
 * @param random seeded; the same numbers give the same ids.
 * @throws Error for a section or a file that contradicts itself.
 */
export async function createEc2(options: {
  readonly section: AwsSection;
  readonly folder: string;
  readonly clock: Clock;
  readonly random: () => number;
}): Promise<Ec2> {
  const estate = emptyEstate(options.section, options.clock, new Ids(options.random));
  addNetworks(estate);
  addPublicImages(estate);
  await addInventory(estate, options.folder);
  addScenarioInstances(estate);
  for (const row of estate.instances.all()) {
    continueTransition(estate, row);
    noteActivity(estate, row);
  }
  const machines = sourceMachines(estate);
  return {
    ...awsService(estate),
    machines,
    estate,
    operations: [...actions.keys()].toSorted(),
    state: () => ({
      machines: machines.all(),
      servers: machines.servers(),
      snapshots: estate.snapshots.all().map(({ answer }) => answer),
    }),
    person: (action) => actByHand(estate, action),
  };
}
