/** The name of the resource that an ARM id names: its last part. */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** The resource group in an ARM id, or `''` where it has none. Site Recovery writes ids in mixed case (recorded). */
export function resourceGroupOf(id: string): string {
  return /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? '';
}

/** The subscription in an ARM id, or `''` where it has none. */
export function subscriptionOf(id: string): string {
  return /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? '';
}

/** ARM ids are equal whatever their case: services answer `/Subscriptions/…` or all in upper case (recorded). */
export function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
