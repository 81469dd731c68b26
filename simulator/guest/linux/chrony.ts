import { resolved } from '../http-request.ts';
import type { GuestMachine } from '../guest-machine.ts';
import { awsTimeServer } from '../windows-settings.ts';
import { chronyFile } from './distribution.ts';
import { fileOf } from './system-files.ts';

/** A source of time, as chrony tells of it: `selected` is the one it follows. */
export interface TimeSource {
  readonly kind: '^' | '#';
  readonly name: string;
  readonly answers: boolean;
}

/** The sources of its configuration, in order; a changed one counts at once, where chrony would want a restart. */
export function timeSources(guest: GuestMachine): TimeSource[] {
  const lines = (fileOf(guest, chronyFile(guest)) ?? '').split('\n').map((line) => line.trim().split(/\s+/));
  return lines.flatMap(([directive = '', name = '', device = '']): TimeSource[] => {
    if (directive === 'refclock') {
      return [
        {
          kind: '#',
          name: `${name}0`,
          answers: device.startsWith('/dev/ptp') && guest.hardware.cloud === 'azure',
        },
      ];
    }
    if (directive !== 'server' && directive !== 'pool' && directive !== 'peer') return [];
    return [{ kind: '^', name, answers: answers(guest, name) }];
  });
}

function answers(guest: GuestMachine, name: string): boolean {
  if (name === awsTimeServer) return guest.hardware.cloud === 'aws';
  const address = resolved(guest, name);
  return address !== undefined && guest.connect(address, 123) === 'open';
}
