import type { Guest } from '../guest/guest.ts';
import type { Estate, ImageAnswer } from './estate.ts';

/** What an instance tells of the image that it was launched from. */
interface Launched {
  readonly osType: Guest['osType'];
  readonly osName: string;
  readonly platformDetails: string;
  readonly architecture: string;
  readonly rootDeviceType: string;
}

/** The image of this operating system; the first instance that has it makes it. */
export function imageFor(estate: Estate, launched: Launched): string {
  const known = estate.images
    .all()
    .find(({ answer }) => answer.Name === launched.osName && answer.Architecture === launched.architecture);
  if (known !== undefined) return known.id;
  const id = estate.ids.next('ami');
  addImage(estate, id, launched);
  return id;
}

/** Describes an image that an inventory's instance names. The file tells nothing of it but what the instance shows. */
export function addImage({ images, section }: Estate, id: string, launched: Launched): void {
  if (images.get(id) !== undefined) return;
  const isWindows = launched.osType === 'Windows';
  const answer: ImageAnswer = {
    ImageId: id,
    Name: launched.osName,
    Description: launched.osName,
    Platform: isWindows ? 'windows' : undefined,
    PlatformDetails: launched.platformDetails,
    Architecture: launched.architecture,
    BootMode: launched.architecture === 'arm64' ? 'uefi' : 'legacy-bios',
    State: 'available',
    Public: false,
    OwnerId: section.account,
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    RootDeviceType: launched.rootDeviceType,
    Tags: [],
  };
  images.add({ id, answer });
}
