import type { Route } from '../route.ts';
import { protectableItemRoutes } from './classic/protectable-item-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { mappingRoutes } from './mapping-routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { protectedItemRoutes } from './protected-items.ts';
import { providerRoutes } from './provider-routes.ts';
import { recoveryPlanRoutes } from './recovery-plans/recovery-plan-routes.ts';
import { recoveryPointRoutes } from './recovery-point-routes.ts';
import { VaultFinder } from './vault-finder.ts';
import { vaultRoutes } from './vault-routes.ts';
import type { Vaults } from './vaults.ts';

/** Every operation of Site Recovery. */
export function siteRecoveryRoutes(vaults: Vaults): readonly Route[] {
  const find = new VaultFinder(vaults);
  return [
    ...vaultRoutes(find),
    ...providerRoutes(find),
    ...mappingRoutes(find),
    ...policyRoutes(find),
    ...protectableItemRoutes(find),
    ...protectedItemRoutes(find),
    ...recoveryPointRoutes(find),
    ...recoveryPlanRoutes(find),
    ...jobRoutes(find),
  ];
}
