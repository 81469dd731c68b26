import { AzureTypes } from '../simulator-azure-types.ts';
import { mapperComplaints } from './check-mapper.ts';
import type { OperationSpec } from './sdk-specs.ts';

/** What the SDK's request mapper has against a body that was sent: what it does not know, has otherwise, or misses. */
export function requestComplaints(body: unknown, { requestMapper, models }: OperationSpec): string[] {
  return requestMapper === undefined ? ['no body is known'] : mapperComplaints(body, requestMapper, models);
}

/**
 * What Microsoft's published types have against the body of a PUT, or of a PATCH that sends a part of the resource. They have
 * one type for request and answer; what Site Recovery's PATCHes send is another thing than the resource, and is left out.
 */
export class RequestTypes {
  readonly #patched = ['vaults', 'compute', 'network'].map((name) => new AzureTypes(name));
  readonly #put = [...this.#patched, new AzureTypes('siterecovery')];

  /** @returns undefined where no type covers a request: another method, or a resource that no library has. */
  complaints(method: string, path: string, body: unknown): readonly string[] | undefined {
    const type = typeOf(path);
    return this.#librariesFor(method)
      .find((library) => library.has(type))
      ?.complaints(type, body);
  }

  #librariesFor(method: string): readonly AzureTypes[] {
    if (method === 'PUT') return this.#put;
    return method === 'PATCH' ? this.#patched : [];
  }
}

/** `…/providers/Microsoft.Network/virtualNetworks/v/subnets/s` → `microsoft.network/virtualnetworks/subnets`. */
function typeOf(path: string): string {
  const [namespace = '', ...rest] = (path.split(/\/providers\//i).at(-1) ?? '').split('/');
  return [namespace, ...rest.filter((_, at) => at % 2 === 0)].join('/').toLowerCase();
}
