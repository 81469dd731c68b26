import type { ActivityDeps } from '../clouds.ts';
import { askActivities } from './ask.ts';
import { cacheRoleActivities } from './cache-roles.ts';
import { installActivities } from './install-server.ts';
import { launchActivities } from './launch-server.ts';
import { mappingActivities } from './mapping.ts';
import { missingMachineActivities } from './missing-machines.ts';
import { policyActivities } from './policy.ts';
import { serverActivities } from './servers.ts';
import { targetActivities } from './targets.ts';
import { vaultCredentialsActivities } from './vault-credentials.ts';
import { vaultActivities } from './vault.ts';

/** Everything that a vault needs before machines replicate to it: each looks first, and adopts what is there. */
export const environmentActivities = (deps: ActivityDeps) => ({
  ...askActivities(deps),
  ...vaultActivities(deps),
  ...targetActivities(deps),
  ...cacheRoleActivities(deps),
  ...launchActivities(deps),
  ...vaultCredentialsActivities(deps),
  ...installActivities(deps),
  ...serverActivities(deps),
  ...policyActivities(deps),
  ...mappingActivities(deps),
  ...missingMachineActivities(deps),
});
