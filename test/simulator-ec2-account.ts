import { EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import { Clock } from '../simulator/clock.ts';
import { awsSectionSchema, createEc2 } from '../simulator/ec2/index.ts';
import type { Ec2 } from '../simulator/ec2/index.ts';
import { Random } from '../simulator/random.ts';
import type { CloudRequest, CloudResponse } from '../simulator/service.ts';

/** A simulated account behind a real port, and the real client that speaks to it. Time stands still but for `clock.skip`. */
export interface Account {
  readonly client: EC2Client;
  readonly ec2: Ec2;
  readonly clock: Clock;
  readonly address: string;
}

/** Starts an account of its own for one test; the test's end takes it down. */
export async function startAccount(
  t: TestContext,
  section: z.input<typeof awsSectionSchema>,
  folder = '.',
): Promise<Account> {
  const clock = new Clock(new Date('2026-03-01T20:00:00Z'), 0);
  const random = new Random('test');
  const ec2 = await createEc2({
    section: awsSectionSchema.parse(section),
    folder,
    clock,
    random: () => random.next(),
  });
  const server = createServer((request, response) => {
    void answer(ec2, clock, request).then(({ status, headers, body }) => {
      response.writeHead(status, { ...headers }).end(body);
    });
  });
  const address = await listening(server);
  const credentials = { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'not-a-secret' };
  const client = new EC2Client({ endpoint: address, region: 'eu-west-1', credentials, maxAttempts: 1 });
  t.after(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { client, ec2, clock, address };
}

/** How EC2 refused: its code, HTTP status, message and request id. */
export async function refusal(promise: Promise<unknown>): Promise<EC2ServiceException> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof EC2ServiceException, `expected a refusal, got ${String(error)}`);
  return error;
}

/** Minutes in milliseconds, for `clock.skip`. */
export const minutes = (count: number): number => count * 60_000;

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return `http://127.0.0.1:${address.port}`;
}

let requests = 0;

async function answer(ec2: Ec2, clock: Clock, incoming: IncomingMessage): Promise<CloudResponse> {
  const url = new URL(incoming.url ?? '/', 'http://loopback');
  const request: CloudRequest = {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: await text(incoming),
    requestId: `request-${++requests}`,
  };
  clock.catchUp();
  const recognized = ec2.recognize(request);
  if (recognized === undefined) return { status: 404, headers: {}, body: 'another service' };
  const throttled = ec2.throttle?.(recognized);
  return throttled === undefined ? recognized.perform() : ec2.refuse(request, throttled);
}
