import { z } from 'zod';
import { customIssue, text } from './fields.ts';
import { personOf } from './people.ts';

/** Whose word a cutover needs. */
export const approvalsSchema = z
  .strictObject({
    cutover: z.int().min(1).max(20).describe('How many people have to approve the cutover of a machine'),
    from: z
      .array(text('User, or user@host', /^\S+$/, { must: 'be a name without spaces' }))
      .min(1)
      .describe('Whose approvals count; everybody’s where it is left out')
      .optional(),
    validHours: z
      .number()
      .positive()
      .max(720)
      .describe('How long an approval counts; then it has to be given again')
      .optional(),
  })
  .superRefine(({ cutover, from }, ctx) => {
    const people = new Set(from?.map(personOf)).size;
    if (from === undefined || people >= cutover) return;
    const message = `\`cutover\` asks for ${cutover} people, and \`from\` names ${people}: it could never be approved`;
    ctx.addIssue(customIssue({ message, suggestion: 'Name more people, or ask for fewer' }, ['from']));
  })
  .describe('People who have to approve the cutover of each machine before it begins');
