import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogExcerpt } from '../dev/log-excerpt.ts';

test('a short log is kept whole, however it comes in pieces', () => {
  const log = new LogExcerpt();
  for (const piece of ['pa', 'nic: the port\nis ', 'taken\n', '\ngoroutine 1']) log.add(piece);
  assert.equal(log.text(), 'panic: the port\nis taken\n\ngoroutine 1');
});

test('of a long log the beginning and the end are kept, and how much lay between', () => {
  const log = new LogExcerpt();
  const lines = Array.from({ length: 100 }, (_, at) => `line ${at + 1}`);
  log.add(`${lines.slice(0, 50).join('\n')}\n`);
  for (const line of lines.slice(50, 99)) log.add(`${line}\n`);
  log.add('line 100');
  assert.equal(log.text(), [...lines.slice(0, 10), '… 70 lines left out …', ...lines.slice(80)].join('\n'));
});
