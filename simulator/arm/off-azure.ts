import type { Clock } from '../clock.ts';
import { minutesOf, type Durations } from '../durations.ts';
import type { Random } from '../random.ts';
import type { SourceMachine, SourceMachines } from '../source-machines.ts';
import type { ArmCall } from './arm-call.ts';
import { resourceNotFound } from './arm-error.ts';
import { offAzureVersions } from './api-versions.ts';
import { discoveredMachineProperties } from './off-azure-bodies.ts';
import { pagedList } from './paged-list.ts';
import { Registry } from './registry.ts';
import { get, ok, type ArmAnswer, type Route } from './route.ts';
import type { SiteSection } from './site-recovery/vault-section.ts';

/** A physical server that the appliance has discovered. */
export interface DiscoveredMachine {
  /** A GUID, of the service's making. */
  readonly name: string;
  readonly id: string;
  readonly instanceId: string;
  readonly discoveredMs: number;
}

/** Where a site is, and what it begins with. */
export interface NewSite {
  readonly site: SiteSection;
  readonly group: string;
  readonly location: string;
}

/** What a site needs of its surroundings. */
export interface SiteWorld {
  readonly section: { readonly subscriptionId: string; readonly pageSize: number };
  readonly durations: Durations;
  readonly clock: Clock;
  readonly random: Random;
  readonly sources: SourceMachines;
}

/** An account that the appliance logs on to machines with. */
interface RunAsAccount {
  readonly name: string;
  readonly id: string;
  readonly displayName: string;
}

const type = 'Microsoft.OffAzure/ServerSites';

/**
 * One `Microsoft.OffAzure/ServerSites`: what the appliance of a vault has discovered. Read-only for ARM's callers: a
 * machine appears when a person types its address into the appliance (field-notes.md).
 */
export class ServerSite {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly #location: string;
  readonly #applianceNames: () => readonly string[];
  readonly #sources: SourceMachines;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #durations: Durations;
  readonly #pageSize: number;
  readonly #startMs: number;
  readonly #machines = new Registry<DiscoveredMachine>();
  readonly #accounts = new Registry<RunAsAccount>();
  readonly #addresses = new Set<string>();

  /** @param applianceNames names of the appliances that discover into it, as they are now. */
  constructor({ site, group, location }: NewSite, applianceNames: () => readonly string[], world: SiteWorld) {
    const { subscriptionId, pageSize } = world.section;
    this.name = site.name;
    this.group = group;
    this.id = `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/${type}/${site.name}`;
    this.#location = location;
    this.#applianceNames = applianceNames;
    this.#sources = world.sources;
    this.#clock = world.clock;
    this.#random = world.random.fork(`site/${this.name}`);
    this.#durations = world.durations;
    this.#pageSize = pageSize;
    this.#startMs = world.clock.nowMs;
    this.#discoverFirst(site.discovered);
    for (const displayName of site.runAsAccounts) this.addAccount(displayName);
  }

  /** The machine with this ARM id. */
  machineById(id: string): DiscoveredMachine | undefined {
    const prefix = `${this.id}/machines/`.toLowerCase();
    return id.toLowerCase().startsWith(prefix) ? this.#machines.get(id.slice(prefix.length)) : undefined;
  }

  /** Name of the account with this ARM id, if the appliance knows it. */
  accountName(id: string): string | undefined {
    return [...this.#accounts].find((account) => account.id.toLowerCase() === id.toLowerCase())?.displayName;
  }

  /** What a person does on the appliance: gives it an account. */
  addAccount(displayName: string): void {
    const name = this.#random.fork(`account/${displayName}`).guid();
    if (this.#accounts.get(name) !== undefined) return;
    this.#accounts.add(name, { name, id: `${this.id}/runasaccounts/${name}`, displayName });
  }

  /**
   * What a person does on the appliance: types a machine's address in. It is listed some minutes later, if it can be
   * reached by then.
   * @returns why it can't be, or undefined.
   */
  addByAddress(privateIp: string): string | undefined {
    const found = this.#reachable(privateIp);
    if (found === undefined) return `no running machine answers at ${privateIp}`;
    if (this.#addresses.has(privateIp)) return `${privateIp} is in the appliance already`;
    this.#addresses.add(privateIp);
    const delayMs = minutesOf(this.#durations.discoveryMinutes, this.#random.fork(`discovery/${privateIp}`));
    this.#clock.after(delayMs, () => this.#discover(found.instanceId));
    return undefined;
  }

  /** A machine whose agent has reported to the appliance, with a configuration made there: nobody has typed its address in. */
  addRegistered(instanceId: string): void {
    const privateIp = this.#sources.byInstanceId(instanceId)?.privateIp;
    if (privateIp === undefined || this.#addresses.has(privateIp)) return;
    this.#addresses.add(privateIp);
    this.#discover(instanceId);
  }

  /** What a GET of the site answers. */
  body(): unknown {
    return {
      id: this.id,
      name: this.name,
      type,
      location: this.#location,
      tags: {},
      properties: {
        provisioningState: 'Succeeded',
        serviceEndpoint: 'https://discoverysrv.weu.hypervrecoverymanager.windowsazure.com',
      },
    };
  }

  listMachines(call: ArmCall): ArmAnswer {
    return pagedList(call, this.#machines, this.#pageSize, (machine) =>
      this.#machineBody(machine, call.apiVersion),
    );
  }

  getMachine(call: ArmCall): ArmAnswer {
    const machine = this.#machines.get(call.param('machine'));
    if (machine === undefined)
      throw resourceNotFound(`${type}/${this.name}/machines`, call.param('machine'), this.group);
    return ok(this.#machineBody(machine, call.apiVersion));
  }

  listAccounts(): ArmAnswer {
    return ok({ value: [...this.#accounts].map((account) => this.#accountBody(account)), nextLink: null });
  }

  getAccount(call: ArmCall): ArmAnswer {
    const account = this.#accounts.get(call.param('account'));
    if (account === undefined)
      throw resourceNotFound(`${type}/${this.name}/runasaccounts`, call.param('account'), this.group);
    return ok(this.#accountBody(account));
  }

  #discoverFirst(discovered: SiteSection['discovered']): void {
    const wanted = discovered === 'all' ? undefined : new Set(discovered);
    for (const { privateIp, state, instanceId } of this.#sources.all()) {
      if (state !== 'running' || privateIp === '' || this.#addresses.has(privateIp)) continue;
      if (wanted !== undefined && !wanted.has(privateIp)) continue;
      this.#addresses.add(privateIp);
      this.#discover(instanceId);
    }
  }

  #reachable(privateIp: string): SourceMachine | undefined {
    return this.#sources
      .all()
      .find((machine) => machine.privateIp === privateIp && machine.state === 'running');
  }

  #discover(instanceId: string): void {
    const name = this.#random.fork(`machine/${instanceId}`).guid();
    this.#machines.add(name, {
      name,
      id: `${this.id}/machines/${name}`,
      instanceId,
      discoveredMs: this.#clock.nowMs,
    });
  }

  #machineBody(machine: DiscoveredMachine, apiVersion: string): unknown {
    const source = this.#sources.byInstanceId(machine.instanceId);
    const properties = discoveredMachineProperties(machine, source, {
      nowMs: this.#clock.nowMs,
      appliances: this.#applianceNames(),
      old: apiVersion.startsWith('2020-'),
    });
    return { properties, id: machine.id, name: machine.name, type: `${type}/machines` };
  }

  #accountBody({ id, name, displayName }: RunAsAccount): unknown {
    const time = new Date(this.#startMs).toISOString();
    return {
      properties: {
        displayName,
        credentialType: 'WindowsServer',
        createdTimestamp: time,
        updatedTimestamp: time,
      },
      id,
      name,
      type: `${type}/runasaccounts`,
    };
  }
}

/** The read-only operations on server sites. */
export function serverSiteRoutes(sites: () => readonly ServerSite[]): readonly Route[] {
  const path = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${type}/{site}`;
  const siteOf = (call: ArmCall): ServerSite => {
    const [group, name] = [call.param('group'), call.param('site')];
    const site = sites().find((each) => same(each.name, name) && same(each.group, group));
    if (site === undefined) throw resourceNotFound(type, name, group);
    return site;
  };
  const versions = offAzureVersions;
  return [
    get(path, 'ServerSites_Get', versions, (call) => ok(siteOf(call).body())),
    get(`${path}/machines`, 'ServerSiteMachines_List', versions, (call) => siteOf(call).listMachines(call)),
    get(`${path}/machines/{machine}`, 'ServerSiteMachines_Get', versions, (call) =>
      siteOf(call).getMachine(call),
    ),
    get(`${path}/runasaccounts`, 'ServerSiteRunAsAccounts_List', versions, (call) =>
      siteOf(call).listAccounts(),
    ),
    get(`${path}/runasaccounts/{account}`, 'ServerSiteRunAsAccounts_Get', versions, (call) =>
      siteOf(call).getAccount(call),
    ),
  ];
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
