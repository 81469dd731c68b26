import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Arm } from './arm/arm.ts';
import { Clock } from './clock.ts';
import { control, isControl, type Controlled } from './control.ts';
import { createEc2 } from './ec2/index.ts';
import { Faults } from './faults.ts';
import { Gateway, type Departure } from './gateway.ts';
import { Ledger } from './ledger.ts';
import { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import type { CloudRequest, CloudService, Recognized } from './service.ts';
import { createSsm } from './ssm/index.ts';

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:<port>`, for both clouds, the identity endpoint `/msi/token` and the control paths `/_portage/…`. */
  readonly url: string;
  readonly port: number;
  /** Ends it; open connections are closed. */
  close(): Promise<void>;
}

/** How to run a scenario. */
export interface SimulatorOptions {
  readonly scenario: Scenario;
  /** Loopback port; 0 for any free one. */
  readonly port?: number;
  /** Simulated seconds per wall second. 0: time moves by `POST /_portage/clock` alone. */
  readonly speed?: number;
  /** The same seed tells the same story. */
  readonly seed?: number;
}

class TooLarge extends Error {}

/** The most that a request body may have; ARM takes 4 MB. */
const maxBodyBytes = 4 * 2 ** 20;

/**
 * Starts both clouds on one loopback port.
 * @throws Error for a scenario that contradicts itself, or a port that is taken.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { scenario, port = 0, speed = 1, seed = 1 } = options;
  const world = await buildWorld(scenario, speed, seed);
  const { identity } = world.arm;
  const gateway = new Gateway(
    [identity, createSsm(world.ec2.estate), withAgents(world), world.arm],
    world.clock,
    world.faults,
    world.ledger,
  );
  const ids = new Random(`${seed}/request`);
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, ids, (request) =>
      isControl(request) ? { answer: control(request, world), latencyMs: 0 } : gateway.pass(request),
    ).catch((error: unknown) => fail(outgoing, error));
  });
  const bound = await listen(server, port);
  return { url: `http://127.0.0.1:${bound}`, port: bound, close: () => close(server) };
}

async function buildWorld(scenario: Scenario, speed: number, seed: number): Promise<Controlled> {
  const random = new Random(String(seed));
  const clock = new Clock(scenario.start, speed);
  const faults = new Faults(scenario.faults, random.fork('faults'));
  const chance = random.fork('aws');
  const ec2 = await createEc2({
    section: scenario.aws,
    folder: scenario.folder,
    clock,
    random: () => chance.next(),
  });
  const { azure: section, durations, rateLimits } = scenario;
  const arm = new Arm({
    section,
    durations,
    rateLimits,
    clock,
    random: random.fork('azure'),
    sources: ec2.machines,
    faults,
  });
  return { clock, faults, ledger: new Ledger(), ec2, arm };
}

/** EC2, with the replication agents on its machines: they notice what is done to their machine. */
function withAgents({ ec2, arm }: Controlled): CloudService {
  const asked = new WeakMap<Recognized, Recognized>();
  const noticed = (recognized: Recognized): Recognized => ({
    ...recognized,
    perform: () => {
      const answer = recognized.perform();
      for (const instanceId of recognized.target.split(',')) arm.sourceTouched(instanceId);
      return answer;
    },
  });
  return {
    ...ec2,
    recognize: (request) => {
      const recognized = ec2.recognize(request);
      if (recognized === undefined || recognized.kind === 'read') return recognized;
      const write = noticed(recognized);
      asked.set(write, recognized);
      return write;
    },
    throttle: (recognized) => ec2.throttle?.(asked.get(recognized) ?? recognized),
  };
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  ids: Random,
  pass: (request: CloudRequest) => Departure,
): Promise<void> {
  const body = await readBody(incoming);
  const { path, query } = addressOf(incoming.url ?? '/');
  const { answer, latencyMs } = pass({
    method: incoming.method ?? 'GET',
    path,
    query,
    headers: incoming.headers,
    body,
    requestId: ids.guid(),
  });
  if (latencyMs > 0) await wait(latencyMs, undefined, { ref: false });
  if (answer === 'none') {
    incoming.socket.destroy();
    return;
  }
  outgoing.writeHead(answer.status, answer.headers).end(incoming.method === 'HEAD' ? undefined : answer.body);
}

/** Path and query as they were sent. The SDKs' `getById` writes two slashes in front, which ARM does not mind. */
function addressOf(target: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  return { path: path.replace(/^\/+/, '/'), query: new URLSearchParams(query) };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const stream: AsyncIterable<Uint8Array> = incoming;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new TooLarge(`The request body is larger than ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A mistake of the simulator's own must not end it: it is told as what it is. */
function fail(outgoing: ServerResponse, error: unknown): void {
  if (outgoing.headersSent || outgoing.destroyed) return;
  const [status, code] =
    error instanceof TooLarge ? [413, 'RequestEntityTooLarge'] : [500, 'InternalServerError'];
  const message = error instanceof Error ? error.message : String(error);
  const body = JSON.stringify({ error: { code, message } });
  outgoing
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
    .end(body);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('The simulator has no address'));
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
