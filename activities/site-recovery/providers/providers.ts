import type { Environment } from '../../../plan/index.ts';
import { classic } from './classic.ts';
import { modernized } from './modernized.ts';
import type { ReplicationProvider } from './provider.ts';

const providers = { modernized, classic } satisfies Record<Environment['provider'], ReplicationProvider>;

/** The provider that an environment of a plan names. */
export function providerOf(environment: Environment): ReplicationProvider {
  return providers[environment.provider];
}
