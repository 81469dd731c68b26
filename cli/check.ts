import { Command } from 'commander';
import { loadPlan, resolvePlan } from '../plan/index.ts';
import { readConfig } from '../worker/config.ts';
import { exitCodes } from './exit.ts';
import { findingsText } from './findings-view.ts';
import { remark, say, sayAssumed, sayJson } from './output.ts';

export function checkCommand(): Command {
  return new Command('check')
    .description('look at both clouds for everything that speaks against a plan; changes nothing')
    .argument('<plan-file>', 'the plan, YAML or JSON')
    .option('--json', 'print the findings as JSON')
    .action(async (file: string, { json }: { json?: true }) => {
      const plan = resolvePlan(await loadPlan(file));
      sayAssumed(plan.assumed, remark);
      const { preflight } = await import('../worker/preflight.ts');
      const findings = await preflight(readConfig(process.env), plan);
      if (findings.some(({ severity }) => severity === 'blocker')) process.exitCode = exitCodes.attention;
      if (json) sayJson({ plan: plan.name, findings });
      else say(findingsText(plan, findings));
    });
}
