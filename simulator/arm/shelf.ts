import { Registry } from './registry.ts';

/** Resources by id, over the subscription and in each group. */
export class Shelf<Resource extends { readonly id: string; readonly group: string }> {
  readonly all = new Registry<Resource>();
  readonly #groups = new Map<string, Registry<Resource>>();

  get(id: string): Resource | undefined {
    return this.all.get(id);
  }

  inGroup(group: string): Registry<Resource> {
    const key = group.toLowerCase();
    const registry = this.#groups.get(key) ?? new Registry<Resource>();
    this.#groups.set(key, registry);
    return registry;
  }

  add(resource: Resource): void {
    this.all.add(resource.id, resource);
    this.inGroup(resource.group).add(resource.id, resource);
  }

  remove(id: string): void {
    const resource = this.all.get(id);
    if (resource === undefined) return;
    this.all.remove(id);
    this.inGroup(resource.group).remove(id);
  }
}
