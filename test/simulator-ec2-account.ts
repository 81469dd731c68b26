import { EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { z } from 'zod';
import type { awsSectionSchema } from '../simulator/ec2/index.ts';
import { parseScenario, startSimulator } from '../simulator/index.ts';

const machineSchema = z.looseObject({
  instanceId: z.string(),
  hostName: z.string(),
  privateIp: z.string(),
  osType: z.string(),
  osName: z.string(),
  firmware: z.string(),
  vcpus: z.number(),
  memoryMiB: z.number(),
  state: z.string(),
  wasForceStopped: z.boolean(),
  agent: z
    .looseObject({ version: z.string(), registered: z.boolean(), server: z.string().optional() })
    .optional(),
  disks: z.array(
    z.looseObject({ volumeId: z.string(), deviceName: z.string(), sizeGiB: z.number(), isRoot: z.boolean() }),
  ),
});
const stateSchema = z.looseObject({ aws: z.looseObject({ machines: z.array(machineSchema) }) });
const ledgerSchema = z.array(
  z.looseObject({
    service: z.string(),
    operation: z.string(),
    target: z.string(),
    kind: z.string(),
    outcome: z.string(),
  }),
);

/** A machine as the agents meet it. */
export type Machine = z.output<typeof machineSchema>;

/** A simulated account on a real port, and the real client that speaks to it. Time stands still but for `skip`. */
export interface Account {
  readonly client: EC2Client;
  readonly address: string;
  /** Lets so many simulated minutes pass. */
  readonly skip: (minutes: number) => Promise<void>;
  readonly machines: () => Promise<readonly Machine[]>;
  readonly machine: (instanceId: string) => Promise<Machine | undefined>;
  readonly ledger: () => Promise<z.output<typeof ledgerSchema>>;
  /** Asks a control path; answers its status and JSON. */
  readonly control: (
    path: string,
    input: unknown,
  ) => Promise<{ readonly status: number; readonly body: unknown }>;
}

/** Starts a simulator of its own for one test; the test's end takes it down. */
export async function startAccount(
  t: TestContext,
  section: z.input<typeof awsSectionSchema>,
  folder = '.',
): Promise<Account> {
  const azure = {
    subscriptionId: '11111111-2222-3333-4444-555555555555',
    tenantId: '99999999-8888-7777-6666-555555555555',
  };
  const scenario = parseScenario(JSON.stringify({ aws: section, azure }), `${folder}/test.scenario.yaml`);
  const simulator = await startSimulator({ scenario, speed: 0 });
  const credentials = { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'not-a-secret' };
  const client = new EC2Client({ endpoint: simulator.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  t.after(async () => {
    client.destroy();
    await simulator.close();
  });
  return { client, address: simulator.url, ...controls(`${simulator.url}/_portage`) };
}

function controls(base: string): Omit<Account, 'client' | 'address'> {
  const control: Account['control'] = async (path, input) => {
    const response = await fetch(`${base}/${path}`, { method: 'POST', body: JSON.stringify(input) });
    return { status: response.status, body: await response.json() };
  };
  const read = async (path: string): Promise<unknown> => (await fetch(`${base}/${path}`)).json();
  const machines = async () => stateSchema.parse(await read('state')).aws.machines;
  return {
    control,
    machines,
    machine: async (instanceId) => (await machines()).find((machine) => machine.instanceId === instanceId),
    ledger: async () => ledgerSchema.parse(await read('ledger')),
    skip: async (skipMinutes) => assert.equal((await control('clock', { skipMinutes })).status, 200),
  };
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
