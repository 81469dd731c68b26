import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { CloudFault } from './drawn-run.ts';

const ledgerEntry = z.object({
  seq: z.number(),
  time: z.coerce.date(),
  operation: z.string(),
  target: z.string(),
  kind: z.string(),
  outcome: z.enum(['answered', 'throttled', 'refused', 'dropped']),
  status: z.number(),
});
/** One request that the clouds heard. */
export type LedgerEntry = z.infer<typeof ledgerEntry>;

const named = z.looseObject({ id: z.string() });
const cloudState = z.object({
  /** Those that wait still, and how often they would happen. */
  faults: z.array(z.looseObject({ operation: z.string(), target: z.string(), count: z.number() })),
  aws: z.object({ machines: z.array(z.object({ instanceId: z.string(), state: z.string() })) }),
  azure: z.object({
    virtualMachines: z.array(named),
    disks: z.array(named),
    vaults: z.array(
      z.object({
        protectedItems: z.array(
          z.object({
            name: z.string(),
            instanceId: z.string(),
            stage: z.string(),
            machineId: z.string().optional(),
            testMachineId: z.string().optional(),
          }),
        ),
        jobs: z.array(
          z.object({
            name: z.string(),
            scenarioName: z.string(),
            target: z.string(),
            state: z.string(),
          }),
        ),
      }),
    ),
  }),
});
export type CloudState = z.infer<typeof cloudState>;

/** Both clouds as they are, whatever Portage says of them. */
export class Clouds {
  readonly #url: string;
  readonly #ec2: EC2Client;

  constructor(url: string) {
    this.#url = url;
    this.#ec2 = new EC2Client({
      endpoint: url,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
    });
  }

  async state(): Promise<CloudState> {
    return cloudState.parse(await this.#control('state'));
  }

  /** What was heard of an operation, about targets that contain `target`; everything without them. */
  async ledger(operation?: string, target?: string): Promise<LedgerEntry[]> {
    const query = new URLSearchParams({ ...(operation && { operation }), ...(target && { target }) });
    return z.array(ledgerEntry).parse(await this.#control(`ledger?${query.toString()}`));
  }

  async goWrong(faults: readonly CloudFault[]): Promise<void> {
    if (faults.length > 0) await this.#control('faults', faults);
  }

  async jump(skipMinutes: number): Promise<void> {
    await this.#control('clock', { skipMinutes });
  }

  /** The security groups that Portage made: names of those that let somebody in, ids of those that keep sources apart. */
  async madeGroups(): Promise<{ readonly openings: string[]; readonly quarantines: string[] }> {
    const filters = { Filters: [{ Name: 'tag-key', Values: ['portage:plan'] }] };
    const { SecurityGroups = [] } = await this.#ec2.send(new DescribeSecurityGroupsCommand(filters));
    const { openings = [], quarantines = [] } = Object.groupBy(SecurityGroups, ({ Tags = [] }) =>
      Tags.some(({ Key }) => Key === 'portage:quarantine') ? 'quarantines' : 'openings',
    );
    return {
      openings: openings.flatMap(({ GroupName }) => GroupName ?? []),
      quarantines: quarantines.flatMap(({ GroupId }) => GroupId ?? []),
    };
  }

  async instances(): Promise<Instance[]> {
    const { Reservations = [] } = await this.#ec2.send(new DescribeInstancesCommand({ MaxResults: 1000 }));
    return Reservations.flatMap(({ Instances }) => Instances ?? []);
  }

  async #control(path: string, body?: object): Promise<unknown> {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${this.#url}/_portage/${path}`, init);
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

/** The cloud took it, whoever heard the answer. */
export function isAccepted({ status }: LedgerEntry): boolean {
  return status >= 200 && status < 300;
}
