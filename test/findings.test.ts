import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Findings } from '../activities/preflight/findings.ts';

test('findings come in one order, what weighs most first, whichever look ends first', () => {
  const findings = new Findings({ name: 'db-01', accept: ['SPOT'] });
  findings.info('WINDOWS_LICENCE', 'Azure bills its own', 'Nothing to do');
  findings.blocker('VCPU_QUOTA', 'too few of one family', 'Ask for more');
  findings.blocker('SPOT', 'it is a spot instance', 'Make it on-demand');
  findings.blocker('SUBNET_FULL', 'no free address', 'Enlarge it');
  findings.blocker('VCPU_QUOTA', 'too few in all', 'Ask for more');
  assert.deepEqual(
    findings.all.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
    [
      'blocker SUBNET_FULL: no free address',
      'blocker VCPU_QUOTA: too few in all',
      'blocker VCPU_QUOTA: too few of one family',
      'warning SPOT: it is a spot instance',
      'info WINDOWS_LICENCE: Azure bills its own',
    ],
  );
});
