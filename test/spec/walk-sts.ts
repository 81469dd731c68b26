import type { RecordedClouds } from './recorded-clouds.ts';

const scope = 'AKIASIMULATED/20260301/eu-west-1/sts/aws4_request';
const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`;

/** Who the caller is, and a role taken on; no package with STS's schemas is among the dependencies. */
export async function walkSts({ url }: Pick<RecordedClouds, 'url'>): Promise<void> {
  const asked = [
    { Action: 'GetCallerIdentity' },
    { Action: 'AssumeRole', RoleArn: 'arn:aws:iam::111122223333:role/portage', RoleSessionName: 'walk' },
  ];
  for (const parameters of asked) {
    const body = new URLSearchParams({ ...parameters, Version: '2011-06-15' });
    const response = await fetch(url, { method: 'POST', headers: { authorization }, body });
    if (response.status !== 200) throw new Error(await response.text());
  }
}
