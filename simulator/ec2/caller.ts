import type { CloudRequest } from '../service.ts';
import { AwsError, missingParameter } from './aws-error.ts';
import type { Estate } from './estate.ts';

const credential =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/[^/,\s]+\/([a-z0-9]+)\/aws4_request, ?SignedHeaders=[^,\s]+, ?Signature=[0-9a-f]{64}$/;

/**
 * The access key that signed the request. The signature itself is not recomputed: any secret will do.
 * @throws AwsError where nothing is signed (seen in real answers) or what is there is no SigV4 signature.
 */
export function accessKeyOf({ headers }: CloudRequest, service: 'ec2' | 'ssm' | 'sts'): string {
  if (headers.authorization === undefined) {
    if (service === 'ec2') throw missingParameter('AWSAccessKeyId');
    if (service === 'ssm') {
      throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  const [, accessKeyId, scope] = credential.exec(headers.authorization) ?? [];
  if (accessKeyId !== undefined && scope === service) return accessKeyId;
  if (service === 'ec2') {
    throw new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
  }
  if (service === 'ssm') {
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  throw new AwsError('IncompleteSignature', 'The request signature does not conform to AWS standards', 403);
}

/** The user that every caller is. */
export function userArn({ section }: Estate): string {
  return `arn:aws:iam::${section.account}:user/portage`;
}

/** True where the scenario denies an action, written as IAM does: `ec2:StopInstances`. */
export function isDenied({ section }: Estate, permission: string): boolean {
  return section.deny.includes(permission);
}
