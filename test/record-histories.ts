// Records the histories that replay tests guard: one of each way a run can go. Run it anew whenever workflows change,
// until the first release; from then on histories are added, never changed: `node test/record-histories.ts`.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { parsePlan, resolvePlan } from '../plan/index.ts';
import {
  environmentWorkflowId,
  machineWorkflowId,
  planWorkflowId,
  watchWorkflowId,
} from '../workflows/messages.ts';
import {
  inAttention,
  inPhase,
  instanceIdOf,
  planOf,
  openWorld,
  privateIpOf,
  until,
  untilState,
  type World,
} from './world.ts';

const folder = new URL('histories/unreleased/', import.meta.url);

/** A way that a run can go: its name, and how it is brought about. Each has machines of its own. */
const cases: Readonly<Record<string, (world: World) => Promise<readonly string[]>>> = {
  async happy(world) {
    await world.portage.start(planOf('happy', { first: ['m-01'], second: ['m-02'] }));
    await world.untilMachine('happy', 'm-02', inPhase('ready'));
    await world.portage.requestFailover({ plan: 'happy' });
    await world.portage.untilEnded('happy');
    return [planWorkflowId('happy'), machineWorkflowId('happy', 'm-01')];
  },
  async repaired(world) {
    await world.person({ action: 'stop-instance', instanceId: instanceIdOf('m-03') });
    await world.portage.start(planOf('repaired', { all: ['m-03'] }));
    await world.untilMachine('repaired', 'm-03', inAttention('INSTANCE_NOT_RUNNING'));
    await world.person({ action: 'start-instance', instanceId: instanceIdOf('m-03') });
    await untilState(world, 'running', 'm-03');
    await world.portage.retry({ plan: 'repaired' });
    await world.untilPlan('repaired', ({ environments }) => environments[0]?.attention !== undefined);
    await world.person({ action: 'add-to-appliance', privateIp: privateIpOf('m-03') });
    await world.untilMachine('repaired', 'm-03', inPhase('ready'));
    await world.portage.pause({ plan: 'repaired' });
    await world.portage.resume({ plan: 'repaired' });
    await world.portage.requestFailover({ plan: 'repaired' });
    await world.portage.untilEnded('repaired');
    return [planWorkflowId('repaired'), machineWorkflowId('repaired', 'm-03')];
  },
  async 'turned-back'(world) {
    const failJob = { code: '170010', message: 'There is no such size in the region' };
    await world.fault({ operation: 'UnplannedFailover', target: 'turned-back-m-04', count: 1, failJob });
    await world.portage.start(planOf('turned-back', { all: ['m-04'] }));
    await world.portage.requestFailover({ plan: 'turned-back' });
    await world.untilMachine('turned-back', 'm-04', inAttention('170010'));
    await world.portage.turnBack({ plan: 'turned-back', vm: 'm-04' });
    await world.portage.untilEnded('turned-back');
    await world.portage.requestFailover({ plan: 'turned-back', vm: 'm-04' });
    await world.untilMachine('turned-back', 'm-04', inPhase('completed'));
    return [planWorkflowId('turned-back'), machineWorkflowId('turned-back', 'm-04')];
  },
  async cancelled(world) {
    await world.portage.start(planOf('cancelled', { all: ['m-05'] }));
    await world.untilMachine('cancelled', 'm-05', inPhase('replicating'));
    await world.temporal.workflow.getHandle(planWorkflowId('cancelled')).cancel();
    await world.portage.untilEnded('cancelled');
    return [planWorkflowId('cancelled'), machineWorkflowId('cancelled', 'm-05')];
  },
  async attached(world) {
    const plan = planOf(
      'attached',
      {},
      {
        groups: [
          {
            name: 'all',
            before: [{ manual: 'Freeze the books' }],
            vms: [{ name: 'm-06', instanceId: instanceIdOf('m-06') }],
          },
        ],
      },
    );
    await world.portage.start(plan);
    await world.untilMachine('attached', 'm-06', inPhase('ready'));
    await world.temporal.workflow.getHandle(planWorkflowId('attached')).terminate();
    await world.portage.start({ ...plan, limits: { failures: 1 } });
    await world.portage.requestFailover({ plan: 'attached' });
    await world.untilPlan('attached', ({ groups }) => groups[0]?.actions[0]?.state === 'open');
    await world.portage.completeAction('attached', 'all/before/1');
    await world.portage.untilEnded('attached');
    return [planWorkflowId('attached')];
  },
  async native(world) {
    const plan = planOf('native', { all: ['m-07', 'm-08'] }, { engine: 'site-recovery' });
    await world.portage.start(plan);
    await world.portage.requestFailover({ plan: 'native' });
    await world.portage.untilEnded('native');
    const [vm] = resolvePlan(plan).groups[0]?.machines ?? [];
    const environment = vm === undefined ? [] : [environmentWorkflowId(vm.environment)];
    return [planWorkflowId('native'), machineWorkflowId('native', 'm-07'), ...environment];
  },
  async pushed(world) {
    const { environments, defaults, ...plan } = planOf('pushed', { all: ['m-09'] });
    await world.portage.start({
      ...plan,
      environments: environments.map((environment) => ({ ...environment, account: 'migrate-admin' })),
      defaults: { ...defaults, mobility: 'push' },
    });
    await world.portage.requestFailover({ plan: 'pushed' });
    await world.portage.untilEnded('pushed');
    return [machineWorkflowId('pushed', 'm-09')];
  },
  async changed(world) {
    const sized = (size: string) => {
      const { defaults, ...plan } = planOf('changed', { all: ['m-10'] });
      return { ...plan, defaults: { ...defaults, target: { ...defaults?.target, size: [size] } } };
    };
    await world.portage.start(sized('Standard_D2s_v5'));
    await world.untilMachine('changed', 'm-10', inPhase('ready'));
    await world.portage.applyPlan(sized('Standard_D4s_v5'));
    await world.portage.requestFailover({ plan: 'changed' });
    await world.portage.untilEnded('changed');
    return [planWorkflowId('changed'), machineWorkflowId('changed', 'm-10')];
  },
  async acted(world) {
    const greeting = 'Write-Output done';
    const fails = { ssm: 'Stop-Service NoSuchService', retries: 1, otherwise: 'go-on' };
    const machine = { before: [{ ssm: greeting }, fails], after: [{ runCommand: greeting }] };
    const plan = planOf('acted', { all: ['m-11'] });
    const settings = { cutover: 'automatic', afterCommit: 'terminate', watchDays: 5 / (24 * 3600) };
    const vm = { name: 'm-11', instanceId: instanceIdOf('m-11'), ...machine };
    const before = [
      { ssm: greeting, on: 'm-11' },
      { ...fails, on: 'm-11' },
    ];
    await world.portage.start(
      parsePlan({
        ...plan,
        defaults: { ...plan.defaults, ...settings },
        groups: [{ name: 'all', before, after: [{ runCommand: greeting, on: 'm-11' }], vms: [vm] }],
      }),
    );
    await world.portage.untilEnded('acted');
    const state = async () => (await world.portage.sourceWatch('acted', 'm-11'))?.state;
    await until(state, (now) => now === 'asking');
    await world.portage.confirm('acted', 'm-11', 'terminate');
    await until(state, (now) => now === 'gone');
    return [planWorkflowId('acted'), machineWorkflowId('acted', 'm-11'), watchWorkflowId('acted', 'm-11')];
  },
};

const { world, close } = await openWorld({
  machines: 11,
  scenario: ({ aws, azure }) => {
    for (const instance of aws.instances) if (instance.name === 'm-09') instance.guest = {};
    const known = aws.instances
      .map(({ name }) => privateIpOf(name))
      .filter((ip) => ip !== privateIpOf('m-03'));
    for (const vault of azure.vaults) vault.site = { ...vault.site, discovered: known };
  },
});
try {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, bringAbout] of Object.entries(cases)) await record(name, await bringAbout(world));
} finally {
  await close();
}

async function record(name: string, workflowIds: readonly string[]): Promise<void> {
  for (const id of workflowIds) {
    const history = await world.temporal.workflow.getHandle(id).fetchHistory();
    const [, kind] = id.split('/'); // portage/plan/…, portage/vm/…, portage/environment/…
    await writeFile(new URL(`${name}.${kind}.json`, folder), `${anonymous(historyToJSON(history))}\n`);
  }
}

/** Without what tells of the machine it was recorded on: replay needs none of it. */
function anonymous(json: string): string {
  const history: unknown = JSON.parse(json, (key, value: unknown) =>
    key === 'stackTrace' || key === 'identity' ? '' : value,
  );
  return JSON.stringify(history, undefined, 1);
}
