import type { Action } from '../action.ts';
import { describeAccountAttributes } from './account.ts';
import { describeAddresses } from './addresses.ts';
import { describeInstanceAttribute, modifyInstanceAttribute } from './attributes.ts';
import { describeImages } from './images.ts';
import { describeInstanceTypes } from './instance-types.ts';
import { describeInstances, describeInstanceStatus } from './instances.ts';
import { interfaceActions } from './network-interfaces.ts';
import { networkActions } from './networks.ts';
import { powerActions } from './power.ts';
import { routingActions } from './routing.ts';
import { runInstances } from './run-instances.ts';
import { ruleActions } from './security-group-rules.ts';
import { groupActions } from './security-groups.ts';
import { createSnapshots, describeSnapshots } from './snapshots.ts';
import { tagActions } from './tags.ts';
import { describeVolumes } from './volumes.ts';

/** The EC2 actions that the simulator has, by name. */
export const actions: ReadonlyMap<string, Action> = new Map(
  [
    describeInstances,
    describeInstanceStatus,
    describeInstanceAttribute,
    modifyInstanceAttribute,
    describeInstanceTypes,
    describeImages,
    describeVolumes,
    createSnapshots,
    describeSnapshots,
    ...networkActions,
    ...groupActions,
    ...ruleActions,
    ...interfaceActions,
    ...routingActions,
    describeAccountAttributes,
    describeAddresses,
    runInstances,
    ...powerActions,
    ...tagActions,
  ].map((action) => [action.name, action]),
);
