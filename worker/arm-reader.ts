import type { TokenCredential } from '@azure/core-auth';
import { ServiceClient, type ServiceClientOptions } from '@azure/core-client';
import { createPipelineRequest, RestError, type PipelineResponse } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import type { ArmReader } from '../activities/index.ts';

const page = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullish() });
const armError = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Reads any ARM resource as JSON, with the same credential, host rule and error type as the SDK's clients. */
export function armReader(
  credential: TokenCredential,
  origin: string,
  options: ServiceClientOptions,
): ArmReader {
  const client = new ServiceClient({ ...options, credential, credentialScopes: `${origin}/.default` });
  const get = async (url: string): Promise<unknown> => {
    const response = await client.sendRequest(createPipelineRequest({ url, method: 'GET' }));
    if (response.status !== 200) throw asRestError(response);
    return JSON.parse(response.bodyAsText ?? 'null');
  };
  return {
    get: (id, apiVersion) => get(urlOf(origin, id, apiVersion)),
    async *list(id, apiVersion) {
      for (let next: string | null | undefined = urlOf(origin, id, apiVersion); next;) {
        const { value, nextLink } = page.parse(await get(next));
        yield* value;
        next = nextLink;
      }
    },
  };
}

function urlOf(origin: string, id: string, apiVersion: string): string {
  return `${origin}${encodeURI(id)}?api-version=${apiVersion}`;
}

function asRestError(response: PipelineResponse): RestError {
  const { status: statusCode, request, bodyAsText } = response;
  const told = armError.safeParse(parsed(bodyAsText));
  const { code, message } = told.success
    ? told.data.error
    : { code: `HTTP_${statusCode}`, message: bodyAsText ?? '' };
  return new RestError(message, { code, statusCode, request, response });
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
