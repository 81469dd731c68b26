import { z } from 'zod';
import type { CloudRequest } from '../../service.ts';
import type { AzureSection } from '../azure-section.ts';
import { policyDenial } from './policy-denials.ts';

const tagged = z.object({ tags: z.record(z.string(), z.string()).nullish() });
const inGroup = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/([^/]+)\/([^/]+)\/([^/]+)$/i;
const groupItself = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)$/i;

/**
 * What ARM asks the subscription's policies before a resource is made or replaced (PUT).
 * @throws ArmError 403 `RequestDisallowedByPolicy`.
 */
export function requirePolicies({ method, path, body }: CloudRequest, section: AzureSection): void {
  if (method !== 'PUT' || section.policyDenials.length === 0) return;
  const [, group, namespace, type, name] = inGroup.exec(path) ?? [];
  const [, own] = groupItself.exec(path) ?? [];
  const tags = tagged.safeParse(jsonOf(body)).data?.tags ?? {};
  const subject =
    own === undefined
      ? { type: `${namespace ?? ''}/${type ?? ''}`, name: name ?? '', group, tags }
      : { type: 'Microsoft.Resources/subscriptions/resourceGroups', name: own, group: own, tags };
  const denial = policyDenial(section.policyDenials, section.subscriptionId, subject);
  if (denial !== undefined) throw denial;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // whoever reads it will say so
  }
}
