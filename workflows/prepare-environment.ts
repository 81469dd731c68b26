import { ActivityFailure, CancelledFailure } from '@temporalio/common';
import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import { failureType, troubleOf } from './attention.ts';
import { EnvironmentRun } from './environment-run.ts';
import type { EnvironmentStatus } from './messages.ts';
import { Left, type Preparation } from './preparation.ts';
import { prepareServers } from './prepare-servers.ts';
import { readTiming, stepsOf } from './steps.ts';

/**
 * Prepares one vault for every plan that asks for it (`prepareFor`), each in its own order and side by side: what the
 * vault lacks is created, what is there is adopted, a person is asked once for what only they can do. It ends when every
 * plan has all it needs, and may be started again at any time.
 * Its whole body is non-cancellable: a cancel ends every preparation at its next safe point.
 * @returns how it stood in the end. Closes as cancelled when a cancel ended it.
 */
export async function prepareEnvironment(): Promise<EnvironmentStatus> {
  const { cancelRequested } = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    const run = new EnvironmentRun(readTiming());
    run.listen((preparation) => CancellationScope.nonCancellable(() => serve(preparation)));
    cancelRequested.catch(() => run.cancelled());
    do {
      await followMachines(run);
      await condition(allHandlersFinished);
      await run.flushed();
    } while (!run.isOver);
    if (run.isCancelled) throw new CancelledFailure('The preparation of the vault was cancelled');
    return run.status;
  });
}

/** Brings the vault as far as one plan's machines need it. */
async function serve(preparation: Preparation): Promise<void> {
  try {
    await prepareVault(preparation);
    const fabric = await prepareServers(preparation);
    await preparePolicy(preparation, fabric);
    preparation.note('Machines may begin: the policy is associated');
    preparation.enter('ready');
  } catch (cause) {
    if (!(cause instanceof Left)) throw cause;
  }
}

/** Resource group, vault, where machines go to, and what the vault may do with its cache storage account. */
async function prepareVault(preparation: Preparation): Promise<void> {
  const { plan, environment, targets } = preparation.request;
  preparation.note(
    await preparation.effect('Resource group of the vault', ({ act }) =>
      act.ensureVaultGroup(plan, environment),
    ),
  );
  const vault = await preparation.effect('Vault', ({ act }) => act.ensureVault(plan, environment));
  preparation.note(vault.note);
  if (environment.create) await createTargets(preparation, targets.resourceGroupIds);
  preparation.note(
    await preparation.effect('Roles of the vault’s identity', ({ act }) =>
      act.ensureCacheRoles(environment, vault.principalId),
    ),
  );
}

async function createTargets(preparation: Preparation, resourceGroupIds: readonly string[]): Promise<void> {
  const { plan, environment } = preparation.request;
  const groups = await preparation.effect('Resource groups of the targets', ({ act }) =>
    act.ensureTargetGroups(plan, environment, resourceGroupIds),
  );
  for (const note of groups) preparation.note(note);
  for (const network of environment.networks)
    preparation.note(
      await preparation.effect('Networks', ({ act }) => act.ensureNetwork(plan, environment, network)),
    );
  preparation.note(
    await preparation.effect('Cache storage account', ({ act }) => act.ensureCacheAccount(plan, environment)),
  );
}

/** The policy, and its association with the servers' container. */
async function preparePolicy(preparation: Preparation, fabric: string): Promise<void> {
  const { environment } = preparation.request;
  await preparation.effect('Replication policy', async ({ act, wait }) => {
    const job = await act.beginPolicy(environment, fabric);
    if (job !== undefined) await preparation.wait(() => wait.awaitJob({ environment }, job));
  });
  const drift = await preparation.step('Replication policy', ({ act }) => act.policyNotes(environment));
  for (const note of drift) preparation.note(note);
  const refusal = await associate(preparation, fabric);
  await preparation.untilFound('Associate the policy', (activities, asked) =>
    activities.awaitPaired(environment, fabric, refusal, asked),
  );
}

/** @returns what Site Recovery has against doing it by a call; then a person does it in the portal. */
async function associate(preparation: Preparation, fabric: string): Promise<string> {
  const { environment } = preparation.request;
  return preparation.effect('Associate the policy', async ({ act, wait }) => {
    try {
      const job = await act.beginMapping(environment, fabric);
      if (job !== undefined) await preparation.wait(() => wait.awaitJob({ environment }, job));
      return '';
    } catch (failure) {
      if (failure instanceof ActivityFailure && isRefusal(failure)) return troubleOf(failure).message;
      throw failure;
    }
  });
}

function isRefusal(failure: ActivityFailure): boolean {
  return ['Refused', 'JobFailed'].includes(failureType(failure) ?? '');
}

/** Keeps the list of machines that a person has to add, over all plans, as long as any plan waits for one. */
async function followMachines(run: EnvironmentRun): Promise<void> {
  const { wait } = stepsOf(await run.timing, 'Machines that a person adds');
  let told: Awaited<ReturnType<typeof wait.awaitMissingMachines>> | undefined;
  while (await run.untilAwaited()) {
    try {
      const before = told;
      told = await run.wait(() =>
        before === undefined ? wait.awaitMissingMachines() : wait.awaitMissingMachines(before),
      );
      run.heard(told);
    } catch (failure) {
      if (failure instanceof Left) return;
      if (!(failure instanceof ActivityFailure)) throw failure;
      told = undefined;
      await run.untilRetried(troubleOf(failure));
    }
  }
}
