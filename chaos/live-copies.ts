import { setTimeout as sleep } from 'node:timers/promises';
import { isAccepted, type Clouds, type CloudState } from './clouds.ts';

/** A source that ran while a VM of its failover did. */
export interface TwoCopies {
  readonly instanceId: string;
  readonly vm: string;
  readonly at: Date;
}

const lookMs = 100;

/** Watches, as long as a world stands, that no machine lives twice outside the test network. */
export class LiveCopies {
  readonly #clouds: Clouds;
  /** The VMs that failovers have made of each instance. */
  readonly #made = new Map<string, Set<string>>();
  readonly #seen = new Map<string, TwoCopies>();
  readonly #end = new AbortController();
  #watching: Promise<void> = Promise.resolve();

  constructor(clouds: Clouds) {
    this.#clouds = clouds;
  }

  /** The first instant at which each was seen. */
  get seen(): readonly TwoCopies[] {
    return [...this.#seen.values()];
  }

  /** The VMs that failovers have made of an instance, those that are gone, too. */
  madeOf(instanceId: string): ReadonlySet<string> {
    return this.#made.get(instanceId) ?? new Set();
  }

  watch(): void {
    this.#watching = this.#watch();
  }

  async end(): Promise<void> {
    this.#end.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const state = await this.#clouds.state();
      for (const { instanceId, machineId } of state.azure.vaults.flatMap((vault) => vault.protectedItems))
        if (machineId !== undefined) this.#madeBy(instanceId).add(machineId.toLowerCase());
      for (const [instanceId, vms] of this.#made) await this.#look(state, instanceId, vms);
      await sleep(lookMs);
    }
  }

  #madeBy(instanceId: string): Set<string> {
    const made = this.#made.get(instanceId) ?? new Set();
    this.#made.set(instanceId, made);
    return made;
  }

  async #look(state: CloudState, instanceId: string, vms: ReadonlySet<string>): Promise<void> {
    const source = state.aws.machines.find((machine) => machine.instanceId === instanceId);
    if (source?.state !== 'running' && source?.state !== 'pending') return;
    for (const { id } of state.azure.virtualMachines)
      if (vms.has(id.toLowerCase()) && (await this.#isOn(id)))
        this.#seen.set(
          `${instanceId} ${id}`,
          this.#seen.get(`${instanceId} ${id}`) ?? { instanceId, vm: id, at: new Date() },
        );
  }

  /** A failover's VM runs from its first moment; then by what it was told last. */
  async #isOn(id: string): Promise<boolean> {
    const told = (await this.#clouds.ledger(undefined, id)).filter(
      (entry) => /^VirtualMachines_(Start|Deallocate|Delete)$/.test(entry.operation) && isAccepted(entry),
    );
    const last = told.at(-1);
    return last === undefined || last.operation === 'VirtualMachines_Start';
  }
}
