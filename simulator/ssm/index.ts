import type { Estate } from '../ec2/estate.ts';
import type { CloudService } from '../service.ts';
import { actions } from './actions/index.ts';
import { ssmService } from './service.ts';
import { systemsManager } from './systems-manager.ts';

/** Every action of Systems Manager that it knows. */
export const ssmOperations: readonly string[] = [...actions.keys()].toSorted();

/** Systems Manager of an account: commands that run on its simulated guests, and Parameter Store. */
export function createSsm(estate: Estate): CloudService {
  return ssmService(systemsManager(estate));
}
