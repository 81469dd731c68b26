import type { Estate } from '../ec2/estate.ts';
import type { CloudService } from '../service.ts';
import { ssmService } from './service.ts';
import { systemsManager } from './systems-manager.ts';

/** Systems Manager of an account: commands that run on its simulated guests, and Parameter Store. */
export function createSsm(estate: Estate): CloudService {
  return ssmService(systemsManager(estate));
}
