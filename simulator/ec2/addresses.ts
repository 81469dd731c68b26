import { addressRange, contains, dotted } from './cidr.ts';
import type { Estate, SubnetAnswer } from './estate.ts';
import { defaultSubnetId, defaultVpcId } from './network.ts';
import type { ScenarioInstance } from './section.ts';

/** Where an instance of the scenario stands. */
export interface Place {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly privateIp: string;
}

/** What an instance of the scenario says of its place. */
type Wish = Pick<ScenarioInstance, 'name' | 'subnetId' | 'vpcId' | 'privateIp'>;

/** Gives scenario instances their subnet and address: the ones they name, or the next free. */
export class Addresses {
  readonly #estate: Estate;
  readonly #next = new Map<string, number>();
  readonly #taken: ReadonlySet<string>;

  /** @param taken addresses that are never given to an instance that names none. */
  constructor(estate: Estate, taken: ReadonlySet<string>) {
    this.#estate = estate;
    this.#taken = taken;
  }

  /** @throws Error where the subnet has no free address, or where nothing tells the instance's subnet. */
  place(wish: Wish): Place {
    const { privateIp, vpcId } = wish;
    const subnet = this.#subnet(wish);
    const availabilityZone = subnet?.AvailabilityZone ?? `${this.#estate.section.region}a`;
    const subnetId = wish.subnetId ?? subnet?.SubnetId ?? defaultSubnetId;
    const address = privateIp ?? this.#free(wish.name, subnetId, subnet?.CidrBlock);
    return { subnetId, vpcId: vpcId ?? subnet?.VpcId ?? defaultVpcId, availabilityZone, privateIp: address };
  }

  /** The subnet that is named; else the one that holds the address, else the first one, of the VPC where that is named. */
  #subnet({ subnetId, vpcId, privateIp }: Wish): SubnetAnswer | undefined {
    if (subnetId !== undefined) return this.#estate.subnets.get(subnetId)?.answer;
    const subnets = this.#estate.subnets.all().map(({ answer }) => answer);
    const possible = subnets.filter(({ VpcId }) => vpcId === undefined || VpcId === vpcId);
    const holder = possible.find(
      ({ CidrBlock }) => privateIp !== undefined && contains(CidrBlock, privateIp),
    );
    return holder ?? possible[0];
  }

  #free(name: string, subnetId: string, cidr: string | undefined): string {
    if (cidr === undefined) {
      throw new Error(
        `aws: ${name} has no privateIp and stands in ${subnetId}, which subnets does not describe`,
      );
    }
    const { first, size } = addressRange(cidr);
    // EC2 keeps the first four addresses of a subnet and the last one.
    for (let at = this.#next.get(subnetId) ?? 4; at < size - 1; at++) {
      const address = dotted(first + at);
      if (this.#taken.has(address)) continue;
      this.#next.set(subnetId, at + 1);
      return address;
    }
    throw new Error(
      `aws: no free address for ${name} in ${subnetId} (${cidr}); give the subnet a wider cidr`,
    );
  }
}
