import { z } from 'zod';
import type { Arm } from './arm/arm.ts';
import type { Clock } from './clock.ts';
import type { Ec2 } from './ec2/index.ts';
import { faultSchema, type Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { CloudRequest, CloudResponse } from './service.ts';
import { ssmOperations } from './ssm/index.ts';

/** Everything that the control paths reach. */
export interface Controlled {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly ec2: Ec2;
  readonly arm: Arm;
}

const clockInput = z.strictObject({
  skipMinutes: z.number().min(0).default(0),
  skipSeconds: z.number().min(0).default(0),
});
const faultsInput = z.union([faultSchema, z.array(faultSchema)]);
/** What a control request got wrong. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const prefix = '/_portage/';

/** Is this request for the simulator itself, rather than for one of its clouds? */
export function isControl({ path }: CloudRequest): boolean {
  return path.startsWith(prefix);
}

/** The simulator's own paths, outside both clouds'; nothing here goes into the ledger. */
export function control(request: CloudRequest, world: Controlled): CloudResponse {
  world.clock.catchUp();
  try {
    return json(200, answer(request, world));
  } catch (error) {
    const status = error instanceof Refused ? error.status : 400;
    return json(status, { error: error instanceof Error ? error.message : String(error) });
  }
}

function answer(request: CloudRequest, { clock, ledger, faults, ec2, arm }: Controlled): unknown {
  const { method, path, query } = request;
  switch (`${method} ${path.slice(prefix.length)}`) {
    case 'GET health':
      return {
        status: 'ok',
        simulatedTime: clock.now.toISOString(),
        speed: clock.speed,
        requests: ledger.size,
      };
    case 'GET ledger':
      return ledger.select(query.get('operation') ?? undefined, query.get('target') ?? undefined);
    case 'GET operations':
      return { ec2: ec2.operations, ssm: ssmOperations, arm: arm.operations };
    case 'GET state':
      return {
        simulatedTime: clock.now.toISOString(),
        faults: faults.waiting,
        aws: ec2.state(),
        azure: arm.state(),
      };
    case 'GET faults':
      return faults.waiting;
    case 'DELETE faults':
      faults.clear();
      return [];
    case 'POST faults':
      for (const fault of [read(request, faultsInput)].flat()) faults.add(fault);
      return faults.waiting;
    case 'POST clock': {
      const { skipMinutes, skipSeconds } = read(request, clockInput);
      clock.skip((skipMinutes * 60 + skipSeconds) * 1000);
      return { simulatedTime: clock.now.toISOString() };
    }
    case 'POST person':
      return act(read(request, z.looseObject({ action: z.string() })), ec2, arm);
    default:
      throw new Refused(
        404,
        `There is no ${method} ${path}. There are GET health, ledger, operations, state, faults; POST faults, clock, person; DELETE faults.`,
      );
  }
}

function act(action: { readonly action: string }, ec2: Ec2, arm: Arm): unknown {
  const done = ec2.person(action);
  if (done !== undefined) {
    arm.sourceTouched(done.instanceId);
    return done;
  }
  const seen = arm.person(action);
  if (seen !== undefined) return seen;
  throw new Refused(400, `Nobody knows how to '${action.action}'.`);
}

function read<Shape extends z.ZodType>(request: CloudRequest, shape: Shape): z.infer<Shape> {
  const result = shape.safeParse(JSON.parse(request.body || '{}'));
  if (!result.success) throw new Refused(400, z.prettifyError(result.error));
  return result.data;
}

function json(status: number, body: unknown): CloudResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}
