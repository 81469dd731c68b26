/** True for an address that a cloud itself answers, whatever the network's rules: metadata, time, KMS. */
export function isLinkLocal(address: string): boolean {
  return address.startsWith('169.254.');
}
