// Run by temporal-server.test.ts: <binary>. Starts a server, prints its address, and waits to be killed.
import { startTemporalServer } from '../dev/temporal-server.ts';

const { address } = await startTemporalServer({ binary: process.argv[2] ?? '', searchAttributes: [] });
process.stdout.write(`${address}\n`);
