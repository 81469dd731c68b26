import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';
import { beginStory } from './story.ts';

// "Migrate AWS VMs to Azure": its seven steps, from an empty subscription to two web servers that run there. The lines
// that begin with `person` are all that anybody has to do; the rest Portage does by itself.

const vault = 'vault-tutorial';
const classic = { plan: 'tutorial-classic.yaml', example: 'tutorial-classic.scenario.yaml' };
const today = { plan: 'tutorial.yaml', example: 'tutorial.scenario.yaml' };

test('the tutorial as it told it: configuration server, push installation, recovery plan', async (t) => {
  const { person, status, machine, notes, world } = await beginStory(t, classic);

  await t.test('1. create a vault', async () => {
    await person.starts();
    const told = await notes(/cs-1 is i-/);
    assert.match(told, /Resource group rg-migration was created for plan tutorial-classic/);
    assert.match(told, /Vault vault-tutorial was created for plan tutorial-classic/);
    assert.match(told, /Network vnet-prod was created for plan tutorial-classic/);
    assert.match(told, /Cache storage account stportagetutorial was created for plan tutorial-classic/);
    assert.match(told, /got on stportagetutorial: Contributor, Storage Blob Data Contributor/);
  });

  await t.test('2. deploy a configuration server', async () => {
    const asked = await status(/Attention/);
    assert.match(asked, /VAULT_CREDENTIALS_MISSING: cs-1 registers with the credentials of vault vault-tutorial/);
    const parameter = '/portage/tutorial-classic/registration';
    assert.ok(asked.includes(`aws ssm put-parameter --region eu-west-1 --type SecureString`));
    assert.ok(asked.includes(`--name ${parameter} --value file://vault-tutorial.VaultCredentials`));
    await person.putsParameter(parameter, await person.downloadsVaultCredentials(vault));

    assert.match(
      await status(/RUN_AS_ACCOUNT_MISSING/),
      /The configuration server of vault vault-tutorial has no account migrate-admin/,
    );
    await person.addsAccount(vault, 'migrate-admin');
    assert.match(await notes(/Servers are registered and well: cs-1/), /The installer has run on cs-1/);
  });
  await t.test('4. create a replication policy, and associate it', async () => {
    await notes(/Machines may begin: the policy is associated/);
  });
  void machine;
  void world;
});
