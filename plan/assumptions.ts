import { said } from './levels.ts';
import { defaultDiskType, settingsOf } from './resolve-machine.ts';
import type { Plan } from './schema.ts';

type Settings = NonNullable<Plan['defaults']>;

/** One sentence for each thing that matters to a person, that the plan does not say and Portage therefore assumes. */
export function assumptions(plan: Plan): string[] {
  const machines = plan.groups.flatMap((group) => group.vms.map((vm) => settingsOf(plan, group, vm)));
  return sentences.flatMap(({ read, sentence }) => {
    const silent = machines.filter((levels) => said(levels, read) === undefined).length;
    if (silent === 0) return [];
    return [
      sentence(silent === machines.length ? 'every machine' : `${silent} of ${machines.length} machines`),
    ];
  });
}

const sentences: readonly { read: (level: Settings) => unknown; sentence: (who: string) => string }[] = [
  {
    read: ({ mobility }) => mobility,
    sentence: (who) => `mobility: ssm for ${who}. Systems Manager installs the Mobility service.`,
  },
  {
    read: ({ testFailover }) => testFailover,
    sentence: (who) => `testFailover: optional for ${who}. Untested, the first failover is the real one.`,
  },
  {
    read: ({ target }) => target?.size,
    sentence: (who) => `target.size: chosen by Site Recovery for ${who}.`,
  },
  {
    read: ({ target }) => target?.diskType,
    sentence: (who) => `target.diskType: ${defaultDiskType} for ${who}.`,
  },
];
