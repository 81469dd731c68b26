/** Where one machine is. In the order of a run without trouble, then the ways out of it. */
export const phases = [
  'queued',
  'preflight',
  'preparing',
  'replicating',
  'ready',
  'testing',
  'awaiting-cutover',
  'quiescing',
  'stopping-source',
  'failing-over',
  'adapting',
  'validating',
  'committing',
  'finishing',
  'completed',
  'turning-back',
  'turned-back',
  'aborting',
  'aborted',
] as const;

export type Phase = (typeof phases)[number];

/** A machine in one of these has left its run: nothing more happens to it by itself. */
const ended: readonly Phase[] = ['completed', 'turned-back', 'aborted'];

/** True when a machine's run is over, one way or the other. */
export function isEnded(phase: Phase): boolean {
  return ended.includes(phase);
}

/** True while a machine copies or prepares to: what `limits.initialReplications` counts. */
export function isBeforeReady(phase: Phase): boolean {
  return phases.indexOf(phase) < phases.indexOf('ready');
}

/** What somebody at the keyboard does next, or that there is nothing to do. */
export function nextAction(phase: Phase, address: string): string {
  switch (phase) {
    case 'queued':
      return 'Nothing to do: it starts as soon as the plan’s limits allow';
    case 'preparing':
      return 'Nothing to do here: what a person has to do is asked once for all machines, by the status of the plan';
    case 'ready':
      return `Cut over when you want: portage failover ${address}`;
    case 'testing':
      return `Look at the test VM once it is up, then: portage approve ${address} --test, or portage clean-up ${address}`;
    case 'adapting':
      return 'Nothing to do: the guest is made to live in Azure; a VM that cannot be reached asks for you';
    case 'awaiting-cutover':
      return `The cutover is about to begin. To call it off: portage turn-back ${address}`;
    case 'quiescing':
    case 'stopping-source':
      return `Nothing to do. Until the failover is accepted: portage turn-back ${address}`;
    case 'completed':
      return 'Done. Keep the source stopped, and delete it when nobody misses it; somebody who starts it is told of';
    case 'turned-back':
      return `The source runs again. To start over: portage start`;
    case 'aborted':
      return 'Given up. What was made and is still there stands in the notes';
    default:
      return 'Nothing to do: it goes on by itself';
  }
}
