import { DefaultLogger } from '@temporalio/worker';
import { pino } from 'pino';

/** The worker's log: JSON lines on standard error. */
export const logger = pino({ name: 'portage' }, pino.destination({ fd: 2, sync: true }));

/** Temporal's own messages, in the same log. */
export const temporalLogger = new DefaultLogger('WARN', ({ level, message, meta }) => {
  if (level === 'ERROR') logger.error(meta ?? {}, message);
  else logger.warn(meta ?? {}, message);
});
