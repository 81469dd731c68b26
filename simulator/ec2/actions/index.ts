import type { Action } from '../action.ts';
import { describeInstances } from './instances.ts';
import { powerActions } from './power.ts';

/** The EC2 actions that the simulator has, by name. */
export const actions: ReadonlyMap<string, Action> = new Map(
  [describeInstances, ...powerActions].map((action) => [action.name, action]),
);
