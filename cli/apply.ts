import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { PortageError, type PortageClient } from '../client/index.ts';
import { loadPlan, type Plan } from '../plan/index.ts';
import { differenceText } from './apply-view.ts';
import { withClient } from './connection.ts';
import { say, sayJson } from './output.ts';

/** Has a plan that runs go by its changed file. */
export function applyCommand(): Command {
  return new Command('apply')
    .description('change a plan that runs: show what its file says otherwise, and apply it')
    .argument('<plan-file>', 'the plan, YAML or JSON')
    .option('--yes', 'apply it without asking')
    .option('--json', 'print what differs, and what came of it, as JSON; applied with --yes only')
    .action(async (file: string, { yes = false, json }: { yes?: boolean; json?: true }) => {
      const plan = await loadPlan(file);
      await withClient((client) => (json ? applyAsJson(client, plan, yes) : apply(client, file, plan, yes)));
    });
}

async function apply(client: PortageClient, file: string, plan: Plan, yes: boolean): Promise<void> {
  const difference = await client.difference(plan);
  say(differenceText(plan.name, difference));
  if (difference.refused.length > 0) throw nothingApplied(plan, 'take out of the file what is refused');
  if (difference.changes.length === 0) return;
  if (!yes && !(await isConfirmed(plan.name)))
    throw nothingApplied(plan, `it was not confirmed. To apply it: portage apply ${file} --yes`);
  say(await client.applyPlan(plan, difference.revision));
  say(`How it stands: portage status ${plan.name}`);
}

async function applyAsJson(client: PortageClient, plan: Plan, yes: boolean): Promise<void> {
  const { revision, changes, refused } = await client.difference(plan);
  const isApplied = yes && changes.length > 0 && refused.length === 0;
  const answer = isApplied ? await client.applyPlan(plan, revision) : undefined;
  const outcome = { applied: isApplied, ...(answer !== undefined && { answer }) };
  sayJson({ plan: plan.name, revision, changes, refused, ...outcome });
  if (refused.length > 0) throw nothingApplied(plan, 'take out of the file what is refused');
}

function nothingApplied({ name }: Plan, why: string): PortageError {
  return new PortageError('refused', `Nothing is applied to ${name}: ${why}`);
}

/** Only somebody at a terminal can be asked. */
async function isConfirmed(plan: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  const questions = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await questions.question(`Apply this to ${plan}? [y/N] `)).trim());
  } finally {
    questions.close();
  }
}
