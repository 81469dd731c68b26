import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { choicesBuilt, refusedFields } from './fields.ts';
import { notYet } from './not-yet.ts';
import { planSchema } from './schema.ts';

/**
 * The JSON Schema of plan files, for editors. It refuses what the loader refuses in a single field; what concerns the
 * plan as a whole (names used twice, settings that are nowhere) only the loader can tell.
 */
export function planJsonSchema() {
  const schema = z.toJSONSchema(planSchema, {
    io: 'input',
    target: 'draft-07',
    override: ({ zodSchema, jsonSchema }) => {
      const refused = refusedFields.get(zodSchema);
      if (refused !== undefined) {
        for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
        Object.assign(jsonSchema, {
          not: {},
          description: `Not in this version yet: ${notYet[refused.feature].asks}`,
        });
      }
      const choice = choicesBuilt.get(zodSchema);
      if (choice !== undefined) jsonSchema.enum = [...choice.built];
    },
  });
  return { ...schema, title: 'Portage plan' };
}

/** Where it is published. `node plan/json-schema.ts && npx prettier --write docs/plan.schema.json` renews it. */
export const planJsonSchemaFile = new URL('../docs/plan.schema.json', import.meta.url);

if (import.meta.main) await writeFile(planJsonSchemaFile, `${JSON.stringify(planJsonSchema(), null, 2)}\n`);
