import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';

/** An answer for each request whose `METHOD /path` the pattern meets; the first that does. */
export type CannedAnswers = readonly (readonly [
  pattern: RegExp,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
])[];

/** A server on loopback that answers what it is told to: for what the simulated clouds never do. */
export interface CannedServer {
  readonly url: URL;
  /** `METHOD /path` of everything that came. */
  readonly requests: readonly string[];
}

/** Starts one for as long as the test runs; what no pattern meets gets a 404. */
export async function startCanned(t: TestContext, answers: CannedAnswers): Promise<CannedServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const asked = `${request.method ?? ''} ${request.url ?? ''}`;
    requests.push(asked);
    request.resume();
    const [, answer = json(404, { error: { code: 'NotFound', message: asked } })] =
      answers.find(([pattern]) => pattern.test(asked)) ?? [];
    answer(request, response);
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
    });
  });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: new URL(`http://127.0.0.1:${port}`), requests };
}

/** An answer of this body. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** An answer that begins and never ends. */
export function stalled(contentType: string, beginning: string) {
  return (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': contentType }).write(beginning);
  };
}
