import { DescribeAccountAttributes$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';

/** What EC2 tells of the account's own limits. */
export const describeAccountAttributes = action({
  operation: DescribeAccountAttributes$,
  kind: 'read',
  input: z.strictObject({ ...dryRun, AttributeNames: z.array(z.string()).default([]) }),
  targets: () => [],
  perform: ({ AttributeNames }, { section, vpcs }) => {
    const defaultVpc = vpcs.all().find(({ answer }) => answer.IsDefault)?.id ?? 'none';
    const all = [
      { AttributeName: 'supported-platforms', value: 'VPC' },
      {
        AttributeName: 'vpc-max-security-groups-per-interface',
        value: String(section.quotas.securityGroupsPerInterface),
      },
      { AttributeName: 'max-elastic-ips', value: '5' },
      { AttributeName: 'vpc-max-elastic-ips', value: '5' },
      { AttributeName: 'max-instances', value: '20' },
      { AttributeName: 'default-vpc', value: defaultVpc },
    ];
    const wanted = all.filter(
      ({ AttributeName }) => AttributeNames.length === 0 || AttributeNames.includes(AttributeName),
    );
    const attributes = wanted.map(({ AttributeName, value }) => ({
      AttributeName,
      AttributeValues: [{ AttributeValue: value }],
    }));
    return { AccountAttributes: attributes };
  },
});
