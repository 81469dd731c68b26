import { z } from 'zod';
import type { ArmCall } from '../arm-call.ts';
import { networkVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import { requiredLocation, requireSamePlace } from '../placement.ts';
import { same } from '../resource.ts';
import { checkTags, tagsInput } from '../resources/tag-rules.ts';
import { put, remove, type ArmAnswer, type Route } from '../route.ts';
import { Shelf } from '../shelf.ts';
import { defaultSecurityRules, type SecurityRule } from './default-security-rules.ts';
import { networkError } from './network-error.ts';
import type { SecurityGroupSection } from './network-section.ts';
import {
  changing,
  deleting,
  networkHead,
  networkId,
  newNetworkResource,
  type NetworkResource,
} from './network-world.ts';
import { pathOf, readRoutes } from './read-routes.ts';

/** A network security group. */
interface SecurityGroup extends NetworkResource {
  rules: readonly SecurityRule[];
}

/** Ids of what a group is on. */
export interface GroupUse {
  readonly subnets: readonly string[];
  readonly networkInterfaces: readonly string[];
}

const text = z.string().optional();
const texts = z.array(z.string()).optional();

const ruleInput = z.object({
  name: z.string(),
  properties: z.object({
    description: text,
    protocol: z.string(),
    access: z.enum(['Allow', 'Deny']),
    direction: z.enum(['Inbound', 'Outbound']),
    priority: z.number().int(),
    sourceAddressPrefix: text,
    sourceAddressPrefixes: texts,
    sourcePortRange: text,
    sourcePortRanges: texts,
    destinationAddressPrefix: text,
    destinationAddressPrefixes: texts,
    destinationPortRange: text,
    destinationPortRanges: texts,
  }),
});

const groupInput = z.object({
  location: z.string().optional(),
  tags: tagsInput.optional(),
  properties: z.object({ securityRules: z.array(ruleInput).default([]) }).default({ securityRules: [] }),
});

const type = 'networkSecurityGroups';

/** The network security groups of the subscription. */
export class SecurityGroups {
  readonly shelf: Shelf<SecurityGroup>;
  readonly #world: ArmWorld;
  readonly #useOf: (id: string) => GroupUse;

  /** @param useOf what a group is on. */
  constructor(world: ArmWorld, useOf: (id: string) => GroupUse) {
    this.#world = world;
    this.#useOf = useOf;
    this.shelf = new Shelf(world.catalog);
  }

  get routes(): readonly Route[] {
    const kind = { type, resource: 'NetworkSecurityGroups', shelf: this.shelf, body: this.#body };
    return [
      ...readRoutes(kind, this.#world),
      put(pathOf(kind), 'NetworkSecurityGroups_CreateOrUpdate', networkVersions, (call) => this.#put(call)),
      remove(pathOf(kind), 'NetworkSecurityGroups_Delete', networkVersions, (call) => this.#delete(call)),
    ];
  }

  /** Makes a group that nobody has asked for by its route. */
  add(section: SecurityGroupSection): SecurityGroup {
    const { name, resourceGroup: group, location = this.#world.section.location, tags, rules } = section;
    const made = { ...newNetworkResource(this.#world, type, { group, name, location, tags }), rules };
    this.shelf.add(made);
    return made;
  }

  /** The rules of a group, with those that every group has; `undefined` where there is none. */
  rulesOf(id: string): readonly SecurityRule[] | undefined {
    const group = this.shelf.get(id);
    return group === undefined ? undefined : [...group.rules, ...defaultSecurityRules];
  }

  #put(call: ArmCall): ArmAnswer {
    const name = call.param('name');
    const group = this.#world.groups.open(call.param('group')).name;
    const input = call.body(groupInput);
    const location = requiredLocation(input.location, `Microsoft.Network/${type}`);
    checkTags(input.tags ?? {});
    const rules = input.properties.securityRules.map((rule) => ({ name: rule.name, ...rule.properties }));
    checkRules(rules);
    const before = this.shelf.get(networkId(this.#world, group, type, name));
    if (before !== undefined) requireSamePlace(before, location);
    const made = before ?? {
      ...newNetworkResource(this.#world, type, { group, name, location, tags: {} }),
      rules,
    };
    made.rules = rules;
    made.tags = input.tags ?? {};
    if (before === undefined) this.shelf.add(made);
    return changing(call, this.#world, made, { isNew: before === undefined, body: () => this.#body(made) });
  }

  #delete(call: ArmCall): ArmAnswer {
    const group = this.shelf.get(networkId(this.#world, call.param('group'), type, call.param('name')));
    if (group === undefined) return { status: 204 };
    const { subnets, networkInterfaces } = this.#useOf(group.id);
    const [user] = [...subnets, ...networkInterfaces];
    if (user !== undefined) {
      throw networkError(
        'InUseNetworkSecurityGroupCannotBeDeleted',
        `Network security group ${group.id} cannot be deleted because it is in use by the following resources: ${user}. In order to delete the Network security group, remove the association with the resource(s). To learn how to do this, see aka.ms/deletensg.`,
      );
    }
    return deleting(call, this.#world, group, () => this.shelf.remove(group.id));
  }

  readonly #body = (group: SecurityGroup): object => {
    const { id, etag, state, resourceGuid, rules } = group;
    const { subnets, networkInterfaces } = this.#useOf(id);
    return {
      ...networkHead(group),
      properties: {
        provisioningState: state,
        resourceGuid,
        securityRules: rules.map((rule) => ruleBody(rule, `${id}/securityRules`, etag)),
        defaultSecurityRules: defaultSecurityRules.map((rule) =>
          ruleBody(rule, `${id}/defaultSecurityRules`, etag),
        ),
        ...(subnets.length === 0 ? {} : { subnets: subnets.map((each) => ({ id: each })) }),
        ...(networkInterfaces.length === 0
          ? {}
          : { networkInterfaces: networkInterfaces.map((each) => ({ id: each })) }),
      },
    };
  };
}

function ruleBody({ name, ...rule }: SecurityRule, path: string, etag: string): object {
  return {
    name,
    id: `${path}/${name}`,
    etag,
    type: `Microsoft.Network/networkSecurityGroups/${path.slice(path.lastIndexOf('/') + 1)}`,
    properties: {
      provisioningState: 'Succeeded',
      ...rule,
      sourceAddressPrefixes: rule.sourceAddressPrefixes ?? [],
      sourcePortRanges: rule.sourcePortRanges ?? [],
      destinationAddressPrefixes: rule.destinationAddressPrefixes ?? [],
      destinationPortRanges: rule.destinationPortRanges ?? [],
    },
  };
}

/** @throws ArmError 400 for a priority that there is not, or one that two rules of a direction have. */
function checkRules(rules: readonly SecurityRule[]): void {
  for (const [at, { name, priority, direction }] of rules.entries()) {
    if (priority < 100 || priority > 4096) {
      const message = `Security rule has invalid Priority. Value provided: ${priority} Allowed range 100-4096.`;
      throw networkError('SecurityRuleInvalidPriority', message);
    }
    const other = rules
      .slice(0, at)
      .find((each) => each.priority === priority && same(each.direction, direction));
    if (other === undefined) continue;
    throw networkError(
      'SecurityRuleConflict',
      `Security rule ${other.name} conflicts with rule ${name}. Rules cannot have the same Priority and Direction.`,
    );
  }
}
