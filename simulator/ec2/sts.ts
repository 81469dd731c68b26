import type { CloudRequest, CloudResponse, Recognized } from '../service.ts';
import { attempt, AwsError } from './aws-error.ts';
import { accessKeyOf, isDenied, userArn } from './caller.ts';
import type { Estate } from './estate.ts';
import { escape } from './wire-xml.ts';

const apiVersion = '2011-06-15';
const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** Who a caller is, as GetCallerIdentity answers it. */
interface Identity {
  readonly arn: string;
  readonly userId: string;
}

type StsAction = (caller: string, form: URLSearchParams) => string;

/** AWS's token service as far as a migration asks it: GetCallerIdentity and AssumeRole. */
export class Sts {
  readonly #estate: Estate;
  /** Assumed roles, by the access key that came with them. */
  readonly #assumed = new Map<string, Identity>();
  readonly #actions: ReadonlyMap<string, StsAction>;

  constructor(estate: Estate) {
    this.#estate = estate;
    this.#actions = new Map<string, StsAction>([
      ['GetCallerIdentity', (caller) => this.#callerIdentity(caller)],
      ['AssumeRole', (_caller, form) => this.#assumeRole(form)],
    ]);
  }

  /** True where a request at `/` is for STS and not for EC2. */
  isAsked(form: URLSearchParams): boolean {
    return form.get('Version') === apiVersion || this.#actions.has(form.get('Action') ?? '');
  }

  recognize(request: CloudRequest, form: URLSearchParams): Recognized {
    const operation = form.get('Action') ?? '';
    return {
      service: 'sts',
      operation,
      target: form.get('RoleArn') ?? '',
      kind: 'read',
      permission: operation === 'GetCallerIdentity' ? '' : `sts:${operation}`, // nobody can be kept from that (documented)
      perform: () => {
        const result = attempt(() => this.#answer(request, operation, form));
        return result instanceof AwsError ? this.refuse(request, result) : xmlAnswer(request, 200, result);
      },
    };
  }

  /** Writes an error as STS does. */
  refuse(request: CloudRequest, { status, code, message }: AwsError): CloudResponse {
    const type = status < 500 ? 'Sender' : 'Receiver';
    const error = `<Error><Type>${type}</Type><Code>${escape(code)}</Code><Message>${escape(message)}</Message></Error>`;
    const body = `<ErrorResponse xmlns="${namespace}">${error}<RequestId>${escape(request.requestId)}</RequestId></ErrorResponse>`;
    return xmlAnswer(request, status, body);
  }

  #answer(request: CloudRequest, name: string, form: URLSearchParams): string {
    const caller = accessKeyOf(request, 'sts');
    const action = this.#actions.get(name);
    if (action === undefined || form.get('Version') !== apiVersion) {
      throw new AwsError(
        'InvalidAction',
        `Could not find operation ${name} for version ${form.get('Version') ?? ''}`,
      );
    }
    const resource = form.get('RoleArn') ?? '*';
    if (isDenied(this.#estate, `sts:${name}`)) {
      const { arn } = this.#identity(caller);
      throw new AwsError(
        'AccessDenied',
        `User: ${arn} is not authorized to perform: sts:${name} on resource: ${resource}`,
        403,
      );
    }
    const metadata = `<ResponseMetadata><RequestId>${escape(request.requestId)}</RequestId></ResponseMetadata>`;
    const result = `<${name}Result>${action(caller, form)}</${name}Result>`;
    return `<${name}Response xmlns="${namespace}">${result}${metadata}</${name}Response>`;
  }

  #identity(caller: string): Identity {
    return this.#assumed.get(caller) ?? { arn: userArn(this.#estate), userId: 'AIDASIMULATEDUSER0001' };
  }

  #callerIdentity(caller: string): string {
    const { arn, userId } = this.#identity(caller);
    const account = arn.split(':')[4] ?? this.#estate.section.account;
    return `<Arn>${escape(arn)}</Arn><UserId>${escape(userId)}</UserId><Account>${escape(account)}</Account>`;
  }

  #assumeRole(form: URLSearchParams): string {
    const role = required(form, 'RoleArn');
    const session = required(form, 'RoleSessionName');
    const [, account = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(role) ?? [];
    if (name === '') throw new AwsError('ValidationError', `${role} is invalid`);
    const { ids } = this.#estate;
    const keyId = `ASIA${ids.hex(16).toUpperCase()}`;
    const userId = `AROA${ids.hex(17).toUpperCase()}:${session}`;
    const arn = `arn:aws:sts::${account}:assumed-role/${name}/${session}`;
    this.#assumed.set(keyId, { arn, userId });
    const credentials = `<AccessKeyId>${keyId}</AccessKeyId><SecretAccessKey>${ids.hex(40)}</SecretAccessKey><SessionToken>${ids.hex(64)}</SessionToken><Expiration>${expiration(form)}</Expiration>`;
    const user = `<AssumedRoleId>${escape(userId)}</AssumedRoleId><Arn>${escape(arn)}</Arn>`;
    return `<Credentials>${credentials}</Credentials><AssumedRoleUser>${user}</AssumedRoleUser>`;
  }
}

/**
 * When the credentials run out: by the wall clock, not the simulated one, because the SDKs compare it with the
 * machine's own clock and would ask for new credentials before each request.
 */
function expiration(form: URLSearchParams): string {
  const seconds = Number(form.get('DurationSeconds') ?? 3600);
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > 43_200) {
    throw new AwsError(
      'ValidationError',
      `Value '${String(form.get('DurationSeconds'))}' at 'durationSeconds' must be between 900 and 43200`,
    );
  }
  return new Date(Date.now() + seconds * 1000).toISOString();
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === '') {
    throw new AwsError(
      'ValidationError',
      `Value null at '${name.slice(0, 1).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

function xmlAnswer({ requestId }: CloudRequest, status: number, body: string): CloudResponse {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}
