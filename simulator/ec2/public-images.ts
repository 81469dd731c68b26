import type { Estate, ImageAnswer } from './estate.ts';

/** An image that anybody may launch, and the public parameter that names its newest release. */
export interface PublicImage {
  readonly parameter: string;
  readonly imageId: string;
  readonly name: string;
  /** What a guest that is launched from it calls its operating system. */
  readonly osName: string;
  readonly osType: 'Windows' | 'Linux';
  readonly ownerId: string;
}

const windows = '/aws/service/ami-windows-latest/';
/** Amazon's and Canonical's accounts, as their images show them. */
const [amazon, canonical] = ['801119661308', '099720109477'];

/** The public images that a migration has a use for; the parameters' names are AWS's, the ids are made up. */
export const publicImages: readonly PublicImage[] = [
  ...['2016', '2019', '2022', '2025'].map((year): PublicImage => ({
    parameter: `${windows}Windows_Server-${year}-English-Full-Base`,
    imageId: `ami-0a55e7000000${year}0`,
    name: `Windows_Server-${year}-English-Full-Base-2026.02.11`,
    osName: `Microsoft Windows Server ${year} Datacenter`,
    osType: 'Windows',
    ownerId: amazon,
  })),
  {
    parameter: '/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id',
    imageId: 'ami-0a55e700000022040',
    name: 'ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20260218',
    osName: 'Ubuntu 22.04 LTS',
    osType: 'Linux',
    ownerId: canonical,
  },
];

/** Lists the public images among those that DescribeImages finds. */
export function addPublicImages({ images }: Estate): void {
  for (const { imageId, name, osName, osType, ownerId } of publicImages) {
    const answer: ImageAnswer = {
      ImageId: imageId,
      Name: name,
      Description: osName,
      Platform: osType === 'Windows' ? 'windows' : undefined,
      PlatformDetails: osType === 'Windows' ? 'Windows' : 'Linux/UNIX',
      Architecture: 'x86_64',
      BootMode: 'legacy-bios',
      State: 'available',
      Public: true,
      OwnerId: ownerId,
      Hypervisor: 'xen',
      VirtualizationType: 'hvm',
      RootDeviceType: 'ebs',
      Tags: [],
    };
    images.add({ id: imageId, answer });
  }
}
