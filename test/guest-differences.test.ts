import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesBetween } from '../activities/guest-picture/differences.ts';
import { pictureIn } from '../activities/guest-picture/picture.ts';

test('a picture is what a guest printed, in names', () => {
  const windows = [
    ...['## service', 'W3SVC', 'EventLog', '## listener', '443', '443', '49667', '## volume', 'D', 'C'],
    ...['## domain', 'True', '## names', 'resolves', '## time', 'Local CMOS Clock', '## activation', '1'],
  ];
  assert.deepEqual(pictureIn('Windows', windows.join('\r\n')), {
    service: ['EventLog', 'W3SVC'],
    listener: ['port 443'],
    volume: ['C:', 'D:'],
    domain: ['trust'],
    names: ['the name of its domain'],
    time: [],
    activation: ['Windows'],
  });
  const linux = [
    ...['## service', 'nginx.service loaded active running A web server', '## listener'],
    ...['LISTEN 0 4096 0.0.0.0:22 0.0.0.0:*', 'LISTEN 0 4096 [::]:22 [::]:*', '## mount', '/', '/data'],
    ...['## time', 'yes'],
  ];
  assert.deepEqual(pictureIn('Linux', linux.join('\n')), {
    service: ['nginx'],
    listener: ['port 22'],
    mount: ['/', '/data'],
    time: ['a source of time'],
  });
});

test('differences are said, but for those that are as they should be', () => {
  const source = {
    service: ['AmazonSSMAgent', 'EventLog', 'W3SVC'],
    listener: ['port 443'],
    volume: ['C:', 'D:'],
    domain: ['trust'],
    time: ['a source of time'],
    activation: ['Windows'],
  };
  const azure = {
    service: ['EventLog', 'RdAgent', 'Spooler'],
    listener: [],
    volume: ['C:'],
    domain: [],
    time: [],
    activation: [],
  };
  assert.deepEqual(differencesBetween('web-01', source, azure), [
    'web-01: service W3SVC runs on the source, does not run on the Azure VM',
    'web-01: service Spooler runs on the Azure VM, does not run on the source',
    'web-01: port 443 is listened on on the source, is not on the Azure VM',
    'web-01: volume D: is there on the source, is missing on the Azure VM',
    'web-01: its domain trusts it on the source, that is not so on the Azure VM',
    'web-01: it has a source of time on the source, has none on the Azure VM',
    'web-01: Windows is activated on the source, is not on the Azure VM',
  ]);
  assert.deepEqual(differencesBetween('web-01', source, source), []);
});

test('what was not told is not compared, and said where only the Azure VM did not tell', () => {
  assert.deepEqual(differencesBetween('web-01', {}, { mount: ['/'] }), []);
  assert.deepEqual(differencesBetween('web-01', { mount: ['/'] }, {}), [
    'web-01: mount: the source told of it, the Azure VM did not',
  ]);
});
