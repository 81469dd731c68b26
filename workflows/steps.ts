import { ActivityCancellationType, proxyActivities, sleep } from '@temporalio/workflow';
import type { Activities, Timing } from '../activities/index.ts';

/** The activities as workflows call them, each kind with the time it may take. Budgets in time, not in attempts: throttling would use those up. */
export interface Steps {
  /** Looks and effects: one short attempt after the other, until the step's budget is used up. */
  readonly act: Activities;
  /** Waiting for what may take days: no overall limit, and no event however long. Given up at once when its wait is left. */
  readonly wait: Activities;
  /** Waiting for validation, which may fail. */
  readonly validate: Activities;
  /** Run commands on an Azure VM, whose agent may never be reached. */
  readonly inAzure: Activities;
  /** Waits until what a cloud has accepted would show. */
  readonly settle: () => Promise<void>;
}

const retryPolicy = {
  initialInterval: '1 second',
  backoffCoefficient: 2,
  maximumInterval: '1 minute',
} as const;

/** The activities of an action, all tries of each within the time that it may take. */
export function actionSteps({ attemptMs }: Timing, summary: string, withinMs: number): Activities {
  return proxyActivities<Activities>({
    startToCloseTimeout: Math.min(attemptMs, withinMs),
    scheduleToCloseTimeout: withinMs,
    retry: retryPolicy,
    summary,
  });
}

/** Durations before the worker was asked for them: only for asking. */
const askingMs = 10_000;

/** Asks the worker for its durations, once for each run. */
export async function readTiming(): Promise<Timing> {
  return proxyActivities<Activities>({ startToCloseTimeout: askingMs }).readTiming();
}

/** @param summary what the step is, in words: the Web UI shows it beside each of its activities. */
export function stepsOf(
  { attemptMs, stepMs, validationMs, runCommandMs, settleMs }: Timing,
  summary: string,
): Steps {
  const options = { startToCloseTimeout: attemptMs, retry: retryPolicy, summary };
  return {
    act: proxyActivities<Activities>({ ...options, scheduleToCloseTimeout: stepMs }),
    settle: () => sleep(settleMs, { summary }),
    wait: proxyActivities<Activities>({ ...options, cancellationType: ActivityCancellationType.TRY_CANCEL }),
    inAzure: proxyActivities<Activities>({ ...options, scheduleToCloseTimeout: runCommandMs }),
    validate: proxyActivities<Activities>({ ...options, scheduleToCloseTimeout: validationMs }),
  };
}
