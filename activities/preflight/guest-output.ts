import { z } from 'zod';

/** What a script printed: the lines of its sections, by name. A section that it never came to is absent. */
export type Sections = ReadonlyMap<string, readonly string[]>;

/** The text of a section; `undefined` where the script printed none. */
export function textOf(sections: Sections, name: string): string | undefined {
  const text = sections.get(name)?.join('\n');
  return text === '' ? undefined : text;
}

/**
 * The objects that `ConvertTo-Json` printed into a section: PowerShell writes one as `{…}`, several as `[…]` and none as
 * nothing at all. What has another shape was not printed by the command that was meant, and counts as none.
 */
export function listOf<Item>(sections: Sections, name: string, item: z.ZodType<Item>): readonly Item[] {
  const printed = json(textOf(sections, name) ?? '');
  const parsed = z.array(item).safeParse(Array.isArray(printed) ? printed : [printed]);
  return parsed.success ? parsed.data : [];
}

/** Text as JSON; `undefined` where it is none. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
