// Run by `npm test` before the tests, with the file to write: dozens of workers start, and each would bundle the same code.
import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode } from '@temporalio/worker';
import { temporalLogger } from '../worker/log.ts';
import { workflowsPath } from '../worker/workflow-code.ts';

const [, , file = ''] = process.argv;
const { code } = await bundleWorkflowCode({ workflowsPath, logger: temporalLogger });
await writeFile(file, code);
