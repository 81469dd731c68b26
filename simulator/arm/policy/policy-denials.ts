import { z } from 'zod';
import { ArmError } from '../arm-error.ts';
import { same, type Tags } from '../resource.ts';

/** An assignment of an Azure Policy that denies: what it is about, and when. */
export const policyDenialSchema = z.strictObject({
  /** Display name of the assignment and of its definition. */
  name: z.string().min(1),
  /** `Microsoft.Compute/virtualMachines`. */
  resourceType: z.string().min(1),
  /** Only there; everywhere when absent. */
  resourceGroup: z.string().optional(),
  /** Only resources without this tag; all when absent. */
  withoutTag: z.string().optional(),
});
export type PolicyDenial = z.infer<typeof policyDenialSchema>;

/** A resource that is to be made or changed. */
export interface PolicySubject {
  readonly type: string;
  readonly name: string;
  readonly group: string | undefined;
  readonly tags: Tags;
}

/** What the subscription's policies say of a resource. @returns the refusal in ARM's words, or undefined. */
export function policyDenial(
  denials: readonly PolicyDenial[],
  subscriptionId: string,
  subject: PolicySubject,
): ArmError | undefined {
  const denial = denials.find(
    ({ resourceType, resourceGroup, withoutTag }) =>
      same(resourceType, subject.type) &&
      (resourceGroup === undefined || same(resourceGroup, subject.group ?? '')) &&
      (withoutTag === undefined || !Object.keys(subject.tags).some((name) => same(name, withoutTag))),
  );
  if (denial === undefined) return undefined;
  const { name } = denial;
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization`;
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const identifiers = {
    policyAssignment: { name, id: `${path}/policyAssignments/${slug}` },
    policyDefinition: { name, id: `${path}/policyDefinitions/${slug}` },
  };
  const message = `Resource '${subject.name}' was disallowed by policy. Policy identifiers: '${JSON.stringify([identifiers])}'.`;
  const info = {
    policyDefinitionDisplayName: name,
    policyAssignmentDisplayName: name,
    policyAssignmentId: identifiers.policyAssignment.id,
    policyDefinitionId: identifiers.policyDefinition.id,
    policyDefinitionEffect: 'deny',
  };
  return new ArmError(403, 'RequestDisallowedByPolicy', message, {
    target: subject.name,
    additionalInfo: [{ type: 'PolicyViolation', info }],
  });
}
