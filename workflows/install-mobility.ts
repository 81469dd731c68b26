import { uuid4 } from '@temporalio/workflow';
import type { MobilityAgent } from '../activities/index.ts';
import type { Trouble } from './attention.ts';
import type { MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';

/** Sees to it that the machine has its Mobility service and reaches its servers; what is pushed comes later. */
export async function installMobility(run: MachineRun, found: Found): Promise<void> {
  if (run.vm.mobility === 'push') return;
  await testConnections(run, found, []);
  if (run.vm.mobility === 'ssm') await installThroughSystemsManager(run, found);
  else await verifyPreinstalled(run, found);
}

/**
 * Tries the connections between machine and servers, where Systems Manager reaches them, and notes what came of it.
 * @param seenBy names of the servers that it may replicate through; empty: any of the environment.
 */
export async function testConnections(
  run: MachineRun,
  { source, setting }: Found,
  seenBy: readonly string[],
): Promise<void> {
  const said = await run.stepOr('Test the connections to its servers', ['skip'], async ({ act, wait }) => {
    const test = await act.beginLiveTest(run.vm, source, setting, seenBy, keyOf('live test'));
    return run.wait(() => wait.awaitLiveTest(test));
  });
  if (said !== 'skip') for (const sentence of said) run.note(sentence);
}

async function installThroughSystemsManager(run: MachineRun, found: Found): Promise<void> {
  let agent = await lookForAgent(run, found);
  for (; agent === 'unreachable'; agent = await lookForAgent(run, found))
    await run.untilRetried('Look for the Mobility service', unmanaged(found.source.instanceId));
  if (agent !== 'missing') run.note(inWords(agent));
  const installed = agent === 'missing' ? await installAgent(run, found) : agent;
  if (installed?.registered !== true) {
    askForRegistration(run, installed?.details);
    await registerAgent(run, found);
  }
  run.tellOfAgent({ isRegistered: true });
}

/** The environment asks one person for all machines: for what the agent registers with, where that is not there yet. */
function askForRegistration(run: MachineRun, details: string | undefined): void {
  if (details === undefined) return run.tellOfAgent({ isRegistered: false });
  run.note(`Machine details for the appliance’s Mobility service configuration: ${details}`);
  run.tellOfAgent({ isRegistered: false, details });
}

async function registerAgent(run: MachineRun, { source, setting }: Found): Promise<void> {
  const registered = await run.step('Register the Mobility service', async ({ act, wait }) => {
    await run.wait(() => wait.awaitRegistrationParameter(run.vm));
    const command = await act.beginAgentRegistration(run.vm, source, setting, keyOf('register'));
    return run.wait(() => wait.awaitAgentRegistration(run.vm, source, command));
  });
  run.note(registered === undefined ? 'The Mobility service is registered' : inWords(registered));
}

async function installAgent(run: MachineRun, { source }: Found): Promise<MobilityAgent | undefined> {
  const { agent, wantsRestart } = await run.step('Install the Mobility service', async ({ act, wait }) => {
    const command = await act.beginAgentInstall(run.vm, source, keyOf('install'));
    return run.wait(() => wait.awaitAgentInstall(run.vm, source, command));
  });
  run.note('The Mobility service is installed through Systems Manager');
  if (wantsRestart)
    run.note('Its driver is loaded at the next restart of the machine; replication works without');
  return agent;
}

async function verifyPreinstalled(run: MachineRun, found: Found): Promise<void> {
  for (;;) {
    const agent = await lookForAgent(run, found);
    if (agent === 'unreachable')
      return run.note(
        'The Mobility service could not be verified: Systems Manager does not reach the machine',
      );
    if (agent !== 'missing' && agent.runs) return run.note(inWords(agent));
    await run.untilRetried('Look for the Mobility service', notPreinstalled(found.source.instanceId, agent));
  }
}

async function lookForAgent(
  run: MachineRun,
  { source }: Found,
): Promise<MobilityAgent | 'missing' | 'unreachable'> {
  return run.step('Look for the Mobility service', async ({ act, wait }) => {
    const command = await act.beginAgentLook(run.vm, source, keyOf('look'));
    if (command === undefined) return 'unreachable';
    return (await run.wait(() => wait.awaitAgentLook(run.vm, source, command))) ?? 'missing';
  });
}

/** Another for each asking: a retry by a person runs a script anew, a retry by Temporal finds it. */
function keyOf(what: string): string {
  return `Portage, Mobility service: ${what} ${uuid4()}`;
}

function inWords({ version, runs, registered }: MobilityAgent): string {
  const state = [runs ? 'runs' : 'does not run', registered ? 'is registered' : 'is not registered yet'];
  return `Mobility service ${version} ${state.join(' and ')}`;
}

function unmanaged(instanceId: string): Trouble {
  return {
    code: 'SSM_UNMANAGED',
    message: `Systems Manager does not reach ${instanceId}: nothing can be installed through it`,
    suggestion:
      'Give the instance a profile with AmazonSSMManagedInstanceCore, see that its agent runs and reaches the service, then retry; or choose mobility push or preinstalled in the plan',
  };
}

function notPreinstalled(instanceId: string, agent: MobilityAgent | 'missing'): Trouble {
  const what =
    agent === 'missing'
      ? 'has no Mobility service'
      : `has a Mobility service ${agent.version} that does not run`;
  return {
    code: 'AGENT_MISSING',
    message: `${instanceId} ${what}, although the plan says preinstalled`,
    suggestion:
      'Install it and register it with the server, or start its services, then retry; or choose mobility ssm',
  };
}
