import { z } from 'zod';

/** Text; null where something else stands, undefined where nothing does. */
const text = z
  .unknown()
  .transform((given) => (typeof given === 'string' ? given : given === undefined ? undefined : null))
  .optional();
/** A mapping; null where something else stands, undefined where nothing does. */
const mapping = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.object(shape).nullish().catch(null);
const list = <Entry extends z.core.SomeType>(entry: Entry) => z.array(entry).catch([]);

const level = {
  source: mapping({ region: text }),
  environment: text,
  target: mapping({
    resourceGroup: text,
    vmName: text,
    network: text,
    subnet: text,
    testNetwork: text,
    testSubnet: text,
    privateIp: text,
    testPrivateIp: text,
  }),
  mobility: text,
  testFailover: text,
  recoveryPoint: text,
};
const machine = mapping({ name: text, instanceId: text, privateIp: text, vpcId: text, ...level });

const said = z.unknown().optional();
const actions = list(mapping({ ssm: said, runCommand: said, on: text })).optional();
const server = mapping({
  instanceId: said,
  region: said,
  deploy: mapping({ registration: said }),
  passphrase: said,
});
const environment = mapping({
  name: text,
  provider: text,
  subscriptionId: text,
  appliances: z.array(server).nullish().catch(null),
  configurationServer: server,
  account: said,
  create: said,
  networks: said,
});

/**
 * What can be understood of a plan that may have mistakes, so that the checks of the whole still run. Never fails.
 * Only what those checks ask for is in it.
 */
export const planSketch = z
  .object({
    engine: text,
    source: level.source,
    environments: list(environment),
    defaults: mapping(level),
    groups: list(mapping({ name: text, vms: list(machine), before: actions, after: actions, ...level })),
  })
  .catch({ environments: [], groups: [] });

export type PlanSketch = z.output<typeof planSketch>;
