import type { z } from 'zod';
import type { CloudRequest } from '../service.ts';
import { ArmError } from './arm-error.ts';

/** How ARM names itself in links, whatever address the client was led here by. */
export const armOrigin = 'https://management.azure.com';

/** One request to ARM, as a handler meets it: the route has matched, subscription and api-version are known. */
export class ArmCall {
  readonly request: CloudRequest;
  readonly apiVersion: string;
  readonly #params: ReadonlyMap<string, string>;

  constructor(request: CloudRequest, params: ReadonlyMap<string, string>) {
    this.request = request;
    this.#params = params;
    this.apiVersion = request.query.get('api-version') ?? '';
  }

  /** The part of the path that the route calls `{name}`, decoded, in the case the client wrote it. */
  param(name: string): string {
    return this.#params.get(name) ?? '';
  }

  /**
   * The body, as the service reads it.
   * @throws ArmError 400 `InvalidRequestContent`, as ARM answers what is not JSON or lacks what it needs.
   */
  body<Shape extends z.ZodType>(shape: Shape): z.infer<Shape> {
    const read = shape.safeParse(this.#json());
    if (read.success) return read.data;
    const wrong = read.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    throw invalidContent(wrong.join('; '));
  }

  /** The absolute address of a path of ARM, with this request's api-version where the path has none. */
  addressOf(path: string): string {
    if (path.includes('api-version=')) return `${armOrigin}${path}`;
    return `${armOrigin}${path}${path.includes('?') ? '&' : '?'}api-version=${this.apiVersion}`;
  }

  /** This request's own address, but for the page that the token names. */
  linkTo(skipToken: string): string {
    const query = new URLSearchParams(this.request.query);
    query.set('$skipToken', skipToken);
    return `${armOrigin}${this.request.path}?${query}`;
  }

  #json(): unknown {
    try {
      return JSON.parse(this.request.body);
    } catch (error) {
      throw invalidContent(error instanceof Error ? error.message : String(error));
    }
  }
}

function invalidContent(reason: string): ArmError {
  return new ArmError(
    400,
    'InvalidRequestContent',
    `The request content was invalid and could not be deserialized: '${reason}'.`,
  );
}
