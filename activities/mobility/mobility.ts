import type { ActivityDeps } from '../clouds.ts';
import { agentInstallActivities } from './agent-install.ts';
import { agentLookActivities } from './agent-look.ts';
import { agentRegistrationActivities } from './agent-registration.ts';

/**
 * The Mobility service on a machine, through Systems Manager. Each script is begun and waited for; its `key` is another
 * for each asking and the same for each try of it.
 */
export const mobilityActivities = (deps: ActivityDeps) => ({
  ...agentLookActivities(deps),
  ...agentInstallActivities(deps),
  ...agentRegistrationActivities(deps),
});
