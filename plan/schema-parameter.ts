import { z } from 'zod';
import { text } from './fields.ts';

/**
 * A secret that a machine reads by itself: the name of a parameter of AWS Systems Manager (SecureString). Portage only
 * looks whether it is there; its value passes through nothing of Portage's.
 */
export function parameter(description: string) {
  return z
    .strictObject({
      parameter: text(
        'Name of a SecureString parameter of AWS Systems Manager',
        /^\/?[\w.-]+(?:\/[\w.-]+)*$/,
        {
          must: 'be the name of a Systems Manager parameter',
          suggestion: 'Like /portage/payroll/db-01/agent-config',
        },
      ),
    })
    .describe(description);
}
