import { Command } from 'commander';
import { loadPlan, resolvePlan } from '../plan/index.ts';
import { readConfig } from '../worker/config.ts';
import { collect } from './address.ts';
import { sweepText } from './sweep-view.ts';
import { say, sayJson } from './output.ts';

interface Options {
  readonly json?: true;
  readonly remove?: readonly string[];
}

export function sweepCommand(): Command {
  return new Command('sweep')
    .description('list what tests, turns and ends of a plan have left in both clouds, with size and age')
    .argument('<plan-file>', 'the plan, YAML or JSON')
    .option('--remove <id>', 'remove this one, of those that are Portage’s own; may be repeated', collect)
    .option('--json', 'print the list as JSON')
    .action(async (file: string, { json, remove = [] }: Options, command: Command) => {
      const plan = resolvePlan(await loadPlan(file));
      const { sweeper } = await import('../worker/sweep.ts');
      const sweep = sweeper(readConfig(process.env));
      const left = await sweep.look(plan);
      const isNamed = (id: string) => remove.some((one) => one.toLowerCase() === id.toLowerCase());
      const unknown = remove.filter((id) => !left.some((one) => one.id.toLowerCase() === id.toLowerCase()));
      if (unknown.length > 0) command.error(`error: not among what is left: ${unknown.join(', ')}`);
      const removed = left.filter(({ id }) => isNamed(id));
      for (const leftover of removed) await sweep.remove(leftover);
      if (json) return sayJson({ plan: plan.name, left, removed: removed.map(({ id }) => id) });
      say(sweepText(plan.name, left, removed, new Date()));
    });
}
