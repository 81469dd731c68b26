import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplicationFailure } from '@temporalio/activity';
import type { VmPlan } from '../plan/index.ts';
import { failureAsRead } from './as-read.ts';
import { beginReplication, preflight, type CloudWorld, type Found } from './cloud-world.ts';
import { bareMachine, openMachine, pushed, startMobilityClouds } from './mobility-world.ts';

const linux = { platform: 'linux', osName: 'Ubuntu 22.04.4 LTS' };

/** What a person reads for each error: what is wrong, in Site Recovery's words, and what Portage says has to be done. */
const errors: readonly (readonly [code: string, wrong: RegExp, toDo: RegExp])[] = [
  [
    '95103',
    /Windows Management Instrumentation/,
    /windows management instrumentation \(wmi\).*135 and 49152–65535/,
  ],
  ['95105', /file and printer sharing/, /Turn on file and printer sharing.*TCP 445/],
  ['95106', /file and printer sharing/, /Turn on file and printer sharing/],
  ['95107', /credentials/, /password.*administrator.*LocalAccountTokenFilterPolicy/],
  ['95108', /credentials/, /root with its password.*sshd_config/],
  ['95117', /cannot be reached/, /machine runs.*TCP 445 and 135 on Windows/],
  ['95118', /cannot be reached/, /22 on Linux/],
  ['97118', /cannot be reached/, /sshd with sftp/],
  ['95213', /installer ended/, /ASRSetupLogs/],
  ['95309', /boot and system partitions/, /onto one disk/],
  ['95310', /no boot disk/, /its boot disk: none is seen/],
  ['95311', /several boot disks/, /one boot disk: several are not supported/],
  ['95517', /access is denied/, /account an administrator/],
  ['95518', /trust relationship/, /Repair the machine’s trust relationship/],
  ['95519', /account is disabled/, /net user <name> \/active:yes/],
  ['95520', /locked out/, /Unlock the run-as account/],
  ['95521', /no logon server/, /reaches a logon server/],
  ['95522', /logon service/, /net start netlogon/],
  ['95523', /network of the source machine/, /network that the machine is in still exists/],
];
const nameAt = (at: number) => `m-${String(at + 10)}`;

test('a push installation that fails', async (t) => {
  const world = await startMobilityClouds(t, [
    bareMachine('m-01'),
    openMachine('m-02'),
    { ...openMachine('m-03'), guest: { administrators: ['somebody-else'] } },
    { ...openMachine('m-04'), ...linux, guest: { administrators: ['somebody-else'] } },
    ...errors.map(([code], at) => ({ ...openMachine(nameAt(at)), quirks: { pushRefusal: code } })),
  ]);
  for (const [at, [code, wrong, toDo]] of errors.entries())
    await t.test(`with ${code} says what is wrong and what to do`, async () => {
      const failure = await enableFailure(world, pushed(nameAt(at)));
      told(failure, code, wrong, toDo);
    });
  await t.test('for a closed port succeeds once the firewall is open', () => needsTheFirewall(world));
  await t.test('for a wrong password names the account, on either system', () => namesTheAccount(world));
});

const warnings = ['95265', '95266'];

test('a warning after a push installation that went well asks for a restart', async (t) => {
  const world = await startMobilityClouds(
    t,
    warnings.map((code, at) => ({ ...openMachine(nameAt(at)), quirks: { pushRefusal: code } })),
  );
  const jobs = await Promise.all(
    warnings.map(async (_, at) => {
      const found = await preflight(world, pushed(nameAt(at)));
      return { found, job: await enable(world, found) };
    }),
  );
  const warningOf = ({ found, job }: (typeof jobs)[number]) => world.run((a) => a.awaitJob(found.item, job));
  for (const [at, code] of warnings.entries())
    await t.test(`with ${code}`, async () => {
      const [one] = jobs.slice(at);
      assert.ok(one);
      const said = await warningOf(one);
      assert.equal(said?.code, code);
      assert.match(said.message, /has been installed on the source machine/);
      assert.match(said.suggestion ?? '', /restart the machine when it suits[^.]*$/);
    });
  const [first] = jobs;
  assert.ok(first);
  await t.test('and one that the service will not tell holds nothing up', async () => {
    const forbidden = { status: 403, code: 'AuthorizationFailed', count: 1 };
    await world.fault({ operation: 'ReplicationOperationStatus_Get', ...forbidden });
    assert.equal(await warningOf(first), undefined);
  });
  await t.test('but is asked for again where nothing was answered', async () => {
    await world.fault({ operation: 'ReplicationOperationStatus_Get', status: 500, count: 1 });
    const failure = await world.failure((a) => a.awaitJob(first.found.item, first.job));
    assert.deepEqual([failure.type, failure.nonRetryable], ['CloudUnavailable', false]);
  });
});

function told(failure: ApplicationFailure, code: string, wrong: RegExp, toDo: RegExp): void {
  assert.deepEqual([failure.type, failure.nonRetryable], ['JobFailed', true]);
  const [happened = '', ...advice] = failureAsRead(failure).split('\n');
  assert.ok(happened.includes(code));
  assert.match(happened, wrong);
  assert.match(advice.join('\n'), toDo);
  assert.match(advice.join('\n'), /Then retry$/);
}

async function needsTheFirewall(world: CloudWorld): Promise<void> {
  const vm = pushed('m-01');
  told(await enableFailure(world, vm), '95117', /cannot be reached/, /TCP 445 and 135/);

  const found = await preflight(world, vm);
  await world.run((a) => a.openFirewall(vm, found.source, found.setting, []));
  assert.equal(await world.run((a) => a.isEnabled(found.item)), false);
  const removal = await world.run(async (a) =>
    a.beginClearFailedEnable(found.item, await a.markItemJobs(found.item)),
  );
  assert.ok(removal !== undefined);
  await world.skip(30);
  await world.run((a) => a.awaitItemGone(found.item));
  const again = await world.run(async (a) =>
    a.beginClearFailedEnable(found.item, await a.markItemJobs(found.item)),
  );
  assert.equal(again, undefined, 'there is nothing to remove any more');

  const job = await enable(world, found);
  await world.run((a) => a.awaitJob(found.item, job));
  assert.equal(await world.run((a) => a.isEnabled(found.item)), true);
}

async function namesTheAccount(world: CloudWorld): Promise<void> {
  told(await enableFailure(world, pushed('m-03')), '95107', /credentials/, /Correct the run-as account/);
  told(await enableFailure(world, pushed('m-04')), '95108', /credentials/, /Correct the run-as account/);
}

async function enableFailure(world: CloudWorld, vm: VmPlan): Promise<ApplicationFailure> {
  const found = await preflight(world, vm);
  const job = await enable(world, found);
  return world.failure((a) => a.awaitJob(found.item, job));
}

async function enable(world: CloudWorld, found: Found): Promise<string> {
  const job = await world.prepare((a) => beginReplication(a, found));
  await world.skip(60);
  assert.ok(job !== undefined);
  return job;
}
