import { secondsOf, type Span } from '../../durations.ts';
import { task, type Job } from './job.ts';
import type { Vault } from './vault.ts';

/** A job about a vault's environment rather than about a protected item. */
interface EnvironmentJob {
  /** As the ledger and the faults call the request. */
  readonly operation: string;
  /** ARM id of what it makes or removes. */
  readonly id: string;
  readonly scenarioName: string;
  /** Names of its tasks, all of one length. */
  readonly tasks: readonly string[];
  /** What the job calls its target; a policy when absent. */
  readonly instanceType?: string;
  readonly span: Span;
  readonly succeeded: () => void;
}

/** Starts a job about policies, mappings or recovery plans. */
export function startEnvironmentJob(vault: Vault, plan: EnvironmentJob): Job {
  const { operation, id, scenarioName, tasks, span, succeeded, instanceType = 'ProtectionProfile' } = plan;
  const { world, jobs } = vault;
  const totalMs = secondsOf(span, world.random.fork(`${id}/${jobs.count}`));
  return jobs.start({
    scenarioName,
    friendlyName: scenarioName,
    tasks: tasks.map((name) => task(name, name, totalMs / tasks.length)),
    target: {
      objectId: world.random.fork(id).guid(),
      objectName: id.slice(id.lastIndexOf('/') + 1),
      instanceType,
    },
    detailsType: 'AsrJobDetails',
    affectedObjects: {},
    resourceId: id,
    failure: world.faults.takeJobFailure({ operation, target: id }),
    succeeded,
  });
}
