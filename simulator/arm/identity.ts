import type { Clock } from '../clock.ts';
import type { CloudRequest, CloudResponse, CloudService, Recognized, Refusal } from '../service.ts';
import type { Random } from '../random.ts';
import { ArmError } from './arm-error.ts';

const lifetimeSeconds = 86_400;

/**
 * App Service's managed-identity endpoint, `GET /msi/token?resource=…&api-version=2019-08-01` with the header
 * `X-IDENTITY-HEADER`: what `@azure/identity` calls when `IDENTITY_ENDPOINT` and `IDENTITY_HEADER` are set. It also
 * keeps the tokens it handed out, for ARM to know them again.
 */
export class Identity implements CloudService {
  readonly #tenantId: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #tokens = new Set<string>();

  constructor(tenantId: string, clock: Clock, random: Random) {
    this.#tenantId = tenantId;
    this.#clock = clock;
    this.#random = random;
  }

  recognize(request: CloudRequest): Recognized | undefined {
    if (request.path !== '/msi/token') return undefined;
    const target = request.query.get('resource') ?? '';
    return {
      service: 'identity',
      operation: 'ManagedIdentity_GetToken',
      target,
      kind: 'read',
      perform: () => this.#answer(request, target),
    };
  }

  refuse(_request: CloudRequest, refusal: Refusal): CloudResponse {
    return json(refusal.status, {
      statusCode: refusal.status,
      message: refusal.message,
      correlationId: refusal.code,
    });
  }

  /** @throws ArmError 401, with the challenge and body that ARM answers, unless the request carries a known token. */
  authenticate(request: CloudRequest): void {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      throw this.#unauthorized(
        'AuthenticationFailed',
        `Authentication failed. The 'Authorization' header is missing.`,
      );
    }
    const token = /^bearer (\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) {
      throw this.#unauthorized(
        'AuthenticationFailedInvalidHeader',
        `Authentication failed. The 'Authorization' header is provided in an invalid format.`,
      );
    }
    if (!this.#tokens.has(token))
      throw this.#unauthorized('InvalidAuthenticationToken', 'The access token is invalid.');
  }

  #answer(request: CloudRequest, resource: string): CloudResponse {
    if (request.method !== 'GET') return refused(405, `The HTTP method ${request.method} is not supported.`);
    if (!request.headers['x-identity-header'])
      return refused(401, 'The X-IDENTITY-HEADER header is missing.');
    if (request.query.get('api-version') !== '2019-08-01') return refused(400, 'Unsupported api-version.');
    if (resource === '') return refused(400, `The query parameter 'resource' is required.`);
    const expires = Math.floor(Date.now() / 1000) + lifetimeSeconds; // the client compares with its own wall clock
    return json(200, {
      access_token: this.#issue(resource, expires),
      expires_on: String(expires),
      resource,
      token_type: 'Bearer',
      client_id: 'simulated-identity',
    });
  }

  #issue(resource: string, expires: number): string {
    const claims = {
      aud: resource,
      iss: `https://sts.windows.net/${this.#tenantId}/`,
      tid: this.#tenantId,
      iat: Math.floor(this.#clock.nowMs / 1000),
      exp: expires,
      jti: this.#random.guid(),
    };
    const token = [{ alg: 'none', typ: 'JWT' }, claims, 'simulated']
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    this.#tokens.add(token);
    return token;
  }

  #unauthorized(code: string, message: string): ArmError {
    const challenge = `Bearer authorization_uri="https://login.windows.net/${this.#tenantId}", error="invalid_token", error_description="${message}"`;
    return new ArmError(401, code, message, { headers: { 'www-authenticate': challenge } });
  }
}

function refused(statusCode: number, message: string): CloudResponse {
  return json(statusCode, { statusCode, message, correlationId: '00000000-0000-0000-0000-000000000000' });
}

function json(status: number, body: unknown): CloudResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}
