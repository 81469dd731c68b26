import type { CloudRequest, Recognized } from '../service.ts';
import { ArmCall } from './arm-call.ts';
import { ArmError } from './arm-error.ts';
import type { ArmAnswer, Route } from './route.ts';

interface Match {
  readonly route: Route;
  readonly params: ReadonlyMap<string, string>;
}

/** A request that found its operation, or the error that ARM has for it. */
export interface Routed {
  readonly operation: string;
  readonly target: string;
  readonly kind: Recognized['kind'];
  readonly answer: () => ArmAnswer;
}

/** A route with the parts of its path. */
interface Candidate {
  readonly route: Route;
  readonly parts: readonly string[];
}

/**
 * Finds the operation for a method and a path; ids are compared without case, as ARM does. A path that begins with
 * `{scope}` is an extension: it stands behind any id.
 */
export class Router {
  readonly #byLength = new Map<number, Candidate[]>();
  readonly #extensions: Candidate[] = [];
  readonly #routes: readonly Route[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes;
    for (const route of routes) {
      const parts = partsOf(route.path);
      if (parts[0] === '{scope}') {
        this.#extensions.push({ route, parts: parts.slice(1) });
        continue;
      }
      const sameLength = this.#byLength.get(parts.length);
      if (sameLength === undefined) this.#byLength.set(parts.length, [{ route, parts }]);
      else sameLength.push({ route, parts });
    }
  }

  /** The operations that it leads to, as the SDKs name them. */
  get operations(): readonly string[] {
    return [...new Set(this.#routes.map(({ operation }) => operation))].toSorted();
  }

  route(request: CloudRequest): Routed {
    const matches = this.#matches(request.path);
    const match = matches.find(({ route }) => route.method === request.method);
    const kind = kindOf(request.method);
    if (match === undefined) {
      const refusal = matches[0] === undefined ? this.#unknown(request) : wrongMethod(request, matches);
      return { operation: 'Unknown', target: decode(request.path), kind, answer: () => raise(refusal) };
    }
    const { route, params } = match;
    return {
      operation: route.operation,
      target: targetOf(route, request.path),
      kind,
      answer: () => {
        checkApiVersion(request, route);
        return route.answer(new ArmCall(request, params));
      },
    };
  }

  #matches(path: string): Match[] {
    const parts = partsOf(path);
    const exact = (this.#byLength.get(parts.length) ?? []).flatMap(({ route, parts: wanted }) => {
      const params = matched(wanted, parts);
      return params === undefined ? [] : [{ route, params }];
    });
    return exact.length > 0 ? exact : this.#extended(parts);
  }

  #extended(parts: readonly string[]): Match[] {
    return this.#extensions.flatMap(({ route, parts: wanted }) => {
      const scope = parts.slice(0, -wanted.length);
      const params = scope.length === 0 ? undefined : matched(wanted, parts.slice(-wanted.length));
      if (params === undefined) return [];
      return [{ route, params: new Map([...params, ['scope', scope.map(decode).join('/')]]) }];
    });
  }

  #unknown(request: CloudRequest): ArmError {
    const provider = /\/providers\/([^/]+)\/([^/]+)/i.exec(request.path);
    if (!/^\/subscriptions\/[^/]+/i.test(request.path)) {
      const message = 'The request did not have a subscription or a valid tenant level resource provider.';
      return new ArmError(404, 'MissingSubscription', message);
    }
    const [namespace, type] = [provider?.[1], provider?.[2]];
    const known =
      namespace !== undefined &&
      this.#routes.some(({ path }) => path.toLowerCase().includes(`/providers/${namespace.toLowerCase()}/`));
    if (namespace !== undefined && !known) {
      return new ArmError(
        404,
        'InvalidResourceNamespace',
        `The resource namespace '${namespace}' is invalid.`,
      );
    }
    const version = request.query.get('api-version') ?? '';
    const message = `The resource type '${type ?? ''}' could not be found in the namespace '${namespace ?? 'Microsoft.Resources'}' for api version '${version}'.`;
    return new ArmError(404, 'InvalidResourceType', message);
  }
}

function raise(error: ArmError): never {
  throw error;
}

function wrongMethod(request: CloudRequest, matches: readonly Match[]): ArmError {
  const allowed = [...new Set(matches.map(({ route }) => route.method))].join(', ');
  const message = `The requested resource does not support http method '${request.method}'.`;
  return new ArmError(405, 'MethodNotAllowed', message, { headers: { allow: allowed } });
}

function checkApiVersion(request: CloudRequest, { apiVersions, path }: Route): void {
  const version = request.query.get('api-version');
  const supported = apiVersions.join(', ');
  if (version === null || version === '') {
    const message = 'The api-version query parameter (?api-version=) is required for all requests.';
    throw new ArmError(400, 'MissingApiVersionParameter', message);
  }
  if (apiVersions.includes(version)) return;
  const type = /\/providers\/[^/]+\/([^/]+)/.exec(path)?.[1];
  if (type === undefined) {
    const message = `The api-version '${version}' is invalid. The supported versions are '${supported}'.`;
    throw new ArmError(400, 'InvalidApiVersionParameter', message);
  }
  const message = `No registered resource provider found for API version '${version}' for type '${type}'. The supported api-versions are '${supported}'.`;
  throw new ArmError(400, 'NoRegisteredProviderFound', message);
}

function kindOf(method: string): Recognized['kind'] {
  if (method === 'GET' || method === 'HEAD') return 'read';
  return method === 'DELETE' ? 'delete' : 'write';
}

/**
 * The id that a request acts on: its path, less the action behind an id. A list acts on nothing, unless it is the list of
 * what one resource has.
 */
function targetOf(route: Route, path: string): string {
  const decoded = decode(path).replace(/\/$/, '');
  if (route.path.endsWith('}')) return decoded;
  const parent = decoded.slice(0, decoded.lastIndexOf('/'));
  const isOfOne = route.method !== 'GET' || /Items\/\{item\}\/|Machines\/\{vm\}\//i.test(route.path);
  return isOfOne ? parent : '';
}

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}

function matched(
  wanted: readonly string[],
  parts: readonly string[],
): ReadonlyMap<string, string> | undefined {
  const params = new Map<string, string>();
  for (const [at, name] of wanted.entries()) {
    const part = parts[at] ?? '';
    if (name.startsWith('{')) params.set(name.slice(1, -1), decode(part));
    else if (name.toLowerCase() !== part.toLowerCase()) return undefined;
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % is part of a name that no resource has
  }
}
