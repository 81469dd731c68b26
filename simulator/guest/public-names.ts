/** Public names that a script may ask for, and where they lead: the addresses are made up, in blocks of their owners. */
const zones = [
  { names: /(^|\.)(microsoft\.com|microsoftonline\.com|azure\.com|azureedge\.net|aka\.ms)$/, block: '20.60' },
  { names: /(^|\.)(windows\.net|windows\.com|windowsupdate\.com|visualstudio\.com)$/, block: '20.118' },
  { names: /(^|\.)(amazonaws\.com|amazon\.com|amazontrust\.com)$/, block: '52.95' },
  { names: /(^|\.)(ubuntu\.com|debian\.org|github\.com|githubusercontent\.com)$/, block: '185.125' },
] as const;

/** Those of which the addresses are documented, because rules name them. */
const documented: Readonly<Record<string, string>> = {
  'azkms.core.windows.net': '20.118.99.224',
  'kms.core.windows.net': '23.102.135.246',
};

/** The public address of a name; `undefined` for one that nobody on the internet knows. */
export function publicAddress(name: string): string | undefined {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  const own = documented[wanted];
  if (own !== undefined) return own;
  const zone = zones.find(({ names }) => names.test(wanted));
  if (zone === undefined) return undefined;
  const sum = Buffer.from(wanted).reduce((total, byte) => (total * 31 + byte) % 62_500, 7);
  return `${zone.block}.${Math.floor(sum / 250) + 1}.${(sum % 250) + 1}`;
}

/** True for a public address of Microsoft's, as its service tags have them. */
export function isMicrosoftAddress(address: string): boolean {
  return /^20\.(60|118)\./.test(address) || Object.values(documented).includes(address);
}
