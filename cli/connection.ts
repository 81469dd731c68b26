import { hostname, userInfo } from 'node:os';
import { PortageClient } from '../client/index.ts';
import { readConfig } from '../worker/config.ts';

/** Does something with a client of the configured Temporal server, and closes it. */
export async function withClient<T>(act: (client: PortageClient) => Promise<T>): Promise<T> {
  const { temporal, taskQueue } = readConfig(process.env);
  const client = await PortageClient.connect({
    connection: temporal.connectionOptions,
    namespace: temporal.namespace ?? 'default',
    taskQueue: taskQueue.value,
    identity: `${userInfo().username}@${hostname()}`,
  });
  try {
    return await act(client);
  } finally {
    await client.close();
  }
}
