import type { SsmAction } from '../action.ts';
import { commandActions } from './commands.ts';
import { describeInstanceInformation } from './instances.ts';
import { invocationActions } from './invocations.ts';
import { parameterActions } from './parameters.ts';

/** The actions of Systems Manager that the simulator has, by name. */
export const actions: ReadonlyMap<string, SsmAction> = new Map(
  [describeInstanceInformation, ...commandActions, ...invocationActions, ...parameterActions].map(
    (action) => [action.name, action],
  ),
);
