import type { ArmCall } from './arm-call.ts';

/** What a handler answers; the router writes it as JSON. */
export interface ArmAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One operation of ARM. */
export interface Route {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  /** The path as the SDKs have it, `{subscription}` and `{group}` with the meaning that ARM gives them. */
  readonly path: string;
  /** `<Resource>_<Method>`, as the SDKs name it. */
  readonly operation: string;
  /** The api-versions that this resource type has. */
  readonly apiVersions: readonly string[];
  readonly answer: (call: ArmCall) => ArmAnswer;
}

/** A plain 200 with a body. */
export function ok(body: unknown): ArmAnswer {
  return { status: 200, body };
}

type RouteParts = [
  path: string,
  operation: string,
  apiVersions: readonly string[],
  answer: (call: ArmCall) => ArmAnswer,
];

/** A read: most of ARM. */
export function get(...parts: RouteParts): Route {
  return route('GET', parts);
}

/** A look whether something is there, without its body. */
export function head(...parts: RouteParts): Route {
  return route('HEAD', parts);
}

export function put(...parts: RouteParts): Route {
  return route('PUT', parts);
}

export function patch(...parts: RouteParts): Route {
  return route('PATCH', parts);
}

/** HTTP's DELETE. */
export function remove(...parts: RouteParts): Route {
  return route('DELETE', parts);
}

/** An action on a resource. */
export function post(...parts: RouteParts): Route {
  return route('POST', parts);
}

function route(method: Route['method'], [path, operation, apiVersions, answer]: RouteParts): Route {
  return { method, path, operation, apiVersions, answer };
}
