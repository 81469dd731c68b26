import { z } from 'zod';

/** What a plan file may say. */
export const planSchema = z.strictObject({ version: z.literal(1), name: z.string() });

/** A plan as its file says it. */
export type Plan = z.output<typeof planSchema>;
