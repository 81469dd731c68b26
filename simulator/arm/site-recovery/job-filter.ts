import type { Job } from './job.ts';
import { badInput } from './asr-error.ts';

/** What `$filter` of a job list asks for. */
export interface JobFilter {
  /** Only jobs that started then or later; simulated milliseconds. */
  readonly sinceMs: number;
  readonly meets: (job: Job) => boolean;
}

const clause = /^(StartTime|EndTime|JobStatus|AffectedObjectTypes|JobName) eq '([^']*)'$/i;

/**
 * Reads `StartTime eq '…' and EndTime eq '…' and JobStatus eq '…'`. In spite of its `eq`, StartTime means "started then
 * or later" and EndTime "started then or earlier": inferred from what the published cmdlets send for a span of time.
 * @throws ArmError 400 for anything else.
 */
export function parseJobFilter(filter: string | null): JobFilter {
  let sinceMs = -Infinity;
  const conditions: ((job: Job) => boolean)[] = [];
  for (const part of (filter ?? '').split(/ and /i).filter((text) => text.trim() !== '')) {
    const [, name, value] = clause.exec(part.trim()) ?? [];
    if (name === undefined || value === undefined)
      throw badInput(`The job filter '${part}' is not understood.`);
    if (name.toLowerCase() === 'starttime') sinceMs = timeOf(value);
    else conditions.push(condition(name.toLowerCase(), value));
  }
  return { sinceMs, meets: (job) => conditions.every((meets) => meets(job)) };
}

function condition(name: string, value: string): (job: Job) => boolean {
  const wanted = value.toLowerCase();
  switch (name) {
    case 'endtime': {
      const untilMs = timeOf(value);
      return (job) => job.startMs <= untilMs;
    }
    case 'jobstatus':
      return (job) => job.state.toLowerCase() === wanted;
    case 'jobname':
      return (job) => job.plan.scenarioName.toLowerCase() === wanted;
    default:
      return (job) => job.plan.target.instanceType.toLowerCase() === wanted;
  }
}

function timeOf(value: string): number {
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw badInput(`'${value}' in the job filter is not a time.`);
  return ms;
}
