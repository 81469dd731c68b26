import { z } from 'zod';
import type { ArmCall } from '../arm-call.ts';
import { ArmError } from '../arm-error.ts';
import { roleVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import { Registry } from '../registry.ts';
import { same } from '../resource.ts';
import { get, ok, put, remove, type ArmAnswer, type Route } from '../route.ts';
import { existingRole, roleDefinitionId } from './role-definitions.ts';
import { requireScope } from './scope.ts';

/** Who may do what, where. */
interface RoleAssignment {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly roleDefinitionId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly description: string | null;
  readonly createdMs: number;
}

const assignmentInput = z.object({
  properties: z.object({
    roleDefinitionId: z.string(),
    principalId: z.string(),
    principalType: z
      .enum(['User', 'Group', 'ServicePrincipal', 'ForeignGroup', 'Device', 'Unknown'])
      .optional(),
    description: z.string().optional(),
  }),
});

/** Role assignments of the subscription, at any scope. */
export class RoleAssignments {
  readonly #world: ArmWorld;
  readonly #callerId: string;
  readonly #assignments = new Registry<RoleAssignment>();

  /** @param callerId object id of who makes them. */
  constructor(world: ArmWorld, callerId: string) {
    this.#world = world;
    this.#callerId = callerId;
  }

  get routes(): readonly Route[] {
    const path = '/{scope}/providers/Microsoft.Authorization/roleAssignments';
    const one = `${path}/{assignment}`;
    const versions = roleVersions;
    return [
      get(path, 'RoleAssignments_ListForScope', versions, (call) => this.#list(call)),
      get(one, 'RoleAssignments_Get', versions, (call) => this.#get(call)),
      put(one, 'RoleAssignments_Create', versions, (call) => this.#put(call)),
      remove(one, 'RoleAssignments_Delete', versions, (call) => this.#delete(call)),
    ];
  }

  #list(call: ArmCall): ArmAnswer {
    const scope = requireScope(call.param('scope'), this.#world);
    const wanted = wantedBy(call.request.query.get('$filter') ?? '');
    const isWanted = (each: RoleAssignment): boolean =>
      (isAtOrAbove(each.scope, scope) || (!wanted.atScope && isAtOrAbove(scope, each.scope))) &&
      (wanted.principalId === undefined || same(each.principalId, wanted.principalId));
    const { pageSize } = this.#world.section;
    const page = this.#assignments.page(pageSize, call.request.query.get('$skipToken'), isWanted);
    return ok({
      value: page.elements.map((each) => this.#body(each)),
      ...(page.next === undefined ? {} : { nextLink: call.linkTo(page.next) }),
    });
  }

  #get(call: ArmCall): ArmAnswer {
    requireScope(call.param('scope'), this.#world);
    const assignment = this.#assignments.get(idOf(call));
    if (assignment !== undefined) return ok(this.#body(assignment));
    const message = `The role assignment '${call.param('assignment')}' is not found.`;
    throw new ArmError(404, 'RoleAssignmentNotFound', message);
  }

  #put(call: ArmCall): ArmAnswer {
    const scope = requireScope(call.param('scope'), this.#world);
    const name = call.param('assignment');
    if (!z.guid().safeParse(name).success) {
      const message = `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`;
      throw new ArmError(400, 'InvalidRoleAssignmentId', message);
    }
    const { properties: input } = call.body(assignmentInput);
    const role = existingRole(input.roleDefinitionId);
    const wanted: RoleAssignment = {
      id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      name,
      scope,
      roleDefinitionId: roleDefinitionId(role, this.#world.section.subscriptionId),
      principalId: input.principalId,
      principalType: input.principalType ?? 'ServicePrincipal',
      description: input.description ?? null,
      createdMs: this.#world.clock.nowMs,
    };
    const existing = this.#assignments.get(wanted.id);
    if (existing !== undefined) return this.#again(existing, wanted);
    this.#requireNew(wanted);
    this.#requirePrincipal(input);
    this.#assignments.add(wanted.id, wanted);
    return { status: 201, body: this.#body(wanted) };
  }

  /** The same assignment may be put again; what it is about can't be changed (documented). */
  #again(existing: RoleAssignment, wanted: RoleAssignment): ArmAnswer {
    if (isSameGrant(existing, wanted)) return ok(this.#body(existing));
    throw new ArmError(
      409,
      'RoleAssignmentUpdateNotPermitted',
      'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
    );
  }

  #requireNew(wanted: RoleAssignment): void {
    const other = [...this.#assignments].find((each) => isSameGrant(each, wanted));
    if (other === undefined) return;
    const message = `The role assignment already exists. The ID of the existing role assignment is ${other.name.replaceAll('-', '')}.`;
    throw new ArmError(409, 'RoleAssignmentExists', message);
  }

  /**
   * A principal that is new is not known everywhere yet. Who says what type it is need not wait (documented).
   * @throws ArmError 400 `PrincipalNotFound`.
   */
  #requirePrincipal({ principalId, principalType }: z.infer<typeof assignmentInput>['properties']): void {
    const { directory, section } = this.#world;
    const age = directory.ageMs(principalId);
    const isKnown = age !== undefined && age >= section.quirks.principalReplicationSeconds * 1000;
    if (isKnown || (age !== undefined && principalType !== undefined)) return;
    throw new ArmError(
      400,
      'PrincipalNotFound',
      `Principal ${principalId.replaceAll('-', '')} does not exist in the directory ${directory.tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
    );
  }

  #delete(call: ArmCall): ArmAnswer {
    const assignment = this.#assignments.get(idOf(call));
    if (assignment === undefined) return { status: 204 };
    this.#assignments.remove(assignment.id);
    return ok(this.#body(assignment));
  }

  #body(assignment: RoleAssignment): unknown {
    const { id, name, createdMs, ...rest } = assignment;
    const time = new Date(createdMs).toISOString().replace('Z', '0000Z');
    return {
      properties: {
        ...rest,
        condition: null,
        conditionVersion: null,
        createdOn: time,
        updatedOn: time,
        createdBy: this.#callerId,
        updatedBy: this.#callerId,
        delegatedManagedIdentityResourceId: null,
      },
      id,
      type: 'Microsoft.Authorization/roleAssignments',
      name,
    };
  }
}

function isSameGrant(one: RoleAssignment, other: RoleAssignment): boolean {
  return (
    same(one.scope, other.scope) &&
    same(one.principalId, other.principalId) &&
    same(one.roleDefinitionId, other.roleDefinitionId)
  );
}

/** `$filter`: `atScope()`, `principalId eq '…'`, `assignedTo('…')`, and `atScope()` with one of the others. */
function wantedBy(filter: string): { readonly atScope: boolean; readonly principalId: string | undefined } {
  const [, equal, assigned] = /principalId eq '([^']+)'|assignedTo\('([^']+)'\)/i.exec(filter) ?? [];
  return { atScope: /atScope\(\)/i.test(filter), principalId: equal ?? assigned };
}

function isAtOrAbove(scope: string, other: string): boolean {
  return same(scope, other) || other.toLowerCase().startsWith(`${scope.toLowerCase()}/`);
}

function idOf(call: ArmCall): string {
  return `/${call.param('scope')}/providers/Microsoft.Authorization/roleAssignments/${call.param('assignment')}`;
}
