import type { Connection } from '../../guest/guest-machine.ts';
import { isPrivate } from '../../guest/http-request.ts';
import { isLinkLocal } from '../../guest/link-local.ts';
import { listens } from '../../guest/listeners.ts';
import { publicAddress } from '../../guest/public-names.ts';
import type { SourceMachines } from '../../source-machines.ts';
import { addressText } from '../network/cidr.ts';
import type { Network } from '../network/network.ts';
import type { NetworkInterface } from '../network/network-interface.ts';
import { Paths, type PathEnd } from '../network/paths.ts';
import { same } from '../resource.ts';
import type { Registry } from '../registry.ts';
import type { AzureSection } from '../azure-section.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** Azure's metadata service, and the address at which the platform itself answers a VM (documented). */
const metadataAddress = '169.254.169.254';
const platformAddress = '168.63.129.16';
/** What managed run commands need, and agents that report (documented): a service of Azure's over HTTPS. */
const serviceName = 'management.azure.com';

/** What VMs reach, right now. */
export class Reach {
  readonly #machines: Registry<VirtualMachine>;
  readonly #network: Network;
  readonly #section: AzureSection;
  readonly #sources: Pick<SourceMachines, 'reaches'>;
  readonly #paths: Paths;

  constructor(
    machines: Registry<VirtualMachine>,
    network: Network,
    section: AzureSection,
    sources: Pick<SourceMachines, 'reaches'>,
  ) {
    this.#machines = machines;
    this.#network = network;
    this.#section = section;
    this.#sources = sources;
    this.#paths = new Paths(network, section);
  }

  /** The private address of its primary interface; `''` where nobody can look at it. */
  addressOf(machine: VirtualMachine): string {
    const first = this.#interfaceOf(machine)?.ipConfigurations[0];
    return first === undefined ? '' : addressText(first.address);
  }

  /** Tries to open a TCP connection from a VM (over UDP where that is what the port is for). */
  connect(machine: VirtualMachine, address: string, port: number): Connection {
    if (machine.power !== 'running') return 'silent';
    if (address === metadataAddress || address === platformAddress) return 'open';
    if (isLinkLocal(address)) return 'silent';
    const end = this.#follow(machine, address, port);
    switch (end.is) {
      case 'outside':
        return 'open';
      case 'on-premises':
        return this.#sources.reaches(this.addressOf(machine), address, port) ? 'open' : 'silent';
      case 'inside':
        return this.#arrival(this.#machineWith(end.interface), port);
      case 'lost':
        return 'silent';
    }
  }

  /** True where a service of Azure's can be asked over HTTPS. */
  reachesServices(machine: VirtualMachine): boolean {
    return this.connect(machine, publicAddress(serviceName) ?? '', 443) === 'open';
  }

  /** The VM that a packet for an address comes to. */
  machineAt(from: VirtualMachine, address: string, port: number): VirtualMachine | undefined {
    const end = this.#follow(from, address, port);
    return end.is === 'inside' ? this.#machineWith(end.interface) : undefined;
  }

  /**
   * The address of a name: by Azure's own resolver that knows private zones, the VMs of the network and the internet; where
   * the network names servers, by the first of them that answers, of which is taken that it knows the same.
   */
  resolve(machine: VirtualMachine, name: string): string | undefined {
    const nic = this.#interfaceOf(machine);
    const network = nic === undefined ? undefined : this.#paths.networkOf(nic);
    const servers = network?.dnsServers ?? [];
    if (servers.length > 0 && !servers.some((server) => this.connect(machine, server, 53) === 'open'))
      return undefined;
    const wanted = name.toLowerCase().replace(/\.$/, '');
    const record = Object.entries(this.#section.dns).find(([each]) => each.toLowerCase() === wanted);
    return record?.[1] ?? this.#ownName(nic, wanted) ?? publicAddress(wanted);
  }

  #ownName(nic: NetworkInterface | undefined, name: string): string | undefined {
    const short = name.replace(/\.internal\.cloudapp\.net$/, '');
    const network = nic === undefined ? undefined : this.#paths.networkOf(nic);
    const found = [...this.#machines].find((each) => {
      const own = this.#interfaceOf(each);
      return (
        same(each.computerName, short) && own !== undefined && this.#paths.networkOf(own)?.id === network?.id
      );
    });
    return found === undefined ? undefined : this.addressOf(found);
  }

  #follow(machine: VirtualMachine, address: string, port: number): PathEnd {
    const nic = this.#interfaceOf(machine);
    // Of an interface that nobody can look at is taken that it has a way out, and none to anybody here.
    if (nic === undefined) return { is: isPrivate(address) ? 'lost' : 'outside' };
    return this.#paths.follow(nic, address, port, (next) => this.#machineWith(next)?.power === 'running');
  }

  /** The firewall of Windows drops what nothing listens on; Linux refuses it (usual settings). */
  #arrival(machine: VirtualMachine | undefined, port: number): Connection {
    const guest = machine?.power === 'running' && !machine.isStuck ? machine.guest : undefined;
    if (guest === undefined) return 'silent';
    if (listens(guest.system, guest.software, port)) return 'open';
    const isDropped = guest.system.osType === 'Windows' || guest.system.facts.blocks.includes(port);
    return isDropped ? 'silent' : 'refused';
  }

  #interfaceOf({ networkInterfaceIds }: VirtualMachine): NetworkInterface | undefined {
    return networkInterfaceIds
      .map((id) => this.#network.interfaces.byId(id))
      .find((nic) => nic !== undefined);
  }

  #machineWith({ virtualMachineId }: NetworkInterface): VirtualMachine | undefined {
    return virtualMachineId === undefined ? undefined : this.#machines.get(virtualMachineId);
  }
}
