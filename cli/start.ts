import { Command } from 'commander';
import { loadPlan } from '../plan/index.ts';
import { withClient } from './connection.ts';
import { remark, say, sayAssumed, sayJson } from './output.ts';

export function startCommand(): Command {
  return new Command('start')
    .description('start a plan, or attach to it where it runs already')
    .argument('<plan-file>', 'the plan, YAML or JSON')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, { json }: { json?: true }) => {
      const plan = await loadPlan(file);
      const started = await withClient((client) => client.start(plan));
      sayAssumed(started.assumed, remark);
      if (json) return sayJson({ plan: plan.name, ...started });
      say(
        started.attached
          ? `Plan ${plan.name} runs already: nothing was started twice`
          : `Plan ${plan.name} is started`,
      );
      say(`Look at it: portage status ${plan.name} --watch`);
    });
}
