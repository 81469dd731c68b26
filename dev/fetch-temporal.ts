// Run by `npm test` before the tests, so that no test has to wait for a download.
import { temporalBinary, timeSkippingServerBinary } from './temporal-binary.ts';

try {
  await temporalBinary({ env: process.env });
  await timeSkippingServerBinary({ env: process.env });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
