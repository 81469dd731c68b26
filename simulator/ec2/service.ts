import type { CloudRequest, CloudResponse, CloudService, Recognized } from '../service.ts';
import type { Action, Understood } from './action.ts';
import { actions } from './actions/index.ts';
import { Ec2Error } from './ec2-error.ts';
import type { Estate } from './estate.ts';
import { writeAnswer, writeError } from './wire-xml.ts';

/** EC2's query protocol: `POST /` with a form, answered in XML. */
export function ec2Service(estate: Estate): CloudService {
  return {
    recognize: (request) => recognize(estate, request),
    refuse: (request, { status, code, message }) => errorAnswer(request, new Ec2Error(code, message, status)),
  };
}

function recognize(estate: Estate, request: CloudRequest): Recognized | undefined {
  if (request.path !== '/' || request.headers['x-amz-target'] !== undefined) return undefined;
  const form = new URLSearchParams(request.body);
  const name = form.get('Action') ?? '';
  const action = actions.get(name);
  const understood = action === undefined ? undefined : attempt(() => action.understand(form));
  return {
    service: 'ec2',
    operation: name,
    target: understood instanceof Ec2Error ? '' : (understood?.targets.join(',') ?? ''),
    kind: action?.kind ?? 'read',
    perform: () => {
      const answer = attempt(() => {
        if (action === undefined || understood === undefined) throw invalidAction(name);
        if (understood instanceof Ec2Error) throw understood;
        return answerTo(estate, request, action, understood);
      });
      return answer instanceof Ec2Error ? errorAnswer(request, answer) : answer;
    },
  };
}

function answerTo(
  estate: Estate,
  request: CloudRequest,
  action: Action,
  understood: Understood,
): CloudResponse {
  if (understood.isDryRun) {
    throw new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }
  const result = understood.perform(estate);
  return xmlAnswer(request, 200, writeAnswer(action.name, request.requestId, action.output, result));
}

function attempt<V>(work: () => V): V | Ec2Error {
  try {
    return work();
  } catch (error) {
    if (error instanceof Ec2Error) return error;
    throw error;
  }
}

function invalidAction(name: string): Ec2Error {
  return new Ec2Error('InvalidAction', `The action ${name} is not valid for this web service.`);
}

function errorAnswer(request: CloudRequest, { status, code, message }: Ec2Error): CloudResponse {
  return xmlAnswer(request, status, writeError(request.requestId, code, message));
}

function xmlAnswer(request: CloudRequest, status: number, body: string): CloudResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': request.requestId },
    body,
  };
}
