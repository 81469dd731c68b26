import { DescribeParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';

/** True where Systems Manager has a parameter of this name. Its value is never read: the machine itself does that. */
export async function hasParameter(ssm: SSMClient, name: string): Promise<boolean> {
  const filter = { Key: 'Name', Option: 'Equals', Values: [name] };
  const { Parameters = [] } = await ssm.send(new DescribeParametersCommand({ ParameterFilters: [filter] }));
  return Parameters.length > 0;
}
