import { wildcard } from '../comparison.ts';
import type { Session } from '../session.ts';

/** A path from the current folder on, without `.` and `..`; case does not count, so it is written in lower case. */
export function filePath({ folder }: Session, path: string): string {
  const full = /^([a-z]:|\\\\)/i.test(path) ? path : `${folder}\\${path}`;
  const parts: string[] = [];
  for (const part of full.replaceAll('/', '\\').split('\\')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('\\').toLowerCase();
}

/** The files that a path means; `*` and `?` stand for any text within a name. */
export function filesAt(session: Session, path: string): string[] {
  const wanted = wildcard(filePath(session, path));
  return [...session.guest.software.files.keys()].filter((file) => wanted.test(file));
}

/** True where a file, or something in a folder of this name, exists. */
export function hasFile(session: Session, path: string): boolean {
  const wanted = filePath(session, path);
  const { files } = session.guest.software;
  return (
    filesAt(session, path).length > 0 ||
    /^[a-z]:(\\windows|\\programdata|\\program files)?$/.test(wanted) ||
    [...files.keys()].some((file) => file.startsWith(`${wanted}\\`))
  );
}
