import { z } from 'zod';
import { secondsOf } from '../../durations.ts';
import type { ArmCall } from '../arm-call.ts';
import { ArmError, resourceNotFound } from '../arm-error.ts';
import { storageVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import { listPage } from '../paged-list.ts';
import { requiredLocation, requireSamePlace } from '../placement.ts';
import { same } from '../resource.ts';
import { checkTags } from '../resources/tag-rules.ts';
import { get, ok, patch, post, put, remove, type ArmAnswer, type Route } from '../route.ts';
import { Shelf } from '../shelf.ts';
import { blobServiceBody, skuOf, storageAccountBody, type StorageAccount } from './storage-account.ts';
import {
  blobServiceInput,
  checkAccountName,
  createInput,
  invalidName,
  isAccountName,
  requireUnchanged,
  settingsAfter,
  updateInput,
} from './storage-input.ts';
import type { StorageAccountSection } from './storage-section.ts';

const type = 'Microsoft.Storage/storageAccounts';
const nameInput = z.object({ name: z.string(), type: z.string() });

/** The storage accounts of the subscription. */
export class StorageAccounts {
  readonly #world: ArmWorld;
  readonly #accounts: Shelf<StorageAccount>;
  /** Names that somebody else in the world has. */
  readonly #taken: ReadonlySet<string>;

  constructor(world: ArmWorld) {
    this.#world = world;
    this.#accounts = new Shelf(world.catalog);
    this.#taken = new Set(world.section.takenStorageAccountNames);
    for (const section of world.section.storageAccounts) this.#addConfigured(section);
  }

  get routes(): readonly Route[] {
    const all = '/subscriptions/{subscription}/providers/Microsoft.Storage';
    const group = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${type}`;
    const one = `${group}/{account}`;
    const [versions, { pageSize }] = [storageVersions, this.#world.section];
    return [
      get(`/subscriptions/{subscription}/providers/${type}`, 'StorageAccounts_List', versions, (call) =>
        listPage(call, this.#accounts.all, pageSize, storageAccountBody),
      ),
      get(group, 'StorageAccounts_ListByResourceGroup', versions, (call) =>
        listPage(call, this.#accounts.inGroup(call.param('group')), pageSize, storageAccountBody),
      ),
      get(one, 'StorageAccounts_GetProperties', versions, (call) =>
        ok(storageAccountBody(this.#existing(call))),
      ),
      put(one, 'StorageAccounts_Create', versions, (call) => this.#put(call)),
      patch(one, 'StorageAccounts_Update', versions, (call) => this.#update(call)),
      remove(one, 'StorageAccounts_Delete', versions, (call) => this.#delete(call)),
      get(`${one}/blobServices/default`, 'BlobServices_GetServiceProperties', versions, (call) =>
        ok(blobServiceBody(this.#existing(call))),
      ),
      put(`${one}/blobServices/default`, 'BlobServices_SetServiceProperties', versions, (call) =>
        this.#setBlobService(call),
      ),
      post(`${all}/checkNameAvailability`, 'StorageAccounts_CheckNameAvailability', versions, (call) =>
        ok(this.#availability(call.body(nameInput).name)),
      ),
      get(
        `${all}/locations/{location}/asyncoperations/{operation}`,
        'AsyncOperations_Get',
        versions,
        (call) => this.#world.operations.answerResult(call, 17),
      ),
    ];
  }

  /** The storage account with this id. */
  byId(id: string): StorageAccount | undefined {
    return this.#accounts.get(id);
  }

  #put(call: ArmCall): ArmAnswer {
    const name = call.param('account');
    const group = this.#world.groups.open(call.param('group')).name;
    const input = call.body(createInput);
    const location = requiredLocation(input.location, type);
    checkAccountName(name);
    checkTags(input.tags ?? {});
    const existing = this.#accounts.get(this.#id(group, name));
    if (existing === undefined) return this.#create(call, { group, name, location }, input);
    requireReady(existing);
    requireSamePlace(existing, location);
    requireUnchanged(existing, input);
    existing.settings = settingsAfter(input, existing.settings);
    existing.tags = input.tags ?? {};
    return ok(storageAccountBody(existing));
  }

  /** A new account is answered 202 and takes about 20 seconds; until then it can be read, as `Creating`. */
  #create(
    call: ArmCall,
    place: Pick<StorageAccount, 'group' | 'name' | 'location'>,
    input: z.infer<typeof createInput>,
  ): ArmAnswer {
    this.#requireFree(place.name);
    const { operations, durations, random } = this.#world;
    const account = this.#add({
      ...place,
      tags: input.tags ?? {},
      settings: settingsAfter(input, undefined),
      hierarchicalNamespace: input.properties?.isHnsEnabled ?? false,
      softDelete: { enabled: false, days: undefined },
      ready: false,
    });
    const operation = operations.start(
      secondsOf(durations.storageAccountSeconds, random.fork(`storage/${account.name}`)),
      () => {
        account.ready = true;
      },
      () => ok(storageAccountBody(account)),
    );
    const result = `/subscriptions/${call.param('subscription')}/providers/Microsoft.Storage/locations/${account.location}/asyncoperations/${operation.id}?monitor=true`;
    return { status: 202, headers: operations.headers(call, { result, retryAfterSeconds: 17 }) };
  }

  #update(call: ArmCall): ArmAnswer {
    const account = this.#existing(call);
    requireReady(account);
    const input = call.body(updateInput);
    requireUnchanged(account, input);
    account.settings = settingsAfter(input, account.settings);
    if (input.tags !== undefined) {
      checkTags(input.tags);
      account.tags = input.tags;
    }
    return ok(storageAccountBody(account));
  }

  #delete(call: ArmCall): ArmAnswer {
    const account = this.#accounts.get(this.#id(call.param('group'), call.param('account')));
    if (account === undefined) return { status: 204 };
    this.#accounts.remove(account.id);
    return { status: 200 };
  }

  #setBlobService(call: ArmCall): ArmAnswer {
    const account = this.#existing(call);
    const policy = call.body(blobServiceInput).properties.deleteRetentionPolicy;
    if (policy !== undefined) account.softDelete = { enabled: policy.enabled, days: policy.days };
    return ok(blobServiceBody(account));
  }

  #existing(call: ArmCall): StorageAccount {
    const [group, name] = [call.param('group'), call.param('account')];
    const account = this.#accounts.get(this.#id(group, name));
    if (account === undefined) throw resourceNotFound(type, name, group);
    return account;
  }

  #availability(name: string): object {
    if (!isAccountName(name)) {
      return { nameAvailable: false, reason: 'AccountNameInvalid', message: invalidName(name) };
    }
    if (this.#isFree(name)) return { nameAvailable: true };
    const message = `The storage account named ${name} is already taken.`;
    return { nameAvailable: false, reason: 'AlreadyExists', message };
  }

  /** Names are unique in the world: by others' the service answers otherwise than by one's own. */
  #requireFree(name: string): void {
    if (this.#isFree(name)) return;
    if (this.#taken.has(name)) {
      const message = `The storage account named ${name} is already taken.`;
      throw new ArmError(409, 'StorageAccountAlreadyTaken', message);
    }
    const message = `The account ${name} is already in another resource group in this subscription.`;
    throw new ArmError(409, 'StorageAccountInAnotherResourceGroup', message);
  }

  #isFree(name: string): boolean {
    return !this.#taken.has(name) && ![...this.#accounts.all].some((account) => same(account.name, name));
  }

  #id(group: string, name: string): string {
    return `/subscriptions/${this.#world.section.subscriptionId}/resourceGroups/${group}/providers/${type}/${name}`;
  }

  #addConfigured(section: StorageAccountSection): void {
    const { name, resourceGroup: group, sku, kind, tags, hierarchicalNamespace, softDeleteDays } = section;
    const { publicNetworkAccess, networkDefaultAction: defaultAction, networkBypass: bypass } = section;
    const networkAcls = { bypass, defaultAction };
    const properties = { publicNetworkAccess, networkAcls, minimumTlsVersion: 'TLS1_2' };
    this.#add({
      name,
      group,
      location: section.location ?? this.#world.section.location,
      tags,
      settings: settingsAfter(updateInput.parse({ sku: { name: sku }, kind, properties }), undefined),
      hierarchicalNamespace,
      softDelete: { enabled: softDeleteDays !== undefined, days: softDeleteDays },
      ready: true,
    });
  }

  #add(parts: Omit<StorageAccount, 'id' | 'type' | 'createdMs' | 'listed'>): StorageAccount {
    const account: StorageAccount = {
      ...parts,
      id: this.#id(parts.group, parts.name),
      type,
      createdMs: this.#world.clock.nowMs,
      listed: () => ({ sku: skuOf(account), kind: account.settings.kind }),
    };
    this.#accounts.add(account);
    return account;
  }
}

function requireReady({ ready }: StorageAccount): void {
  if (ready) return;
  const message =
    'An operation is currently performing on this storage account that requires exclusive access.';
  throw new ArmError(409, 'StorageAccountOperationInProgress', message);
}
