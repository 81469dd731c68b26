import { fileURLToPath } from 'node:url';

/** A file of the package: the built command line lies one folder deeper than its sources. */
export function packageFile(path: string): string {
  const root = import.meta.url.endsWith('.ts') ? '../' : '../../';
  return fileURLToPath(new URL(`${root}${path}`, import.meta.url));
}
