import type { Understood } from '../ec2/action.ts';
import { attempt, AwsError } from '../ec2/aws-error.ts';
import { accessKeyOf, isDenied, userArn } from '../ec2/caller.ts';
import type { CloudRequest, CloudResponse, CloudService, Recognized } from '../service.ts';
import { TokenBucket } from '../token-bucket.ts';
import type { SsmAction } from './action.ts';
import { actions } from './actions/index.ts';
import type { SystemsManager } from './systems-manager.ts';
import { jsonOf } from './wire-json.ts';

const target = /^AmazonSSM\.(\w*)$/;

/**
 * Systems Manager's request rate. AWS publishes none but Parameter Store's (40 GetParameter a second); the throttling that
 * is seen in practice begins at a few tens of requests a second (inferred).
 */
const usualRate = { burst: 100, perSecond: 40 };

/** A request, read as far as it could be. */
interface SsmRequest {
  readonly request: CloudRequest;
  readonly name: string;
  readonly action: SsmAction | undefined;
  readonly understood: Understood<SystemsManager> | AwsError | undefined;
}

/** The AWS JSON 1.1 protocol at `/`: the action stands in `x-amz-target`, JSON goes in and comes out. */
export function ssmService(ssm: SystemsManager): CloudService {
  const buckets = new Map<string, TokenBucket>();
  const refuse = (request: CloudRequest, error: AwsError) => answer(request, error.status, errorBody(error));
  return {
    recognize: (request) => {
      const name = target.exec(String(request.headers['x-amz-target'] ?? ''))?.[1];
      if (name === undefined || request.method !== 'POST' || request.path !== '/') return undefined;
      const action = actions.get(name);
      return recognized(ssm, {
        request,
        name,
        action,
        understood: action && attempt(() => action.understand(request.body)),
      });
    },
    refuse: (request, { status, code, message }) => refuse(request, new AwsError(code, message, status)),
    throttle: ({ operation }) => {
      const { nowMs } = ssm.estate.clock;
      const limit = ssm.estate.section.throttling[`ssm:${operation}`] ?? usualRate;
      const bucket = buckets.get(operation) ?? new TokenBucket(limit, nowMs);
      buckets.set(operation, bucket);
      if (bucket.take(nowMs) === 0) return undefined;
      return { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' };
    },
  };
}

function recognized(ssm: SystemsManager, read: SsmRequest): Recognized {
  const { name, action, understood } = read;
  return {
    service: 'ssm',
    operation: name,
    target: understood === undefined || understood instanceof AwsError ? '' : understood.targets.join(','),
    kind: action?.kind ?? 'read',
    permission: `ssm:${name}`,
    perform: () => {
      const result = attempt(() => answerTo(ssm, read));
      return result instanceof AwsError
        ? answer(read.request, result.status, errorBody(result))
        : answer(read.request, 200, result);
    },
  };
}

/** Asks who calls, for which action, by which right, with which parameters; then acts. */
function answerTo(ssm: SystemsManager, { request, name, action, understood }: SsmRequest): unknown {
  accessKeyOf(request, 'ssm');
  if (action === undefined || understood === undefined) throw new AwsError('UnknownOperationException', '');
  if (isDenied(ssm.estate, `ssm:${name}`)) throw denied(ssm, name, understood);
  if (understood instanceof AwsError) throw understood;
  return jsonOf(action.output, understood.perform(ssm));
}

function denied(
  { estate }: SystemsManager,
  name: string,
  understood: Understood<SystemsManager> | AwsError,
): AwsError {
  const [first] = understood instanceof AwsError ? [] : understood.targets;
  const { region, account } = estate.section;
  const kind = first?.startsWith('i-') === true ? `arn:aws:ec2:${region}:${account}:instance/` : '';
  const parameter = `arn:aws:ssm:${region}:${account}:parameter/`;
  const resource = first === undefined ? '*' : `${kind === '' ? parameter : kind}${first.replace(/^\//, '')}`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${userArn(estate)} is not authorized to perform: ssm:${name} on resource: ${resource} with an explicit deny in an identity-based policy`,
  );
}

/** Some of its errors come without a message; the one of IAM writes it with a capital letter (both seen in real answers). */
function errorBody({ code, message }: AwsError): Record<string, string> {
  if (message === '') return { __type: code };
  return { __type: code, [code === 'AccessDeniedException' ? 'Message' : 'message']: message };
}

function answer({ requestId }: CloudRequest, status: number, body: unknown): CloudResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
    body: JSON.stringify(body),
  };
}
