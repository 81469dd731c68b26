import { test } from 'node:test';
import { beginStory } from './story.ts';

test('today', async (t) => {
  const { person, status, machine, notes } = await beginStory(t, 'tutorial');
  const say = (text: string) => console.log(`${text}\n`);
  await person.startsThePlan();
  const asked = await status(/SERVER_NOT_REGISTERED/);
  say(asked);
  await person.registersAppliance('vault-tutorial', 'appl-1', /i-[0-9a-f]{17}/.exec(asked)?.[0] ?? '');
  say(await status(/MACHINES_TO_ADD[^]*hostname|MACHINES_TO_ADD[^]*Fqdn|MACHINES_TO_ADD/));
  for (const ip of ['10.0.1.11', '10.0.1.12']) say(await machine(ip.endsWith('1') ? 'web-01' : 'web-02', /Machine details/));
  say(await status(/MACHINES_TO_ADD/));
  for (const [vm, ip] of [['web-01', '10.0.1.11'], ['web-02', '10.0.1.12']] as const)
    await person.putsParameter(`/portage/tutorial/${vm}/agent-config`, await person.downloadsAgentConfig(ip));
  say(await status(/web-01 +ready[^]*web-02 +ready/));
  say(await machine('web-01', /ready/));
  await person.failsOver();
  say(await status(/To do/));
  await person.completes('web/before/1');
  say(await status(/web-01 +completed[^]*web-02 +completed/));
  say(await machine('web-01', /completed/));
  say(await notes(/./));
});
