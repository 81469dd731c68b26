import type { ArmCall } from './arm-call.ts';
import type { Registry } from './registry.ts';
import { ok, type ArmAnswer } from './route.ts';

/**
 * One page of a list as most providers answer it: `{"value":[…],"nextLink":…}`. The link is the request's own address with
 * a `$skipToken`; the last page has none.
 */
export function listPage<Element>(
  call: ArmCall,
  registry: Registry<Element>,
  size: number,
  bodyOf: (element: Element) => unknown,
): ArmAnswer {
  const { elements, next } = registry.page(size, call.request.query.get('$skipToken'));
  return ok({ value: elements.map(bodyOf), ...(next === undefined ? {} : { nextLink: call.linkTo(next) }) });
}

/** One page of a list as Site Recovery answers it: `nextLink` is null on the last page (recorded). */
export function pagedList<Element>(
  call: ArmCall,
  registry: Registry<Element>,
  size: number,
  bodyOf: (element: Element) => unknown,
): ArmAnswer {
  const { elements, next } = registry.page(size, call.request.query.get('$skipToken'));
  return ok({ value: elements.map(bodyOf), nextLink: next === undefined ? null : call.linkTo(next) });
}
