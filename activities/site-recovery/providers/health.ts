/** A heartbeat is this fresh or it counts as lost; healthy ones lag 1–10 minutes (recorded). */
const longestSilenceMs = 15 * 60_000;
/** A certificate is renewed before it comes so close to its end. */
const fewestDays = 30;
/** Machines that one server replicates at most, with 16 vCPU and 32 GB (documented). */
export const mostMachines = 200;
/** What one server sends to Azure in a day at most (documented: 2 TB). */
export const mostBytesPerDay = 2 * 2 ** 40;

/** What speaks against a component that has not been heard of lately. `now` is the service's own time. */
export function silence(component: string, lastHeartbeat: Date | undefined, now: Date): string[] {
  if (!lastHeartbeat) return [`${component} has sent no heartbeat`];
  const silentMs = now.getTime() - lastHeartbeat.getTime();
  if (silentMs < longestSilenceMs) return [];
  return [`${component} has sent no heartbeat for ${Math.floor(silentMs / 60_000)} minutes`];
}

/** What speaks against a certificate that ends soon; days that are left may be negative. */
export function expiry(component: string, daysLeft: number | undefined): string[] {
  const days = daysLeft ?? Number.POSITIVE_INFINITY;
  if (days > fewestDays) return [];
  if (days <= 0) return [`the certificate of ${component} has expired`];
  return [`the certificate of ${component} expires in ${days} days`];
}

/** What speaks against a component whose version the service stops to support soon; some say a sentinel for never (recorded). */
export function agentExpiry(component: string, expiryDate: Date | undefined, now: Date): string[] {
  if (!expiryDate) return [];
  const days = Math.floor((expiryDate.getTime() - now.getTime()) / 86_400_000);
  if (days > fewestDays) return [];
  if (days < 0) return [`the agent version of ${component} has expired`];
  return [`the agent version of ${component} expires in ${days} days`];
}

/** What speaks against one more machine on a server. */
export function fullness(machines: number, bytesPerDay: number): string[] {
  return [
    ...(machines < mostMachines ? [] : [`it replicates ${machines} machines, as many as one can`]),
    ...(bytesPerDay < mostBytesPerDay ? [] : ['2 TB a day come through it, as much as one can']),
  ];
}
