import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadPlan, parsePlan, resolvePlan, type Plan } from '../plan/index.ts';
import type { PlanStatus } from '../client/index.ts';
import { cloudsOf } from './clouds-of-plan.ts';
import { startWorld } from './world.ts';

const vaults: Readonly<Record<string, (plan: Plan) => Plan>> = {
  modernized: (plan) => plan,
  classic: asClassic,
};

test('every example plan is carried through', { concurrency: 2 }, async (t) => {
  const runs = ['demo.yaml', 'forty-machines.yaml'].flatMap((file) =>
    Object.entries(vaults).map(([provider, edit]) =>
      t.test(`${file} in a ${provider} vault`, async (inner) => {
        const path = fileURLToPath(new URL(`../examples/${file}`, import.meta.url));
        await carryThrough(inner, edit(await loadPlan(path)));
      }),
    ),
  );
  await Promise.all(runs);
});

/** The same plan for a vault that has a configuration server instead of appliances. */
function asClassic(plan: Plan): Plan {
  return parsePlan({
    ...plan,
    accept: [...(plan.accept ?? []), 'CLASSIC_RETIRED'],
    environments: plan.environments.map((environment) => ({
      ...environment,
      appliances: undefined,
      provider: 'classic',
      configurationServer: { name: 'cs-1' },
    })),
  });
}

/** Runs a plan to its end; a person releases it, and does whatever it waits for. */
async function carryThrough(t: TestContext, plan: Plan): Promise<void> {
  const world = await startWorld(t, {
    scenario: (scenario) => Object.assign(scenario, cloudsOf(resolvePlan(plan))),
    worker: { CHANGE_CALENDAR_WEBHOOK: await webhook(t) },
  });
  await world.portage.start(plan);
  await world.portage.requestFailover({ plan: plan.name });
  for (let done = false; !done;) {
    const status = await world.untilPlan(
      plan.name,
      (now) => now.state === 'done' || openActions(now).length > 0,
      90_000,
    );
    for (const { id } of openActions(status)) await world.portage.completeAction(plan.name, id);
    done = status.state === 'done';
  }
  const { groups, failures } = await world.portage.planStatus(plan.name);
  const machines = groups.flatMap((group) => group.machines);
  assert.deepEqual(
    machines.filter(({ phase }) => phase !== 'completed'),
    [],
  );
  assert.equal(failures.count, 0);
}

function openActions({ groups }: PlanStatus) {
  return groups
    .flatMap(({ actions }) => actions)
    .filter(({ state, kind }) => state === 'open' && kind === 'manual');
}

/** Where the webhook of a plan leads to. */
async function webhook(t: TestContext): Promise<string> {
  const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}/`;
}
