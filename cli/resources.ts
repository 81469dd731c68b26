import { loadPlan, resolvePlan } from '../plan/index.ts';
import { readConfig } from '../worker/config.ts';
import { say, sayJson, table } from './output.ts';

/** What belongs to each relation, as people read it. */
const relations = {
  made: 'made by Portage',
  claimed: 'source, claimed',
  named: 'named by the plan',
} as const;

/** Lists what belongs to a plan in both clouds. */
export async function showResources(file: string, json: true | undefined): Promise<void> {
  const plan = resolvePlan(await loadPlan(file));
  const { listResources } = await import('../worker/resources.ts');
  const resources = await listResources(readConfig(process.env), plan);
  if (json) return sayJson({ plan: plan.name, resources });
  if (resources.length === 0) return say(`Plan ${plan.name} has nothing in the clouds`);
  const rows = resources.map(({ cloud, type, id, where, relation }) => [
    cloud,
    where,
    type,
    id,
    relations[relation],
  ]);
  say(table(['cloud', 'where', 'type', 'id', 'relation'], rows));
}
