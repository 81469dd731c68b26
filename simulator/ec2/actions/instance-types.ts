import { DescribeInstanceTypes$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import { AwsError } from '../aws-error.ts';
import type { Estate } from '../estate.ts';
import { present } from '../estate.ts';
import { filtered, filters } from '../filters.ts';
import type { InstanceTypeFacts } from '../instance-types.ts';
import { instanceTypeFacts, usualTypes } from '../instance-types.ts';
import { pageRequest, paging, takePage } from '../pages.ts';
import { Table } from '../table.ts';

/** Asked for by name, a type is described; asked for all, the usual ones and those that instances have are listed. */
export const describeInstanceTypes = action({
  operation: DescribeInstanceTypes$,
  kind: 'read',
  input: z.strictObject({
    ...dryRun,
    ...filters,
    ...paging,
    InstanceTypes: z.array(z.string()).max(100).default([]),
  }),
  targets: ({ InstanceTypes }) => InstanceTypes,
  perform: ({ InstanceTypes, Filters, ...paged }, estate) => {
    const page = pageRequest(paged, { least: 5, most: 100 });
    const table = new Table<TypeRow>();
    for (const facts of InstanceTypes.length > 0 ? namedTypes(InstanceTypes) : knownTypes(estate)) {
      table.add({ id: facts.name, facts, answer: {} });
    }
    const { rows, ...next } = takePage(
      filtered({ table, filters: Filters, known: typeFilters, from: page.from }),
      page,
    );
    return { InstanceTypes: rows.map(({ facts }) => typeInfo(facts)), ...next };
  },
});

interface TypeRow {
  readonly id: string;
  readonly facts: InstanceTypeFacts;
  readonly answer: Record<string, never>;
}

const typeFilters: Readonly<Record<string, (row: TypeRow) => readonly string[]>> = {
  'bare-metal': ({ facts }) => [String(facts.isBareMetal)],
  'current-generation': ({ facts }) => [String(facts.isCurrentGeneration)],
  hypervisor: ({ facts }) => [facts.hypervisor],
  'instance-storage-supported': ({ facts }) => [String(facts.hasInstanceStore)],
  'instance-type': ({ facts }) => [facts.name],
  'processor-info.supported-architecture': ({ facts }) => [facts.architecture],
};

function namedTypes(names: readonly string[]): InstanceTypeFacts[] {
  const unknown = names.filter((name) => instanceTypeFacts(name) === undefined);
  if (unknown.length > 0) {
    const message = `The following supplied instance types do not exist: [${unknown.join(', ')}]`;
    throw new AwsError('InvalidInstanceType', message);
  }
  return present([...new Set(names)].map(instanceTypeFacts));
}

function knownTypes({ instances }: Estate): InstanceTypeFacts[] {
  const used = present(instances.all().map(({ answer }) => answer.InstanceType));
  return present([...new Set([...usualTypes, ...used])].sort().map(instanceTypeFacts));
}

function typeInfo(facts: InstanceTypeFacts): Record<string, unknown> {
  const isNitro = facts.hypervisor === 'nitro';
  return {
    InstanceType: facts.name,
    CurrentGeneration: facts.isCurrentGeneration,
    BareMetal: facts.isBareMetal,
    ...(facts.isBareMetal ? {} : { Hypervisor: facts.hypervisor }),
    BurstablePerformanceSupported: facts.isBurstable,
    ProcessorInfo: { SupportedArchitectures: [facts.architecture] },
    VCpuInfo: { DefaultVCpus: facts.vcpus },
    MemoryInfo: { SizeInMiB: facts.memoryMiB },
    InstanceStorageSupported: facts.hasInstanceStore,
    ...instanceStore(facts),
    EbsInfo: { NvmeSupport: isNitro ? 'required' : 'unsupported', EncryptionSupport: 'supported' },
    NetworkInfo: { EnaSupport: isNitro ? 'required' : 'unsupported' },
    SupportedBootModes: facts.bootModes,
    SupportedRootDeviceTypes: ['ebs'],
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedVirtualizationTypes: ['hvm'],
  };
}

/** How much there is, where it is known. */
function instanceStore({ storeGB, hypervisor }: InstanceTypeFacts): Record<string, unknown> {
  if (storeGB === undefined) return {};
  return {
    InstanceStorageInfo: {
      TotalSizeInGB: storeGB,
      NvmeSupport: hypervisor === 'nitro' ? 'required' : 'unsupported',
    },
  };
}
