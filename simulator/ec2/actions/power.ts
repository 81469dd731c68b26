import { StartInstances$, StopInstances$, TerminateInstances$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import { namedInstances } from '../instance-ids.ts';
import {
  requireStartable,
  requireStoppable,
  requireTerminable,
  start,
  stop,
  terminate,
} from '../lifecycle.ts';

const instanceIds = { InstanceIds: z.array(z.string()) };

/** Each of the three acts on all the instances that it names, or, where one of them refuses, on none. */
export const powerActions = [
  action({
    operation: StartInstances$,
    kind: 'write',
    input: z.strictObject({ ...dryRun, ...instanceIds }),
    targets: ({ InstanceIds }) => InstanceIds,
    perform: ({ InstanceIds }, estate) => {
      const rows = namedInstances(estate, InstanceIds);
      rows.forEach(requireStartable);
      return { StartingInstances: rows.map((row) => start(estate, row)) };
    },
  }),
  action({
    operation: StopInstances$,
    kind: 'write',
    input: z.strictObject({ ...dryRun, ...instanceIds, Force: z.boolean().default(false) }),
    targets: ({ InstanceIds }) => InstanceIds,
    perform: ({ InstanceIds, Force }, estate) => {
      const rows = namedInstances(estate, InstanceIds);
      rows.forEach(requireStoppable);
      return { StoppingInstances: rows.map((row) => stop(estate, row, Force)) };
    },
  }),
  action({
    operation: TerminateInstances$,
    kind: 'delete',
    input: z.strictObject({ ...dryRun, ...instanceIds }),
    targets: ({ InstanceIds }) => InstanceIds,
    perform: ({ InstanceIds }, estate) => {
      const rows = namedInstances(estate, InstanceIds);
      rows.forEach(requireTerminable);
      return { TerminatingInstances: rows.map((row) => terminate(estate, row)) };
    },
  }),
];
