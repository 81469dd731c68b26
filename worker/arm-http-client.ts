import {
  createDefaultHttpClient,
  createPipelineRequest,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import PQueue from 'p-queue';
import { unsafeAddress } from './unsafe-address.ts';
import type { CloudOptions } from './cloud-options.ts';
import { isLoopback } from './config.ts';

/** ARM refills its write bucket with 10 a second (documented): writes stay below it. */
const writesPerSecond = 8;

/** Where the SDKs believe ARM to be while it is simulated: they send no token to plain http. */
export const simulatedArm = new URL('https://management.azure.com');

/**
 * The last thing before the wire for every Azure call: sends a token to no host but ARM's, no effect after its attempt's
 * deadline, and writes no faster than ARM takes them.
 * The endpoint is ARM, or a simulator on loopback, to which calls for `https://management.azure.com` are then led. The
 * time-out is that of one request, its whole answer included: the SDK's own limit ends with the answer's headers.
 */
export function armHttpClient({
  armEndpoint: endpoint,
  requestTimeoutMs,
  beforeEffect,
}: CloudOptions): HttpClient {
  const wire = createDefaultHttpClient();
  const writes = new PQueue({ interval: 1_000, intervalCap: writesPerSecond });
  const send = (request: PipelineRequest): Promise<PipelineResponse> => {
    if (!isRead(request)) beforeEffect();
    request.abortSignal = AbortSignal.timeout(requestTimeoutMs);
    return endpoint.protocol === 'http:'
      ? sendToLoopback(wire, endpoint, request)
      : wire.sendRequest(request);
  };
  return {
    async sendRequest(request) {
      refuseForeignHost(request.url, endpoint);
      return isRead(request) ? send(request) : writes.add(() => send(request));
    },
  };
}

/** The host that clients are built for. */
export function armHost(endpoint: URL): string {
  return (endpoint.protocol === 'http:' ? simulatedArm : endpoint).origin;
}

function isRead({ method }: PipelineRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Links of long-running operations and next pages are absolute, and may be regional (recorded). */
function refuseForeignHost(link: string, endpoint: URL): void {
  const { hostname } = new URL(link);
  const known = new URL(armHost(endpoint)).hostname;
  if (hostname === known || hostname.endsWith(`.${known}`)) return;
  throw unsafeAddress(`Azure named a link on ${hostname}, which is not ${known}: it was not followed`);
}

async function sendToLoopback(
  wire: HttpClient,
  endpoint: URL,
  request: PipelineRequest,
): Promise<PipelineResponse> {
  if (!isLoopback(endpoint.hostname))
    throw unsafeAddress(
      `ARM's endpoint is plain http on ${endpoint.hostname}: only a loopback address may be`,
    );
  const { pathname, search } = new URL(request.url);
  const url = new URL(`${pathname}${search}`, endpoint).href;
  const response = await wire.sendRequest(
    createPipelineRequest({ ...request, url, allowInsecureConnection: true }),
  );
  return { ...response, request };
}
