import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';

const folder = new URL('histories/', import.meta.url);
const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

test('every recorded history replays: no released run is broken by a change of its workflow', async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const histories = await recorded();
  assert.ok(histories.length >= 9, 'there is a history of every way that a run can go');

  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const broken: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories))
    if (error !== undefined) broken.push(`${workflowId}: ${error.message}`);
  assert.deepEqual(broken, []);
});

async function recorded() {
  const files = await readdir(folder, { recursive: true });
  const jsons = files.filter((file) => file.endsWith('.json'));
  return Promise.all(
    jsons.map(async (file) => ({
      workflowId: file,
      history: historyFromJSON(JSON.parse(await readFile(new URL(file, folder), 'utf8'))),
    })),
  );
}
