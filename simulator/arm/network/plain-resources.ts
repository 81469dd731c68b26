import type { ArmWorld } from '../arm-world.ts';
import type { Route } from '../route.ts';
import { Shelf } from '../shelf.ts';
import { networkHead, newNetworkResource, type NetworkResource } from './network-world.ts';
import { readRoutes } from './read-routes.ts';

/** A resource that the simulator only shows. */
interface PlainResource extends NetworkResource {
  readonly top: object;
  readonly properties: object;
}

/** Resources of the network provider that a scenario has and nothing changes: route tables, gateways, public addresses. */
export class PlainResources {
  readonly shelf: Shelf<PlainResource>;
  readonly #world: ArmWorld;
  readonly #type: string;
  readonly #resource: string;

  /** @param type as in `Microsoft.Network/<type>`. @param resource as in `<Resource>_Get`. */
  constructor(world: ArmWorld, type: string, resource: string) {
    this.#world = world;
    this.#type = type;
    this.#resource = resource;
    this.shelf = new Shelf(world.catalog);
  }

  get routes(): readonly Route[] {
    const { shelf } = this;
    return readRoutes({ type: this.#type, resource: this.#resource, shelf, body: plainBody }, this.#world);
  }

  /** @param top what stands beside `properties`, such as a sku. */
  add(
    parts: {
      readonly name: string;
      readonly resourceGroup: string;
      readonly location?: string | undefined;
      readonly tags: Readonly<Record<string, string>>;
    },
    properties: (id: string) => object,
    top: object = {},
  ): void {
    const { name, resourceGroup: group, location = this.#world.section.location, tags } = parts;
    const resource = newNetworkResource(this.#world, this.#type, { name, group, location, tags });
    this.shelf.add({ ...resource, top, properties: properties(resource.id) });
  }
}

function plainBody(resource: PlainResource): object {
  const { state, resourceGuid, top, properties } = resource;
  return {
    ...networkHead(resource),
    properties: { provisioningState: state, resourceGuid, ...properties },
    ...top,
  };
}
