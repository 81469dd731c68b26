import { once } from 'node:events';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  return listenOnce(0);
}

/** @throws {Error} when somebody listens on this port of 127.0.0.1 */
export async function assertFree(port: number): Promise<void> {
  try {
    await listenOnce(port);
  } catch (cause) {
    throw new Error(`Port ${port} of ${HOST} is taken. End what listens there, or choose another port.`, {
      cause,
    });
  }
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  server.listen(port, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return address.port;
}
