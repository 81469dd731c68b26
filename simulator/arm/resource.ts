/** Names and values that a person, or a program, put on a resource. */
export type Tags = Readonly<Record<string, string>>;

/** A resource as ARM itself keeps it, whichever provider it belongs to: what its lists and the tags operations know. */
export interface ArmResource {
  /** In the case in which it was made; compared without it. */
  readonly id: string;
  readonly name: string;
  readonly group: string;
  /** `Microsoft.Storage/storageAccounts`. */
  readonly type: string;
  readonly location: string;
  readonly createdMs: number;
  tags: Tags;
  /** What a list shows beside these, as the provider writes it: `sku`, `kind`, `identity`, `managedBy`. */
  readonly listed?: () => object;
}

/** `westeurope` for `West Europe`: a location may be named either way, and is answered in its short form. */
export function shortLocation(location: string): string {
  return location.replaceAll(' ', '').toLowerCase();
}

/** Ids, names and locations are the same whatever their case. */
export function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
