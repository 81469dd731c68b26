import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { notYet, type NotYet } from '../plan/not-yet.ts';
import { errorsOf, planWith, type Swap } from './plans/sound-plan.ts';

const byDefault = (said: string): Swap => ['defaults:\n', `defaults:\n  ${said}\n`];

/** For each feature that this version lacks, the ways in which a plan asks for it. */
const requests: Readonly<Record<NotYet, readonly Swap[]>> = {
  roleArn: [['region: eu-west-1', 'region: eu-west-1, roleArn: "arn:aws:iam::111122223333:role/portage"']],
  validationFrom: [byDefault('validation: [{ tcp: 443, from: worker }]')],
};

for (const feature of Object.keys(notYet).filter(isFeature)) {
  for (const swap of requests[feature]) {
    test(`${feature}: a plan that says \`${said(swap)}\` is refused, and told what to do instead`, async () => {
      const errors = await errorsOf(planWith(swap));
      const { asks, instead } = notYet[feature];
      assert.deepEqual(
        errors.map(({ message, suggestion }) => ({ message, suggestion })),
        [{ message: `not in this version yet: ${asks}`, suggestion: instead }],
      );
    });
  }
}

function isFeature(key: string): key is NotYet {
  return key in notYet;
}

/** What a swap adds. */
function said([from, to]: Swap): string {
  return to.replace(from, '').trim();
}

test('the page about the plan file ends with exactly what this version lacks', async () => {
  const page = await readFile(new URL('../docs/plan.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('## Not in this version yet'));
  const rows = [...table.matchAll(/^\| (?!-|Asks)(.+?) +\| (.+?) +\|$/gm)].map(([, asks, instead]) => ({
    asks,
    instead,
  }));
  assert.deepEqual(rows, Object.values(notYet));
});
