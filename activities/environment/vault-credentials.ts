import type { Environment } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { notYet } from '../failures.ts';
import { hasParameter } from '../systems-manager/parameters.ts';
import type { DeployableServer } from './launch-server.ts';
import { isAsked, type Looked, type OpenPoint } from './request.ts';

/** What a configuration server registers with, and only the portal hands out. */
export const vaultCredentialsActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Looks whether the vault credentials of a configuration server are where its installer reads them. They can't be there
   * before the vault is. A server that a person registers, such as an appliance, needs none.
   * @param asked what a person was asked for before: waits, however long, until they are there.
   */
  async awaitVaultCredentials(
    environment: Environment,
    server: DeployableServer,
    asked?: OpenPoint,
  ): Promise<Looked<true>> {
    const { registrationParameter } = server.deploy;
    if (registrationParameter === undefined) return { found: true };
    if (await hasParameter(clouds.ssm(server.region), registrationParameter)) return { found: true };
    const looked = { open: toDownload(environment, server, registrationParameter) };
    if (isAsked(looked, asked)) throw notYet({ text: looked.open.message }, pollIntervalMs);
    return looked;
  },
});

/** @see Microsoft, "Set up the configuration server for disaster recovery of physical servers to Azure", Create a configuration server */
function toDownload(
  { vault }: Environment,
  { name, region }: DeployableServer,
  parameter: string,
): OpenPoint {
  return {
    code: 'VAULT_CREDENTIALS_MISSING',
    message: `${name} registers with the credentials of vault ${vault}, and there is no parameter ${parameter} in ${region}`,
    suggestion: [
      `In the Azure portal open vault ${vault} > Site Recovery infrastructure > Configuration servers > + Server, download the vault registration key (valid for five days), and put it where the server reads it:`,
      `aws ssm put-parameter --region ${region} --type SecureString --tier Intelligent-Tiering --name ${parameter} --value file://${vault}.VaultCredentials`,
      'Portage goes on by itself',
    ].join('\n'),
  };
}
