import { hostname, userInfo } from 'node:os';
import type { ConnectionOptions } from '@temporalio/client';
import { PortageClient } from '../client/index.ts';
import { isLoopback, readConfig, type Config } from '../worker/config.ts';

/** Does something with a client of the configured Temporal server, and closes it. */
export async function withClient<T>(act: (client: PortageClient) => Promise<T>): Promise<T> {
  const config = readConfig(process.env);
  const client = await PortageClient.connect({
    connection: connectionOptions(config),
    namespace: config.temporal.namespace ?? 'default',
    taskQueue: config.taskQueue.value,
    identity: `${userName()}@${hostname()}`,
  });
  try {
    return await act(client);
  } finally {
    await client.close();
  }
}

/** How the Temporal server is reached: on this machine directly, whatever proxy the environment names. */
export function connectionOptions({ temporal: { connectionOptions: options } }: Config): ConnectionOptions {
  const url = `tcp://${options.address ?? 'localhost'}`;
  const isHere = URL.canParse(url) && isLoopback(new URL(url).hostname);
  return isHere ? { ...options, channelArgs: { 'grpc.enable_http_proxy': 0 } } : options;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.()}`; // in a container, a user without a name
  }
}
