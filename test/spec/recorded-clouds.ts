import { createServer, request as send, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Ending } from '../simulator-world.ts';
import { z } from 'zod';
import { startSimulator, type Scenario } from '../../simulator/index.ts';

/** A request that reached a simulated cloud, and its answer, as they were on the wire. */
export interface Exchange {
  readonly service: string;
  /** As the ledger names it. */
  readonly operation: string;
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly request: string;
  readonly status: number;
  readonly answer: string;
}

/** Both clouds behind a door that writes down what passes. */
export interface RecordedClouds {
  readonly url: string;
  /** What has passed, without the control paths and tokens. */
  readonly exchanges: () => Promise<readonly Exchange[]>;
  /** Asks a control path of the simulator; the recording does not see it. */
  readonly control: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** Sends a request as it was sent before, changed or not; the recording does not see it. */
  readonly again: (
    exchange: Exchange,
    change: { readonly url?: string; readonly request?: string },
  ) => Promise<Answered>;
}

/** What a cloud answered. */
export interface Answered {
  readonly status: number;
  readonly answer: string;
}

/** What is to happen to a request before it is let through. */
export type Before = (clouds: Pick<RecordedClouds, 'again'>, sent: Exchange) => Promise<void>;

type Sent = Omit<Exchange, 'service' | 'operation'> & { readonly id: string };

const ledgerSchema = z.array(z.object({ service: z.string(), operation: z.string(), requestId: z.string() }));

/** Starts clouds of its own for one test. @param speed simulated seconds for each real one: the SDKs' pollers wait in real time. */
export async function startRecordedClouds(
  t: Ending,
  scenario: Scenario,
  speed: number,
  before: Before = async () => undefined,
): Promise<RecordedClouds> {
  const simulator = await startSimulator({ scenario, port: 0, speed, seed: 1 });
  t.after(() => simulator.close());
  const passed: Sent[] = [];
  const again: RecordedClouds['again'] = async (
    exchange,
    { url = exchange.url, request = exchange.request },
  ) => {
    const { status, answer } = await forward(simulator.url, { ...exchange, url, request });
    return { status, answer };
  };
  const door = createServer((incoming, outgoing) => {
    void (async () => {
      const request = await bodyOf(incoming);
      const { method = 'GET', url = '/', headers } = incoming;
      const sent = { service: '', operation: '', method, url, headers, request, status: 0, answer: '' };
      if (!isAside(url)) await before({ again }, sent);
      const { status, answer, headers: answered } = await forward(simulator.url, sent);
      if (!isAside(url)) passed.push({ method, url, headers, request, status, answer, id: idOf(answered) });
      outgoing.writeHead(status, ownHeaders(answered)).end(method === 'HEAD' ? undefined : answer);
    })();
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    door.closeAllConnections();
    door.close();
  });
  const address = door.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const control: RecordedClouds['control'] = async (method, path, body) => {
    const response = await fetch(`${simulator.url}/_portage/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (response.status !== 200) throw new Error(JSON.stringify(answer));
    return answer;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    control,
    again,
    exchanges: async () => {
      const ledger = ledgerSchema.parse(await control('GET', 'ledger'));
      const byId = new Map(ledger.map((entry) => [entry.requestId, entry]));
      return passed.map(({ id, ...sent }) => {
        const { service, operation } = byId.get(id) ?? { service: 'unknown', operation: sent.url };
        return { ...sent, service, operation };
      });
    },
  };
}

function isAside(url: string): boolean {
  return url.startsWith('/_portage/') || url.startsWith('/msi/');
}

/** Sends a request on, over a connection of its own: one that is kept could be closed at that very moment. */
function forward(
  origin: string,
  { method, url, headers, request }: Exchange,
): Promise<Answered & { readonly headers: IncomingHttpHeaders }> {
  const kept = ownHeaders(headers);
  const length = request === '' ? {} : { 'content-length': String(Buffer.byteLength(request)) };
  return new Promise((resolve, reject) => {
    const sent = send(
      `${origin}${url}`,
      { method, agent: false, headers: { ...kept, ...length } },
      (answer) => {
        bodyOf(answer).then(
          (text) => resolve({ status: answer.statusCode ?? 0, answer: text, headers: answer.headers }),
          reject,
        );
      },
    );
    sent.on('error', reject);
    sent.end(request);
  });
}

function idOf(headers: IncomingHttpHeaders): string {
  return String(headers['x-ms-request-id'] ?? headers['x-amzn-requestid'] ?? '');
}

const ofConnection = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect'];

/** Headers without those that belong to one connection. */
function ownHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.includes(name)));
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const stream: AsyncIterable<Uint8Array> = incoming;
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
