import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mistake } from './mistakes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What a worker consists of. */
const rooms = [
  'activities',
  'cli',
  'client',
  'dev',
  'plan',
  'simulator',
  'worker',
  'workflows',
  'package.json',
];

/** The sources of a worker with a mistake in them. */
export interface PlantedSources {
  readonly commandLine: string;
  remove(): Promise<void>;
}

/** Copies the sources and plants a mistake in the copy: what production runs knows nothing of mistakes. */
export async function plant(mistake: Mistake): Promise<PlantedSources> {
  const planted = await textWith(mistake);
  const folder = await mkdtemp(join(tmpdir(), 'portage-planted-'));
  for (const room of rooms) await cp(join(root, room), join(folder, room), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, mistake.file), planted);
  return { commandLine: join(folder, 'cli/main.ts'), remove: () => rm(folder, { recursive: true }) };
}

/**
 * A source with its mistake in it.
 * @throws Error where the source is not any more what the mistake was made of.
 */
export async function textWith({ name, file, right, wrong }: Mistake): Promise<string> {
  const parts = (await readFile(join(root, file), 'utf8')).split(right);
  if (parts.length === 2) return parts.join(wrong);
  throw new Error(
    `The mistake “${name}” is planted in ${file} in place of this, which is there ${parts.length - 1} times:\n${right}`,
  );
}
