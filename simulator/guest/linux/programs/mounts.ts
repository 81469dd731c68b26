import { fstabMounts, type FstabMount } from '../fstab.ts';
import { fileText } from '../files.ts';
import { mounted } from '../mounts.ts';
import { done, fails } from '../shell.ts';
import type { Program, Ran, Shell } from '../shell.ts';

/** What is mounted. */
export const mountPrograms: readonly (readonly [string, Program])[] = [
  ['findmnt', findmnt],
  ['mount', mount],
];

/** `findmnt /data`, `findmnt -n -o TARGET,SOURCE`, `findmnt --json`. 1 tells that nothing was found (documented). */
function findmnt(args: readonly string[], { guest }: Shell): Ran {
  const at = args.findIndex((arg) => arg === '-o' || arg === '--output');
  const columns = (at === -1 ? 'TARGET,SOURCE,FSTYPE,OPTIONS' : (args[at + 1] ?? ''))
    .toUpperCase()
    .split(',');
  const [target] = args.filter((arg, place) => !arg.startsWith('-') && (at === -1 || place !== at + 1));
  const found = mounted(guest).filter(
    ({ mountPoint, device }) => target === undefined || mountPoint === target || device === target,
  );
  if (found.length === 0) return fails(1);
  const rows = found.map((each) => columns.map((column) => columnOf(each, column)));
  if (args.includes('-J') || args.includes('--json')) {
    const filesystems = rows.map((row) =>
      Object.fromEntries(columns.map((column, place) => [column.toLowerCase(), row[place]])),
    );
    return done(`${JSON.stringify({ filesystems }, undefined, 3)}\n`);
  }
  const head = args.some((arg) => arg === '-n' || arg === '--noheadings') ? [] : [columns];
  return done([...head, ...rows].map((row) => `${row.join(' ')}\n`).join(''));
}

function columnOf({ mountPoint, device, type, options }: FstabMount, column: string): string {
  const columns: Readonly<Record<string, string>> = {
    TARGET: mountPoint,
    SOURCE: device,
    FSTYPE: type,
    OPTIONS: options.join(','),
  };
  return columns[column] ?? '';
}

/** `mount` lists; `mount -a` and `mount <point>` say what is not there (32 is a failure of mounting, documented). */
function mount(args: readonly string[], shell: Shell): Ran {
  const now = mounted(shell.guest);
  if (args.length === 0) {
    const lines = now.map(
      ({ device, mountPoint, type, options }) =>
        `${device} on ${mountPoint} type ${type} (${options.join(',')})`,
    );
    return done(lines.map((line) => `${line}\n`).join(''));
  }
  const all = fstabMounts(fileText(shell, '/etc/fstab') ?? '').filter(({ type }) => type !== 'swap');
  const wanted = args.includes('-a')
    ? all.filter(({ options }) => !options.includes('noauto') && !options.includes('nofail'))
    : all.filter(({ mountPoint }) => args.includes(mountPoint));
  if (wanted.length === 0 && !args.includes('-a'))
    return fails(1, `mount: ${args.at(-1) ?? ''}: can't find in /etc/fstab.`);
  const missing = wanted.find(({ mountPoint }) => !now.some((each) => each.mountPoint === mountPoint));
  if (missing === undefined) return done();
  return fails(32, `mount: ${missing.mountPoint}: special device ${missing.device} does not exist.`);
}
