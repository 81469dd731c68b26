import type { DiscoveredMachine, OpenedFirewall } from '../activities/index.ts';
import { testConnections } from './install-mobility.ts';
import type { MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import type { Undo } from './undo-list.ts';

/**
 * Keeps a machine open for the servers that see it to push the Mobility service, as long as `act` takes: also while that has failed
 * and waits for a retry, but not once the machine has been cancelled. Other machines are not touched.
 */
export async function withFirewall(
  run: MachineRun,
  found: Found,
  { seenBy }: DiscoveredMachine,
  act: () => Promise<void>,
): Promise<void> {
  if (run.vm.mobility !== 'push') return act();
  const close = closing(run);
  run.onUndo(close);
  const opened = await run.step('Open the firewall', (steps) =>
    steps.act.openFirewall(run.vm, found.source, found.setting, seenBy),
  );
  run.note(inWords(opened));
  await testConnections(run, found, seenBy);
  await act();
  await run.undoServed(close);
  if (opened !== undefined) run.note(`The firewall is closed again: ${opened.groupId} is gone`);
}

/** Closes what an earlier run of the machine may have left open. */
export async function closeFirewall(run: MachineRun): Promise<void> {
  if (run.vm.mobility === 'push') await run.undoServed(closing(run));
}

function closing(run: MachineRun): Undo {
  const name = 'Close the firewall';
  return { name, undo: () => run.step(name, ({ act }) => act.closeFirewall(run.vm)) };
}

function inWords(opened: OpenedFirewall | undefined): string {
  if (opened === undefined) return 'The machine’s own security groups let its servers in: nothing is opened';
  const { groupId, rules } = opened;
  return `Opened by security group ${groupId}, until replication is enabled or the machine is given up: ${rules.join(', ')}`;
}
