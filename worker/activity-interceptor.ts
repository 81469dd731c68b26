import { ApplicationFailure, type Context } from '@temporalio/activity';
import type { ActivityInterceptors } from '@temporalio/worker';
import { asFailure } from '../activities/index.ts';
import { logger } from './log.ts';

/** Around every activity: what a cloud threw becomes the failure that Temporal should see, and is logged with its request id. */
export function activityInterceptor({ info }: Context): ActivityInterceptors {
  return {
    inbound: {
      async execute(input, next) {
        try {
          return await next(input);
        } catch (error) {
          const failure = asFailure(error);
          log(info, failure);
          throw failure;
        }
      },
    },
  };
}

function log({ activityType, attempt, workflowExecution }: Context['info'], failure: unknown): void {
  if (failure instanceof ApplicationFailure && failure.type === 'NotYet') return;
  const about = { activity: activityType, attempt, workflow: workflowExecution?.workflowId };
  if (failure instanceof ApplicationFailure)
    logger.warn({ ...about, type: failure.type, details: failure.details?.[0] }, failure.message);
  else logger.error({ ...about, err: failure }, 'activity failed');
}
