import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from '../workflows/sha-256.ts';

const byNode = (text: string) => createHash('sha256').update(text).digest('hex');

test('a hash in a workflow is the one that everybody else computes', () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])
    assert.equal(sha256('ä'.repeat(length)), byNode('ä'.repeat(length)), `${length} characters`);
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => assert.equal(sha256(text), byNode(text))));
});
