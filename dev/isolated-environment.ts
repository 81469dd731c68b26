import { devNull } from 'node:os';

/** What a worker on loopback is told: everything it may know of Temporal and the clouds. */
export interface LoopbackAddresses {
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly simulatorUrl: string;
  /** Portage's own variables, `PORTAGE_…`. */
  readonly portage: Readonly<Record<string, string>>;
}

/**
 * All that is taken over from the caller: nothing in it names a server, an account or a credential, nor, as the home
 * folder would, a place where such are kept.
 */
const harmless = [
  ...['PATH', 'TMPDIR', 'TEMP', 'TMP', 'LANG', 'LC_ALL', 'NO_COLOR', 'CI', 'SystemRoot'],
  // code that was compiled or bundled before, so that a worker starts sooner
  ...['NODE_COMPILE_CACHE', 'PORTAGE_WORKFLOW_BUNDLE'],
];

/**
 * The environment of a worker that can reach nothing but loopback, made from nothing: the caller's `TEMPORAL_*`, `AWS_*`,
 * `AZURE_*`, proxies, profiles and temporal.toml are not in it, nor `NODE_OPTIONS`, which is for the Node that the caller
 * starts. The real credential classes still run: AWS's from variables that mean nothing anywhere else, Azure's from a
 * managed-identity endpoint.
 */
export function isolatedEnvironment(
  caller: Readonly<Record<string, string | undefined>>,
  { temporalAddress, namespace, simulatorUrl, portage }: LoopbackAddresses,
): Record<string, string> {
  const kept = harmless.flatMap((name) =>
    caller[name] === undefined ? [] : [[name, caller[name]] as const],
  );
  return {
    ...Object.fromEntries(kept),
    TZ: 'UTC',
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    AWS_ENDPOINT_URL: simulatorUrl,
    AWS_ACCESS_KEY_ID: 'AKIALOOPBACKONLY0000',
    AWS_SECRET_ACCESS_KEY: 'means-nothing-outside-the-simulator',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    IDENTITY_ENDPOINT: `${simulatorUrl}/msi/token`,
    IDENTITY_HEADER: 'loopback',
    PORTAGE_ARM_ENDPOINT: simulatorUrl,
    ...portage,
  };
}
