/** What a request needs the right to do, and where. */
export interface NeededRight {
  /** `Microsoft.Compute/virtualMachines/read`, as role definitions name it. */
  readonly action: string;
  readonly scope: string;
}

/** Actions whose name does not follow from method and path (documented in the providers' lists of operations). */
const otherwiseNamed: Readonly<Record<string, string>> = {
  'microsoft.storage/checknameavailability/action': 'Microsoft.Storage/checknameavailability/read',
};

/** Addresses of operations are signed (recorded): who has one may read it. */
const ofOperation = /\/(operations|diskoperations|operationresults|operationstatus|asyncoperations)\/[^/]+$/i;
/** That of Site Recovery is asked for without its signature too: that this then takes the right of that name is inferred. */
const ofReplication = /\/replicationoperationstatus\/[^/]+$/i;

/** What of a request tells the right that it needs. */
export interface Asked {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The right that a request needs; undefined where it needs none. */
export function neededRight(asked: Asked): NeededRight | undefined {
  const { method, path } = asked;
  const parts = path.split('/').filter((part) => part !== '');
  if (parts[0]?.toLowerCase() !== 'subscriptions' || isSigned(asked)) return undefined;
  const at = parts.findLastIndex((part) => part.toLowerCase() === 'providers');
  const verb = verbOf(method);
  const [namespace, ...rest] = at === -1 ? [] : parts.slice(at + 1);
  if (namespace === undefined) return { action: ofSubscription(parts, verb), scope: path };
  if (rest.length === 0)
    return { action: `Microsoft.Resources/subscriptions/providers/${verb}`, scope: path };
  const types = rest.filter((_, position) => position % 2 === 0).join('/');
  const isNamed = rest.length % 2 === 0;
  const action = `${namespace}/${types}/${verb}`;
  return {
    action: otherwiseNamed[action.toLowerCase()] ?? action,
    scope: isNamed ? path : `/${parts.slice(0, -1).join('/')}`,
  };
}

function isSigned({ path, query }: Asked): boolean {
  return ofOperation.test(path) || (ofReplication.test(path) && query.has('s'));
}

/** Subscriptions, resource groups and their lists belong to ARM itself; messages write `resourcegroups` small (recorded). */
function ofSubscription(parts: readonly string[], verb: string): string {
  const types = parts.filter((_, position) => position % 2 === 0).map((part) => part.toLowerCase());
  return `Microsoft.Resources/${types.join('/')}/${verb}`;
}

function verbOf(method: string): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return 'read';
    case 'DELETE':
      return 'delete';
    case 'POST':
      return 'action';
    default:
      return 'write';
  }
}
