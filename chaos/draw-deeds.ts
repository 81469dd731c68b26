import type { Chance } from './chance.ts';
import { jobs, targetOf } from './draw-faults.ts';
import type { Deed, DrawnMachine, Moment, SentSignal } from './drawn-run.ts';

/** What happens beside the clouds' faults: to the worker, the server, the plan, and what people send at bad moments. */
export function drawDeeds(chance: Chance, machines: readonly DrawnMachine[]): Deed[] {
  const [first, ...more] = machines;
  if (first === undefined) return [];
  const anyone = (): DrawnMachine => chance.oneOf([first, ...more]);
  return [
    ...(chance.happens(0.35) ? drawRough(chance, anyone) : []),
    ...(chance.happens(0.15) ? [{ what: 'terminate-plan' as const, at: drawMoment(chance, anyone()) }] : []),
    ...Array.from({ length: chance.between(0, 2) }, () => drawSignals(chance, anyone())),
  ];
}

function drawRough(chance: Chance, anyone: () => DrawnMachine): Deed[] {
  return Array.from({ length: chance.between(1, 2) }, () => ({
    what: chance.oneOf([
      'kill-worker',
      'kill-worker',
      'kill-worker',
      'freeze-worker',
      'restart-server',
      'jump-clock',
    ]),
    at: drawMoment(chance, anyone()),
  }));
}

function drawMoment(chance: Chance, machine: DrawnMachine): Moment {
  const operation = chance.oneOf([...jobs, 'StopInstances', 'ReplicationProtectedItems_UnplannedFailover']);
  return { operation, target: targetOf(operation, machine) };
}

const afterFailover: SentSignal = { name: 'turnBack', argument: { afterFailover: true } };
const badIdeas: readonly [SentSignal[], ...SentSignal[][]] = [
  [{ name: 'failover' }, { name: 'failover' }],
  [{ name: 'turnBack' }, { name: 'turnBack' }],
  [{ name: 'failover' }, { name: 'turnBack' }, { name: 'failover' }],
  [afterFailover, { name: 'retryStep' }, afterFailover],
  [{ name: 'retryStep' }, { name: 'retryStep' }],
  [{ name: 'abort' }],
  [{ name: 'abort' }, { name: 'approveTest', argument: { by: 'somebody' } }, { name: 'failover' }],
  [{ name: 'pause' }, { name: 'resume' }, { name: 'pause' }, { name: 'resume' }],
];

function drawSignals(chance: Chance, machine: DrawnMachine): Deed {
  const signals = chance.oneOf(badIdeas);
  return { what: 'signals', at: drawMoment(chance, machine), vm: machine.name, signals };
}
