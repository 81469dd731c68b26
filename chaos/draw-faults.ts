import type { Chance } from './chance.ts';
import type { CloudFault, DrawnMachine } from './drawn-run.ts';

/** Requests that a machine's life consists of, and what tells it in their target. */
export const jobs = [
  'ReplicationProtectedItems_Create',
  'ReplicationProtectedItems_Update',
  'ReplicationProtectedItems_TestFailover',
  'ReplicationProtectedItems_TestFailoverCleanup',
  'ReplicationProtectedItems_UnplannedFailover',
  'ReplicationProtectedItems_FailoverCommit',
  'ReplicationProtectedItems_Delete',
] as const;
const ofInstance = ['StopInstances', 'StartInstances', 'CreateTags', 'DeleteTags'] as const;
const ofVm = [
  'VirtualMachines_Update',
  'VirtualMachines_Deallocate',
  'VirtualMachines_Delete',
  'VirtualMachines_Get',
] as const;
const others = [...ofInstance, ...ofVm, 'ReplicationProtectedItems_Get', 'CreateSecurityGroup'] as const;

/** What goes wrong with one machine's requests: mostly one or two things. */
export function drawFaults(chance: Chance, machine: DrawnMachine): CloudFault[] {
  return Array.from({ length: chance.between(0, 3) }, () => drawFault(chance, machine));
}

function drawFault(chance: Chance, machine: DrawnMachine): CloudFault {
  if (chance.happens(0.08)) return withoutCapacity(chance, machine);
  const onJob = chance.happens(0.65);
  const operation = onJob ? chance.oneOf(jobs) : chance.oneOf(others);
  const fault = { operation, target: targetOf(operation, machine) };
  const effect = chance.oneOf(onJob ? [...plain, ...ofJobs] : plain);
  return { ...fault, ...effect(chance) };
}

/** How the ledger, and so a fault, names what a request is about. */
export function targetOf(operation: string, { item, instanceId, name }: DrawnMachine): string {
  if (operation.startsWith('ReplicationProtectedItems_')) return item;
  return ofInstance.some((one) => one === operation) ? instanceId : name;
}

type Effect = (chance: Chance) => Omit<CloudFault, 'operation' | 'target'>;

const plain: readonly [Effect, ...Effect[]] = [
  (chance) => ({ status: 429, code: 'TooManyRequests', retryAfterSeconds: 300, count: chance.between(1, 3) }),
  (chance) => ({ status: 500, code: 'InternalServerError', count: chance.between(1, 3) }),
  (chance) => ({ status: 503, code: 'ServiceUnavailable', count: chance.between(1, 3) }),
  (chance) => ({ drop: 'before', count: chance.between(1, 2) }),
  () => ({ drop: 'after', count: 1 }),
  () => ({ latencyMs: 800, count: 1 }),
];

const ofJobs: readonly Effect[] = [
  (chance) => ({ visibleAfterSeconds: chance.between(200, 900), count: 1 }),
  (chance) => ({ drop: 'after', visibleAfterSeconds: chance.between(200, 900), count: 1 }),
  () => ({ failJob, count: 1 }),
  () => ({ failJob, count: 3 }),
];

const failJob = { code: '170010', message: 'A failure that was asked for' };

function withoutCapacity(chance: Chance, { instanceId }: DrawnMachine): CloudFault {
  return {
    operation: 'StartInstances',
    target: instanceId,
    status: 500,
    code: 'InsufficientInstanceCapacity',
    count: chance.between(1, 4),
  };
}
