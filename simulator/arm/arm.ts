import type { Clock } from '../clock.ts';
import type { Durations } from '../durations.ts';
import type { Faults } from '../faults.ts';
import type { Random } from '../random.ts';
import type { CloudRequest, CloudResponse, CloudService, Recognized, Refusal } from '../service.ts';
import type { SourceMachines } from '../source-machines.ts';
import { ArmError } from './arm-error.ts';
import type { AzureSection } from './azure-section.ts';
import type { ArmWorld } from './arm-world.ts';
import { AsyncOperations } from './async-operations.ts';
import { neededRight, type Asked } from './authorization/action-name.ts';
import { AccessControl } from './authorization/access-control.ts';
import { permissionRoutes } from './authorization/permission-routes.ts';
import { RoleAssignments } from './authorization/role-assignments.ts';
import { roleDefinitionRoutes } from './authorization/role-definitions.ts';
import { Catalog } from './catalog.ts';
import { Compute } from './compute/compute.ts';
import { Directory } from './directory.ts';
import { Identity } from './identity.ts';
import { requirePolicies } from './policy/policy-check.ts';
import { same } from './resource.ts';
import { RateLimiter, type RateLimits } from './rate-limits.ts';
import { VaultResources } from './recovery-services/vault-resources.ts';
import { resourceGroupRoutes } from './resources/resource-group-routes.ts';
import { ResourceGroups } from './resources/resource-groups.ts';
import { resourceListRoutes } from './resources/resource-list-routes.ts';
import { ResourceProviders } from './resources/resource-providers.ts';
import { Resources } from './resources/resources.ts';
import { subscriptionRoutes } from './resources/subscription-routes.ts';
import { tagRoutes } from './resources/tag-routes.ts';
import type { ArmAnswer, Route } from './route.ts';
import { Router } from './router.ts';
import { SiteRecovery } from './site-recovery/site-recovery.ts';

/** What ARM is built from. */
export interface ArmOptions {
  readonly section: AzureSection;
  readonly durations: Durations;
  readonly rateLimits: RateLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly sources: SourceMachines;
  readonly faults: Faults;
}

/** One Azure subscription behind ARM. It recognizes every request: what it does not know it answers as ARM does. */
export class Arm implements CloudService {
  readonly identity: Identity;
  readonly #section: AzureSection;
  readonly #clock: Clock;
  readonly #limiter: RateLimiter;
  readonly #world: ArmWorld;
  readonly #access: AccessControl;
  readonly #providers: ResourceProviders;
  readonly #compute: Compute;
  readonly #siteRecovery: SiteRecovery;
  readonly #router: Router;

  constructor({ section, durations, rateLimits, clock, random, sources, faults }: ArmOptions) {
    this.identity = new Identity(section.tenantId);
    this.#section = section;
    this.#clock = clock;
    this.#limiter = new RateLimiter(rateLimits, clock);
    this.#world = {
      section,
      durations,
      clock,
      random,
      operations: new AsyncOperations(clock, random.fork('operations')),
      catalog: new Catalog(),
      groups: new ResourceGroups(section),
      directory: new Directory(section.tenantId, clock),
    };
    this.#world.directory.add(this.identity.caller.objectId);
    this.#access = new AccessControl(this.identity.caller, section.allow, section.deny);
    this.#providers = new ResourceProviders(this.#world);
    const resources = new Resources(this.#world);
    this.#compute = new Compute(this.#world, resources.network, sources);
    this.#siteRecovery = new SiteRecovery({
      section,
      durations,
      clock,
      random,
      sources,
      compute: this.#compute,
      resources,
      faults,
      writes: new Map(),
    });
    this.#router = new Router([
      ...this.#ownRoutes(new VaultResources(this.#world, this.#siteRecovery.vaults)),
      ...resources.routes,
      ...this.#compute.routes,
      ...this.#siteRecovery.routes,
    ]);
  }

  /** Every operation that it knows, as the ledger names it. */
  get operations(): readonly string[] {
    return this.#router.operations;
  }

  recognize(request: CloudRequest): Recognized {
    const { operation, target, kind, answer } = this.#router.route(request);
    const permission = neededRight(askedBy(request))?.action ?? '';
    const perform = (): CloudResponse => this.#perform(request, kind, answer);
    return { service: 'arm', operation, target, kind, permission, perform };
  }

  refuse(request: CloudRequest, { status, code, message }: Refusal): CloudResponse {
    return this.#write(request, errorAnswer(new ArmError(status, code, message)));
  }

  throttle({ kind }: Recognized): Refusal | undefined {
    const retryAfterSeconds = this.#limiter.take(kind);
    if (retryAfterSeconds === 0) return undefined;
    const message = `Number of requests for subscription '${this.#section.subscriptionId}' and operation kind '${kind}' exceeded the limit. Please try again after '${Math.ceil(retryAfterSeconds)}' seconds.`;
    return { status: 429, code: 'SubscriptionRequestsThrottled', message, retryAfterSeconds };
  }

  holdBack(target: string, untilMs: number): void {
    this.#siteRecovery.holdBack(target, untilMs);
  }

  /** To be called when something was asked of a source machine: its agent goes silent by itself if it stops. */
  sourceTouched(instanceId: string): void {
    this.#siteRecovery.sourceTouched(instanceId);
  }

  /**
   * Does what a person does in the portal or on a server of Site Recovery's.
   * @returns what the person sees; undefined for an action of somebody else's.
   * @throws Error that says why it can't be done.
   */
  person(action: { readonly action: string }): object | undefined {
    return this.#siteRecovery.person(action);
  }

  /** Everything there is, for people and tests. */
  state(): unknown {
    return { ...this.#compute.state(), ...this.#siteRecovery.state() };
  }

  #perform(request: CloudRequest, kind: Recognized['kind'], answer: () => ArmAnswer): CloudResponse {
    const written = this.#write(request, this.#answer(request, answer));
    return { ...written, headers: { ...this.#limiter.remaining(kind), ...written.headers } };
  }

  #answer(request: CloudRequest, answer: () => ArmAnswer): ArmAnswer {
    try {
      this.identity.authenticate(request);
      this.#requireSubscription(request);
      this.#access.require(askedBy(request));
      this.#requireGroup(request);
      this.#providers.require(request.method, request.path);
      requirePolicies(request, this.#section);
      return answer();
    } catch (error) {
      if (error instanceof ArmError) return errorAnswer(error);
      throw error;
    }
  }

  /** What is ARM's own, whichever provider a resource has: groups, lists, tags, rights; and vaults as resources. */
  #ownRoutes(vaults: VaultResources): readonly Route[] {
    const world = this.#world;
    const contents = {
      blocked: (group: string) => vaults.blockedIn(group),
      clear: (group: string) => world.catalog.clearGroup(group),
    };
    return [
      ...resourceGroupRoutes(world.groups, contents, world),
      ...resourceListRoutes(world),
      ...subscriptionRoutes(world.section),
      ...this.#providers.routes,
      ...tagRoutes(world),
      ...new RoleAssignments(world, this.identity.caller.objectId).routes,
      ...roleDefinitionRoutes(world.section.subscriptionId),
      ...permissionRoutes(this.#access, world),
      ...vaults.routes,
    ];
  }

  /** ARM knows the subscription before anything else. */
  #requireSubscription({ path }: CloudRequest): void {
    const [, subscription] = /^\/subscriptions\/([^/]+)/i.exec(path) ?? [];
    if (subscription === undefined || same(subscription, this.#section.subscriptionId)) return;
    const message = `The subscription '${subscription}' could not be found.`;
    throw new ArmError(404, 'SubscriptionNotFound', message);
  }

  /** ARM knows the resource group before any provider is asked. */
  #requireGroup({ path, method }: CloudRequest): void {
    const [, group] = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\//i.exec(path) ?? [];
    if (group !== undefined && method !== 'HEAD') this.#world.groups.existing(group);
  }

  #write(request: CloudRequest, { status, body, headers }: ArmAnswer): CloudResponse {
    const id = request.requestId;
    return {
      status,
      headers: {
        'cache-control': 'no-cache',
        ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        'x-ms-request-id': id,
        'x-ms-correlation-request-id': id,
        'x-ms-routing-request-id': `${this.#section.location.toUpperCase()}:${this.#clock.now.toISOString()}:${id}`,
        ...headers,
      },
      body: body === undefined ? '' : JSON.stringify(body),
    };
  }
}

function errorAnswer(error: ArmError): ArmAnswer {
  return { status: error.status, body: error.body, headers: error.headers };
}

function askedBy({ method, path, query }: CloudRequest): Asked {
  return { method, path: decodePath(path), query };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray % is part of a name that no resource has
  }
}
