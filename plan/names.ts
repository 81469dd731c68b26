import type { FieldRule } from './fields.ts';

/** Names of machines, groups and environments: they stand in workflow ids, commands and search attributes. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** `namePattern` in words. */
export const nameRule: FieldRule = {
  must: 'be 1 to 63 letters, digits, full stops, hyphens and underscores that start with a letter or digit',
};

/** The name of a plan; all its workflow ids hold it. */
export const planNamePattern = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** `planNamePattern` in words. */
export const planNameRule: FieldRule = {
  must: 'be 1 to 40 small letters, digits and hyphens that start with a letter or digit',
};

/** What EC2 gives ids to, as far as plans name it. */
export type Ec2IdKind = 'i' | 'vpc' | 'subnet' | 'sg';

/** An EC2 id of the given kind: 17 hexadecimal digits, 8 for what is older than 2016; recordings have lengths between. */
export const ec2IdPattern = (kind: Ec2IdKind) => new RegExp(`^${kind}-[0-9a-f]{8,17}$`);

/** `ec2IdPattern` in words. */
export const ec2IdRule = (kind: Ec2IdKind): FieldRule => ({
  must: `be ${kind}- and 8 to 17 hexadecimal digits`,
});

/** The name of an AWS region. */
export const regionPattern = /^[a-z]{2,4}(?:-[a-z]+)+-[0-9]+$/;

/** `regionPattern` in words. */
export const regionRule: FieldRule = {
  must: 'be the name of an AWS region',
  suggestion: 'Like eu-west-1, without the letter of an availability zone',
};
