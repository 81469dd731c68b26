import { Registry, type Page } from './registry.ts';
import type { ArmResource } from './resource.ts';

interface Entry {
  readonly resource: ArmResource;
  /** Takes it from the provider that has it. */
  readonly takeAway: () => void;
}

/** Every resource of the subscription, of all providers, in the order in which they came. */
export class Catalog {
  readonly #entries = new Registry<Entry>();

  add(resource: ArmResource, takeAway: () => void): void {
    this.#entries.add(resource.id, { resource, takeAway });
  }

  remove(id: string): void {
    this.#entries.remove(id);
  }

  get(id: string): ArmResource | undefined {
    return this.#entries.get(id)?.resource;
  }

  /** Up to `size` of the resources that meet a condition, behind the token's place. */
  page(size: number, token: string | null, meets: (resource: ArmResource) => boolean): Page<ArmResource> {
    const { elements, next } = this.#entries.page(size, token, ({ resource }) => meets(resource));
    return { elements: elements.map(({ resource }) => resource), next };
  }

  /** What a resource group has. */
  inGroup(group: string): ArmResource[] {
    return [...this.#entries]
      .map(({ resource }) => resource)
      .filter((resource) => resource.group.toLowerCase() === group.toLowerCase());
  }

  /** Takes away everything that a resource group has. */
  clearGroup(group: string): void {
    for (const { id } of this.inGroup(group)) this.#entries.get(id)?.takeAway();
  }
}
