import { z } from 'zod';
import { ArmError } from '../arm-error.ts';
import type { Tags } from '../resource.ts';

/** Tags in a body; null stands for none. */
export const tagsInput = z
  .record(z.string(), z.string())
  .nullable()
  .transform((tags) => tags ?? {});

/** The most tags that a resource, group or subscription can have (documented). */
const maxTags = 50;

/** @throws ArmError 400 for too many tags, or names and values that ARM does not take (documented limits). */
export function checkTags(tags: Tags): void {
  const names = Object.keys(tags);
  if (names.length > maxTags) {
    const message = `The number of tags on the resource exceeds the maximum limit of '${maxTags}'.`; // inferred wording
    throw new ArmError(400, 'TagCountExceedsLimit', message);
  }
  for (const name of names) checkName(name);
  const long = Object.entries(tags).find(([, value]) => value.length > 256);
  if (long === undefined) return;
  throw new ArmError(
    400,
    'InvalidTagValueLength',
    `Tag value too large. Following tag value '${long[1]}' exceeded the maximum length. Maximum allowed length for tag value - '256' characters.`,
  );
}

function checkName(name: string): void {
  if (name.length > 512) {
    const message = `Tag name too large. Following tag name '${name}' exceeded the maximum length. Maximum allowed length for tag name - '512' characters.`;
    throw new ArmError(400, 'InvalidTagNameLength', message);
  }
  if (!/[<>%&\\?/]/.test(name)) return;
  const message = `The tag names '${name}' have reserved characters '<,>,%,&,\\,?,/' or control characters.`;
  throw new ArmError(400, 'InvalidTagNameCharacters', message);
}
