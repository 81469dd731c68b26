import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { temporalBinary } from '../dev/temporal-binary.ts';
import { startTemporalServer } from '../dev/temporal-server.ts';

const binary = await temporalBinary({ env: process.env });

/** Resolves when the other end of a connection to this address is gone. */
async function untilGone(address: string): Promise<void> {
  const [host = '', port] = address.split(':');
  const socket = connect({ host, port: Number(port) }).resume();
  await new Promise((resolve) => {
    socket.on('error', resolve); // a reset, or nobody there any more
    socket.on('close', resolve);
  });
}

/** A process of its own that has started a server; prints its address. */
async function ownerOfServer(t: TestContext, env: Readonly<Record<string, string>> = {}) {
  const owner = spawn(process.execPath, [join(import.meta.dirname, 'temporal-server-owner.ts'), binary], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => owner.kill('SIGKILL'));
  const address = await new Promise<string>((resolve) =>
    owner.stdout.setEncoding('utf8').once('data', resolve),
  );
  return { owner, address: address.trim() };
}

test('the server has the search attributes as soon as it is there, and its port is free after stop', async () => {
  const server = await startTemporalServer({
    binary,
    searchAttributes: [
      { name: 'PortagePlan', type: 'Keyword' },
      { name: 'PortageAttention', type: 'Bool' },
    ],
  });
  const connection = await Connection.connect({ address: server.address });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({
    namespace: 'default',
  });
  await connection.close();
  assert.ok('PortagePlan' in customAttributes && 'PortageAttention' in customAttributes);
  assert.equal((await fetch(server.webUi)).status, 200);

  const gone = untilGone(server.address);
  await Promise.all([server.stop(), server.stop()]);
  await gone;
  await server.stop();
});

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`the server ends with a process that ends by ${signal}`, async (t) => {
    const { owner, address } = await ownerOfServer(t);
    const gone = untilGone(address);
    owner.kill(signal);
    await gone;
  });
}

test("the caller's TEMPORAL_* and proxies do not reach the server, nor stand in its way", async (t) => {
  const nowhere = 'http://127.0.0.1:9';
  await ownerOfServer(t, {
    ...{
      TEMPORAL_ADDRESS: 'temporal.example.com:7233',
      TEMPORAL_NAMESPACE: 'production',
      TEMPORAL_TLS: 'true',
    },
    ...{
      http_proxy: nowhere,
      https_proxy: nowhere,
      grpc_proxy: nowhere,
      HTTP_PROXY: nowhere,
      HTTPS_PROXY: nowhere,
    },
  });
});

test("a server that does not start is an error with the server's own words, which the log file has too", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portage-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const logFile = join(folder, 'temporal.log');
  const searchAttributes = [{ name: 'no name for an attribute=', type: 'Keyword' }] as const;
  await assert.rejects(startTemporalServer({ binary, searchAttributes, logFile }), (error: Error) => {
    assert.match(error.message, /^The Temporal server \(.*\) did not start: it ended \(exit code 1\)\n.+/);
    return true;
  });
  assert.ok(existsSync(logFile) && readFileSync(logFile, 'utf8').length > 0);
});

test('a port that is taken is an error when it was asked for', async () => {
  const first = await startTemporalServer({ binary, searchAttributes: [] });
  try {
    const port = Number(first.address.split(':')[1]);
    await assert.rejects(
      startTemporalServer({ binary, searchAttributes: [], port }),
      new RegExp(`^Error: Port ${port} of 127.0.0.1 is taken`),
    );
  } finally {
    await first.stop();
  }
});

test('a server that is killed and started again on its database goes on with what it knew', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portage-database-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const options = { binary, searchAttributes: [], databaseFile: join(folder, 'temporal.db') };
  const first = await startTemporalServer(options);
  const asked = await connectTo(first.address);
  await new Client({ connection: asked }).workflow.start('nobodyRunsIt', {
    ...{ workflowId: 'kept', taskQueue: 'nobody', args: [] },
  });
  await asked.close();
  await first.stop();

  const second = await startTemporalServer(options);
  t.after(() => second.stop());
  const connection = await connectTo(second.address);
  const { status } = await new Client({ connection }).workflow.getHandle('kept').describe();
  await connection.close();
  assert.equal(status.name, 'RUNNING');
});

function connectTo(address: string): Promise<Connection> {
  return Connection.connect({ address, channelArgs: { 'grpc.enable_http_proxy': 0 } });
}
