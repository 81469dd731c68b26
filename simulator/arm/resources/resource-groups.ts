import type { AzureSection } from '../azure-section.ts';
import { ArmError } from '../arm-error.ts';
import { Registry } from '../registry.ts';
import type { Tags } from '../resource.ts';

/** A resource group. */
export interface ResourceGroup {
  readonly name: string;
  readonly location: string;
  /** Absent where nobody has given any: then no answer has them either (recorded). */
  tags: Tags | undefined;
  state: 'Succeeded' | 'Deleting';
}

/** The resource groups of the subscription. */
export class ResourceGroups {
  readonly all = new Registry<ResourceGroup>();
  readonly #subscriptionId: string;

  constructor({ subscriptionId, resourceGroups, location: usual }: AzureSection) {
    this.#subscriptionId = subscriptionId;
    for (const { name, location = usual, tags } of resourceGroups) this.add(name, location, tags);
  }

  add(name: string, location: string, tags: Tags | undefined): ResourceGroup {
    const group: ResourceGroup = { name, location, tags, state: 'Succeeded' };
    this.all.add(name, group);
    return group;
  }

  /** Is there such a resource group? */
  has(name: string): boolean {
    return this.all.get(name) !== undefined;
  }

  /** @throws ArmError 404, as ARM answers for a group that is not there. */
  existing(name: string): ResourceGroup {
    const group = this.all.get(name);
    if (group !== undefined) return group;
    throw new ArmError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
  }

  /** @throws ArmError 404 without the group; 409 while it is being deleted. */
  open(name: string): ResourceGroup {
    const group = this.existing(name);
    if (group.state === 'Succeeded') return group;
    throw new ArmError(
      409,
      'ResourceGroupBeingDeleted',
      `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation.`,
    );
  }

  /** The name of the group that an ARM id names, when it is one of this subscription. */
  byId(id: string): string | undefined {
    const [, subscription, group] = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)$/i.exec(id) ?? [];
    if (subscription?.toLowerCase() !== this.#subscriptionId.toLowerCase() || group === undefined)
      return undefined;
    return this.all.get(group)?.name;
  }

  /** The id of a group, as ARM writes it. */
  idOf({ name }: Pick<ResourceGroup, 'name'>): string {
    return `/subscriptions/${this.#subscriptionId}/resourceGroups/${name}`;
  }
}
