import type { CloudRequest, CloudResponse, CloudService, Recognized } from '../service.ts';
import type { Action, UnderstoodForm } from './action.ts';
import { actions } from './actions/index.ts';
import { attempt, AwsError, missingParameter } from './aws-error.ts';
import { accessKeyOf, isDenied, userArn } from './caller.ts';
import type { Estate } from './estate.ts';
import { RequestBuckets } from './request-buckets.ts';
import { Sts } from './sts.ts';
import { holdBack } from './visibility.ts';
import { writeAnswer, writeError } from './wire-xml.ts';

const apiVersion = '2016-11-15';

/** An EC2 request, read as far as it could be. */
interface Ec2Request {
  readonly request: CloudRequest;
  readonly form: URLSearchParams;
  readonly name: string;
  readonly action: Action | undefined;
  readonly understood: UnderstoodForm | AwsError | undefined;
}

/**
 * The AWS query protocol at `/`, which EC2 and STS share: a form in the body (or, for GET, in the query), XML back.
 * STS is told by its API version or its action.
 */
export function awsService(estate: Estate): CloudService {
  const sts = new Sts(estate);
  const buckets = new RequestBuckets(estate, actions);
  const asked = new WeakMap<Recognized, Ec2Request>();
  return {
    recognize: (request) => {
      const form = formOf(request);
      if (form === undefined) return undefined;
      if (sts.isAsked(form)) return sts.recognize(request, form);
      const read = readRequest(request, form);
      const recognized = recognize(estate, read);
      asked.set(recognized, read);
      return recognized;
    },
    refuse: (request, { status, code, message }) => {
      const error = new AwsError(code, message, status);
      const form = formOf(request);
      return form !== undefined && sts.isAsked(form)
        ? sts.refuse(request, error)
        : errorAnswer(request, error);
    },
    throttle: (recognized) => {
      const { action, understood } = asked.get(recognized) ?? {};
      if (
        action === undefined ||
        buckets.take(action, understood instanceof AwsError ? undefined : understood)
      ) {
        return undefined;
      }
      return { status: 503, code: 'RequestLimitExceeded', message: 'Request limit exceeded.' };
    },
    holdBack: (target, untilMs) => {
      for (const id of target.split(',')) holdBack(estate, id, untilMs);
    },
  };
}

function formOf({ method, path, query, headers, body }: CloudRequest): URLSearchParams | undefined {
  if (path !== '/' || headers['x-amz-target'] !== undefined) return undefined;
  if (method === 'POST') return new URLSearchParams(body);
  return method === 'GET' && query.has('Action') ? query : undefined;
}

function readRequest(request: CloudRequest, form: URLSearchParams): Ec2Request {
  const name = form.get('Action') ?? '';
  const action = actions.get(name);
  return { request, form, name, action, understood: action && attempt(() => action.understand(form)) };
}

function recognize(estate: Estate, read: Ec2Request): Recognized {
  const { request, name, action } = read;
  const understood = read.understood instanceof AwsError ? undefined : read.understood;
  return {
    service: 'ec2',
    operation: name,
    target: understood?.targets.join(',') ?? '',
    permission: `ec2:${name}`,
    kind: understood?.isDryRun === true ? 'read' : (action?.kind ?? 'read'),
    perform: () => {
      const answer = attempt(() => answerTo(estate, read));
      return answer instanceof AwsError ? errorAnswer(request, answer) : answer;
    },
  };
}

/**
 * Asks who calls, for which version and action, with which parameters, by which right; then acts. That a dry run looks
 * at rights and parameters, and not at the instances, is inferred.
 */
function answerTo(estate: Estate, { request, form, name, action, understood }: Ec2Request): CloudResponse {
  accessKeyOf(request, 'ec2');
  requireVersion(form.get('Version'));
  if (name === '') throw new AwsError('MissingAction', 'The request must contain the parameter Action');
  if (action === undefined || understood === undefined) {
    throw new AwsError('InvalidAction', `The action ${name} is not valid for this web service.`);
  }
  if (understood instanceof AwsError) throw understood;
  if (isDenied(estate, `ec2:${name}`)) throw unauthorized(estate, name);
  if (understood.isDryRun) {
    throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }
  const result = understood.perform(estate);
  return xmlAnswer(request, 200, writeAnswer(name, request.requestId, action.output, result));
}

function requireVersion(version: string | null): void {
  if (version === null) throw missingParameter('Version');
  if (version === apiVersion) return;
  throw new AwsError(
    'NoSuchVersion',
    `The requested version (${version}) of service AmazonEC2 does not exist`,
  );
}

function unauthorized(estate: Estate, name: string): AwsError {
  const why = `User: ${userArn(estate)} is not authorized to perform: ec2:${name} with an explicit deny in an identity-based policy`;
  return new AwsError(
    'UnauthorizedOperation',
    `You are not authorized to perform this operation. ${why}`,
    403,
  );
}

function errorAnswer(request: CloudRequest, { status, code, message }: AwsError): CloudResponse {
  return xmlAnswer(request, status, writeError(request.requestId, code, message));
}

function xmlAnswer({ requestId }: CloudRequest, status: number, body: string): CloudResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
    body,
  };
}
