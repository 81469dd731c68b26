import type { Estate } from '../ec2/estate.ts';
import { publicImages } from '../ec2/public-images.ts';

/** The names of AWS's public parameters, as GetParametersByPath lists them. */
export const publicParameterNames: readonly string[] = publicImages.map(({ parameter }) => parameter);

/** The value of a public parameter: the id of an image that DescribeImages knows. */
export function publicParameterValue({ images }: Estate, name: string): string | undefined {
  const image = publicImages.find(({ parameter }) => parameter === name);
  return image === undefined ? undefined : images.get(image.imageId)?.id;
}
