import type { Catalog } from './catalog.ts';
import { Registry } from './registry.ts';
import type { ArmResource } from './resource.ts';

/** Resources of one type by id, over the subscription and in each group; ARM's catalog has them too. */
export class Shelf<Resource extends ArmResource> {
  readonly all = new Registry<Resource>();
  readonly #catalog: Catalog;
  readonly #groups = new Map<string, Registry<Resource>>();
  readonly #removed = new WeakMap<Resource, () => void>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  get(id: string): Resource | undefined {
    return this.all.get(id);
  }

  inGroup(group: string): Registry<Resource> {
    const key = group.toLowerCase();
    const registry = this.#groups.get(key) ?? new Registry<Resource>();
    this.#groups.set(key, registry);
    return registry;
  }

  /** @param removed what else goes when it goes. */
  add(resource: Resource, removed?: () => void): void {
    this.all.add(resource.id, resource);
    this.inGroup(resource.group).add(resource.id, resource);
    this.#catalog.add(resource, () => this.remove(resource.id));
    if (removed !== undefined) this.#removed.set(resource, removed);
  }

  remove(id: string): void {
    const resource = this.all.get(id);
    if (resource === undefined) return;
    this.all.remove(id);
    this.inGroup(resource.group).remove(id);
    this.#catalog.remove(id);
    this.#removed.get(resource)?.();
  }
}
