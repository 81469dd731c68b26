export const providers = ['modernized', 'classic'] as const;
export type Provider = (typeof providers)[number];

/** What a plan says differently for a provider of Site Recovery: all that `plan/` knows of one. */
interface ProviderRules {
  /** The key that names its servers. */
  readonly servers: 'appliances' | 'configurationServer';
  /** What to write there. */
  readonly how: string;
  /** Whether its servers register with vault credentials and agents with a passphrase, each a secret parameter of the plan. */
  readonly hasSecrets: boolean;
}

export const providerRules: Readonly<Record<Provider, ProviderRules>> = {
  modernized: {
    servers: 'appliances',
    how: 'Name a replication appliance of the vault: `appliances: [{ name: … }]`',
    hasSecrets: false,
  },
  classic: {
    servers: 'configurationServer',
    how: 'Name the configuration server of the vault: `configurationServer: { name: … }`',
    hasSecrets: true,
  },
};

/** The one that a plan means where it names none. */
export const usualProvider: Provider = 'modernized';

/** The provider of an environment as far as a plan's file says it. */
export function providerSaid(provider: unknown): Provider {
  return providers.find((one) => one === provider) ?? usualProvider;
}
