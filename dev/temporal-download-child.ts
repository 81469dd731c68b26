// Run by temporal-download.ts: <program> <version> <folder>. Prints why, when it fails.
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [program, version, folder] = process.argv.slice(2);
if (version === undefined || folder === undefined) throw new Error('usage: <program> <version> <folder>');
const executable = { type: 'cached-download', version: `v${version}`, downloadDir: folder } as const;

try {
  const server =
    program === 'temporal'
      ? await TestWorkflowEnvironment.createLocal({ server: { executable } })
      : await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  await server.teardown();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
