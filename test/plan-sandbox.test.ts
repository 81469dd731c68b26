import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import { z } from 'zod';
import { parsePlan, resolvePlan } from '../plan/index.ts';

test('a plan is checked and resolved in a workflow as it is outside', async () => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('plans/in-sandbox.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  // What the SDK puts into a workflow's context beside the language itself.
  const context = createContext({ URL, URLSearchParams, TextEncoder, TextDecoder, AbortController });
  runInContext('globalThis.__webpack_module_cache__ = {}', context);
  runInContext(code, context);
  const inWorkflow = (input: unknown): unknown => {
    context.input = JSON.stringify(input);
    const answer: unknown = runInContext(
      `(() => {
        const { resolveInput } = __TEMPORAL__.importWorkflows();
        try { return JSON.stringify(resolveInput(JSON.parse(input))); } catch (error) { return JSON.stringify(error.message); }
      })()`,
      context,
    );
    return JSON.parse(z.string().parse(answer));
  };

  const demo: unknown = JSON.parse(await readFile(new URL('../examples/demo.json', import.meta.url), 'utf8'));
  assert.deepEqual(inWorkflow(demo), resolvePlan(parsePlan(demo)));
  const window = { from: '2026-05-02T22:00', until: '2026-05-02T06:00', timezone: 'Europe/Amsterdm' };
  const wrong = {
    ...z.record(z.string(), z.unknown()).parse(demo),
    limits: { failures: '120%' },
    defaults: { cutover: window },
  };
  assert.throws(() => parsePlan(wrong), { message: z.string().parse(inWorkflow(wrong)) });
});
