import { z } from 'zod';
import { adaptationNames } from './adaptations.ts';
import { fieldRules, text } from './fields.ts';
import { namePattern, nameRule } from './names.ts';

const ownScript = z.strictObject({
  name: text('How the story calls it', namePattern, nameRule),
  script: text('PowerShell on Windows, shell on Linux; safe to run twice, and no secret in it', /\S/, {
    must: 'be a script',
  }),
});

/** What makes the machine live in Azure after its failover. */
export const adaptSchema = z
  .strictObject({
    skip: z
      .array(
        z.enum(adaptationNames).register(fieldRules, { must: `be one of ${adaptationNames.join(', ')}` }),
      )
      .describe('What Portage does not adapt')
      .optional(),
    run: z.array(ownScript).describe('Scripts of your own that run on the Azure VM after that').optional(),
  })
  .describe('What is changed in the guest, after the failover, so that it lives in Azure');
