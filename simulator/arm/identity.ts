import { createHmac, timingSafeEqual } from 'node:crypto';
import { Random } from '../random.ts';
import type { CloudRequest, CloudResponse, CloudService, Recognized, Refusal } from '../service.ts';
import { z } from 'zod';
import { ArmError } from './arm-error.ts';

const lifetimeSeconds = 86_400;

/** Resources whose tokens ARM takes. */
const audiences = new Set(['https://management.azure.com', 'https://management.core.windows.net']);

const claimsShape = z.object({ aud: z.string(), exp: z.number() });

/**
 * App Service's managed-identity endpoint, `GET /msi/token?resource=…&api-version=2019-08-01` with the header
 * `X-IDENTITY-HEADER`: what `@azure/identity` calls when `IDENTITY_ENDPOINT` and `IDENTITY_HEADER` are set. Tokens are
 * signed for the tenant, so that a client which outlives a simulator is known to the next one, as it would be in Azure.
 */
export class Identity implements CloudService {
  /** The managed identity that asks: its application and its object in the directory. */
  readonly caller: { readonly clientId: string; readonly objectId: string };
  readonly #tenantId: string;

  constructor(tenantId: string) {
    this.#tenantId = tenantId;
    const random = new Random(`${tenantId}/identity`);
    this.caller = { clientId: random.guid(), objectId: random.guid() };
  }

  recognize(request: CloudRequest): Recognized | undefined {
    if (request.path !== '/msi/token') return undefined;
    const target = request.query.get('resource') ?? '';
    return {
      service: 'identity',
      operation: 'ManagedIdentity_GetToken',
      target,
      kind: 'read',
      permission: '',
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
    const claims = this.#claimsOf(token);
    if (claims === undefined)
      throw this.#unauthorized('InvalidAuthenticationToken', 'The access token is invalid.');
    if (!audiences.has(claims.aud.replace(/\/$/, ''))) {
      const message = `The access token has been obtained for wrong audience or resource '${claims.aud}'.`;
      throw this.#unauthorized('InvalidAuthenticationTokenAudience', message);
    }
    if (claims.exp * 1000 < Date.now()) {
      throw this.#unauthorized('ExpiredAuthenticationToken', 'The access token expiry has passed.');
    }
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
      client_id: this.caller.clientId,
    });
  }

  #issue(resource: string, expires: number): string {
    const claims = {
      aud: resource,
      iss: `https://sts.windows.net/${this.#tenantId}/`,
      tid: this.#tenantId,
      appid: this.caller.clientId,
      oid: this.caller.objectId,
      exp: expires,
    };
    const signed = [{ alg: 'HS256', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${signed}.${this.#sign(signed)}`;
  }

  #claimsOf(token: string): z.infer<typeof claimsShape> | undefined {
    const [header = '', claims = '', signature = ''] = token.split('.');
    const [given, right] = [Buffer.from(signature), Buffer.from(this.#sign(`${header}.${claims}`))];
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    return claimsShape.safeParse(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'))).data;
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#tenantId).update(text).digest('base64url');
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
