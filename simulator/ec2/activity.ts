import { guestMachine } from './guest-machine.ts';
import type { Estate, InstanceRow } from './estate.ts';
import { stateOf } from './instance-state.ts';
import { unitsOf } from '../guest/linux/units.ts';
import { servicesOf } from '../guest/windows/services.ts';

/** Notes what of an instance's services runs now: to be called whenever that may have changed. */
export function noteActivity(estate: Estate, row: InstanceRow): void {
  if (row.writes.isEmpty) return;
  const { nowMs } = estate.clock;
  if (stateOf(row) !== 'running') return row.writes.note(() => false, nowMs);
  const guest = guestMachine(estate, row, () => undefined);
  const services = row.guest.osType === 'Windows' ? servicesOf(guest) : unitsOf(guest);
  const running = new Set(
    services.filter(({ isRunning }) => isRunning).map(({ name }) => name.toLowerCase()),
  );
  row.writes.note((service) => running.has(service.toLowerCase()), nowMs);
}
