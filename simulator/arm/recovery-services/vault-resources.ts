import { secondsOf } from '../../durations.ts';
import type { ArmCall } from '../arm-call.ts';
import { ArmError, resourceNotFound } from '../arm-error.ts';
import { vaultVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import type { AsyncOperation } from '../async-operations.ts';
import { listPage } from '../paged-list.ts';
import { requiredLocation, requireSamePlace } from '../placement.ts';
import { checkTags } from '../resources/tag-rules.ts';
import { get, ok, patch, put, remove, type ArmAnswer, type Route } from '../route.ts';
import { Shelf } from '../shelf.ts';
import type { Vaults } from '../site-recovery/vaults.ts';
import {
  identityBody,
  skuBody,
  vaultBody,
  vaultInput,
  type VaultInput,
  type VaultResource,
} from './vault-resource.ts';

const type = 'Microsoft.RecoveryServices/vaults';

/** Recovery Services vaults as resources: made, tagged, given an identity, deleted when empty. */
export class VaultResources {
  readonly #world: ArmWorld;
  readonly #vaults: Vaults;
  readonly #resources: Shelf<VaultResource>;

  constructor(world: ArmWorld, vaults: Vaults) {
    this.#world = world;
    this.#vaults = vaults;
    this.#resources = new Shelf(world.catalog);
    for (const { name, resourceGroup: group, location, tags, identity } of world.section.vaults) {
      const vault = this.#add({
        name,
        group,
        location: location ?? world.section.location,
        tags,
        sku: 'RS0',
      });
      vault.state = 'Succeeded';
      if (identity) this.#giveIdentity(vault);
    }
  }

  get routes(): readonly Route[] {
    const group = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${type}`;
    const one = `${group}/{vault}`;
    const versions = vaultVersions;
    return [
      get(
        `/subscriptions/{subscription}/providers/${type}`,
        'Vaults_ListBySubscriptionId',
        versions,
        (call) => listPage(call, this.#resources.all, this.#world.section.pageSize, this.#body),
      ),
      get(group, 'Vaults_ListByResourceGroup', versions, (call) =>
        listPage(
          call,
          this.#resources.inGroup(call.param('group')),
          this.#world.section.pageSize,
          this.#body,
        ),
      ),
      get(one, 'Vaults_Get', versions, (call) => ok(this.#body(this.#existing(call)))),
      put(one, 'Vaults_CreateOrUpdate', versions, (call) => this.#put(call)),
      patch(one, 'Vaults_Update', versions, (call) => this.#update(call)),
      remove(one, 'Vaults_Delete', versions, (call) => this.#delete(call)),
      get(`${one}/operationStatus/{operation}`, 'GetOperationStatus', versions, (call) => this.#status(call)),
      get(`${one}/operationResults/{operation}`, 'GetOperationResult', versions, (call) =>
        this.#world.operations.answerResult(call, 30),
      ),
    ];
  }

  /** Ids of the vaults of a group that can't be deleted: something is in them. */
  blockedIn(group: string): string[] {
    return [...this.#resources.inGroup(group)]
      .filter((vault) => this.#contentsOf(vault) !== undefined)
      .map(({ id }) => id);
  }

  readonly #body = (vault: VaultResource): object => vaultBody(vault, this.#world.section.tenantId);

  #put(call: ArmCall): ArmAnswer {
    const name = call.param('vault');
    const group = this.#world.groups.open(call.param('group')).name;
    const input = call.body(vaultInput);
    const location = requiredLocation(input.location, type);
    checkName(name);
    checkTags(input.tags ?? {});
    const sku = checkedSku(input);
    const existing = this.#resources.get(this.#id(group, name));
    if (existing === undefined) return this.#create(call, { name, group, location, tags: {}, sku }, input);
    requireSamePlace(existing, location);
    requireIdle(existing);
    existing.sku = sku;
    existing.tags = {};
    existing.settings = {};
    this.#apply(existing, input);
    return ok(this.#body(existing));
  }

  /** A new vault is there at once, as `Provisioning`, and can be used a minute later (recorded). */
  #create(
    call: ArmCall,
    parts: Pick<VaultResource, 'name' | 'group' | 'location' | 'tags' | 'sku'>,
    input: VaultInput,
  ): ArmAnswer {
    const { name, group: resourceGroup, location } = parts;
    this.#vaults.create({ name, resourceGroup, location });
    const vault = this.#add(parts);
    this.#apply(vault, input);
    const operation = this.#start(vault, () => {
      vault.state = 'Succeeded';
      vault.changedMs = this.#world.clock.nowMs;
    });
    const { status } = addressesOf(vault, operation);
    return {
      status: 201,
      body: this.#body(vault),
      headers: this.#world.operations.headers(call, { status }),
    };
  }

  #update(call: ArmCall): ArmAnswer {
    const vault = this.#existing(call);
    requireIdle(vault);
    const input = call.body(vaultInput);
    checkTags(input.tags ?? {});
    const operation = this.#start(
      vault,
      () => undefined,
      () => ok(this.#body(vault)),
    );
    this.#apply(vault, input);
    const headers = this.#world.operations.headers(call, addressesOf(vault, operation));
    return { status: 202, headers }; // inferred: the official example has 200 and 202
  }

  #delete(call: ArmCall): ArmAnswer {
    const vault = this.#resources.get(this.#id(call.param('group'), call.param('vault')));
    if (vault === undefined) return { status: 204 };
    requireIdle(vault);
    if (this.#contentsOf(vault) !== undefined) throw notEmpty();
    vault.state = 'Deleting';
    const operation = this.#start(vault, () => this.#resources.remove(vault.id));
    const { status } = addressesOf(vault, operation);
    return { status: 202, headers: this.#world.operations.headers(call, { status }) };
  }

  #status(call: ArmCall): ArmAnswer {
    const operation = this.#world.operations.find(call.param('operation'));
    const id = decodeURIComponent(call.request.path);
    const name = call.param('operation');
    if (operation.endMs === undefined) return ok({ id, name, status: 'InProgress' });
    return ok({ id, name, status: 'Succeeded', percentComplete: 0 }); // 0 at the end, too (recorded)
  }

  #apply(vault: VaultResource, { tags, identity, sku, properties }: VaultInput): void {
    vault.changedMs = this.#world.clock.nowMs;
    if (tags !== undefined) vault.tags = tags;
    if (sku !== undefined) vault.sku = sku.name;
    vault.settings = { ...vault.settings, ...properties };
    if (identity === undefined) return;
    if (identity.type === 'None') this.#takeIdentity(vault);
    else if (vault.principalId === undefined) this.#giveIdentity(vault);
  }

  #giveIdentity(vault: VaultResource): void {
    vault.principalId = this.#world.random.fork(`identity/${vault.id.toLowerCase()}`).guid();
    this.#world.directory.add(vault.principalId);
  }

  #takeIdentity(vault: VaultResource): void {
    if (vault.principalId !== undefined) this.#world.directory.remove(vault.principalId);
    vault.principalId = undefined;
  }

  #start(vault: VaultResource, done: () => void, result?: () => ArmAnswer): AsyncOperation {
    const { operations, durations, random } = this.#world;
    return operations.start(
      secondsOf(durations.vaultSeconds, random.fork(`vault/${vault.name}`)),
      done,
      result,
    );
  }

  #contentsOf({ group, name }: VaultResource): string | undefined {
    return this.#vaults.find(group, name)?.contents;
  }

  #existing(call: ArmCall): VaultResource {
    const [group, name] = [call.param('group'), call.param('vault')];
    const vault = this.#resources.get(this.#id(group, name));
    if (vault === undefined) throw resourceNotFound(type, name, group);
    return vault;
  }

  #id(group: string, name: string): string {
    return `/subscriptions/${this.#world.section.subscriptionId}/resourceGroups/${group}/providers/${type}/${name}`;
  }

  #add(parts: Pick<VaultResource, 'name' | 'group' | 'location' | 'tags' | 'sku'>): VaultResource {
    const { nowMs } = this.#world.clock;
    const vault: VaultResource = {
      ...parts,
      id: this.#id(parts.group, parts.name),
      type,
      createdMs: nowMs,
      changedMs: nowMs,
      principalId: undefined,
      settings: {},
      state: 'Provisioning',
      listed: () => ({ sku: skuBody(vault), ...identityBody(vault, this.#world.section.tenantId) }),
    };
    this.#resources.add(vault, () => this.#emptied(vault));
    return vault;
  }

  /** What goes with a vault: its identity, and what Site Recovery keeps of it. */
  #emptied(vault: VaultResource): void {
    this.#takeIdentity(vault);
    const content = this.#vaults.find(vault.group, vault.name);
    if (content !== undefined) this.#vaults.remove(content);
  }
}

function addressesOf({ id }: VaultResource, operation: AsyncOperation): { status: string; result: string } {
  return {
    status: `${id}/operationStatus/${operation.id}`,
    result: `${id}/operationResults/${operation.id}`,
  };
}

function checkedSku({ sku }: VaultInput): string {
  if (sku?.name === 'Standard' || sku?.name === 'RS0') return sku.name;
  const message = `The vault SKU '${sku?.name ?? ''}' is not valid. Supported SKUs are 'Standard' and 'RS0'.`; // inferred
  throw new ArmError(400, 'InvalidRequestContent', message);
}

/** 2 to 50 letters, digits and hyphens, with a letter first (documented); the wording is inferred. */
function checkName(name: string): void {
  if (/^[a-z][a-z0-9-]{1,49}$/i.test(name)) return;
  const message = `The vault name '${name}' is not valid. A name has 2 to 50 letters, digits and hyphens, and begins with a letter.`;
  throw new ArmError(400, 'InvalidResourceName', message);
}

function requireIdle({ state, name }: VaultResource): void {
  if (state === 'Succeeded') return;
  const message = `The vault '${name}' is being changed by another operation. Wait for it to complete, then try again.`; // inferred
  throw new ArmError(409, 'AnotherOperationInProgress', message);
}

function notEmpty(): ArmError {
  const message =
    'Vault cannot be deleted as there are existing resources within the vault. Please ensure there are no backup items, protected servers, or backup management servers associated with this vault. Unregister the following containers associated with this vault before proceeding for deletion.';
  return new ArmError(400, 'BMSUserErrorVaultDeletionNotAllowed', message);
}
