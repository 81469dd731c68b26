import type { Problem } from './mistake.ts';

const byEnvironment = 'Keep the address in the environment of the worker and write `webhook: { env: NAME }`';
const secretNames =
  /token|apikey|secret|passw|signature|credential|(?:^|[_-])(?:key|sig|code|auth|pwd|pass)$/i;
/** Services whose webhook addresses are secrets as a whole. */
const secretHosts =
  /(?:^|\.)(?:hooks\.slack\.com|webhook\.office\.com|discord(?:app)?\.com|hooks\.zapier\.com)$/i;
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * What is wrong with a webhook's literal address. It must be https, plain http on loopback only, and hold no secret:
 * plans are committed and stand in workflow histories. The sentence never repeats the address.
 */
export function webhookProblem(address: string): Problem | undefined {
  if (!URL.canParse(address)) return { message: '`webhook` must be an address that starts with https://' };
  const url = new URL(address);
  if (holdsSecret(url))
    return { message: 'the address of a `webhook` must not hold a secret', suggestion: byEnvironment };
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname)))
    return undefined;
  return { message: '`webhook` must be https; plain http is accepted for a loopback address only' };
}

function holdsSecret(url: URL): boolean {
  const parameters = [...url.searchParams];
  const parts = [...url.pathname.split('/'), ...parameters.map(([, value]) => value), url.hash.slice(1)];
  return (
    url.username !== '' ||
    url.password !== '' ||
    secretHosts.test(url.hostname) ||
    parameters.some(([name]) => secretNames.test(name)) ||
    parts.some(looksRandom)
  );
}

/** Whether a text looks drawn by lot: long hexadecimal, or long with capitals, small letters and digits mixed. */
function looksRandom(part: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(part)) return true;
  return /^[\w~.+=-]{20,}$/.test(part) && [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(part));
}
