import { isLinkLocal } from '../guest/link-local.ts';
import type { GuestMachine, Hardware } from '../guest/guest-machine.ts';
import { publicAddress } from '../guest/public-names.ts';
import { biosId } from './bios-id.ts';
import type { Estate, InstanceRow } from './estate.ts';
import { instanceTypeFacts } from './instance-types.ts';
import { listens } from '../guest/listeners.ts';
import { reaches } from './reach.ts';
import { disksOf } from './source-machines.ts';

/** An instance as the scripts on it meet it. @param parameter what it may read of Parameter Store. */
export function guestMachine(
  estate: Estate,
  row: InstanceRow,
  parameter: GuestMachine['parameter'],
): GuestMachine {
  const privateIp = row.answer.PrivateIpAddress ?? '';
  return {
    clock: estate.clock,
    system: row.guest,
    software: row.software,
    hardware: hardwareOf(row),
    disks: disksOf(estate, row),
    privateIp,
    connect: (address, port) => {
      if (isLinkLocal(address)) return 'open';
      if (address === '127.0.0.1') return listens(row.guest, row.software, port) ? 'open' : 'refused';
      return reaches(estate, privateIp, address, port) ? 'open' : 'silent';
    },
    addressOf: (name) => addressOf(estate, name),
    httpStatus: (address, port) => httpStatus(estate, row, address, port),
    parameter,
  };
}

function hardwareOf(row: InstanceRow): Hardware {
  const model = row.answer.InstanceType ?? '';
  const type = instanceTypeFacts(model);
  return {
    cloud: 'aws',
    model,
    uuid: biosId(row),
    vcpus: type?.vcpus ?? 2,
    memoryMiB: type?.memoryMiB ?? 4096,
    architecture: type?.architecture ?? 'x86_64',
    storage: type?.hypervisor === 'nitro' ? 'nvme' : 'xen',
  };
}

/** The VPC's resolver: private zones, and the instances' own names (documented). */
function addressOf({ section, instances }: Estate, name: string): string | undefined {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  const record = Object.entries(section.dns).find(([each]) => each.toLowerCase() === wanted);
  if (record !== undefined) return record[1];
  const named = instances.all().find(({ answer }) => answer.PrivateDnsName?.toLowerCase() === wanted);
  return named?.answer.PrivateIpAddress ?? publicAddress(wanted);
}

function httpStatus(estate: Estate, own: InstanceRow, address: string, port: number): number | undefined {
  const byAddress = 'network-interface.addresses.private-ip-address';
  const rows =
    address === '127.0.0.1'
      ? [own]
      : [...estate.instances.lookup(byAddress, [address], 0)].map(([, row]) => row);
  return rows.map(({ guest }) => guest.facts.http[port]).find((status) => status !== undefined);
}
