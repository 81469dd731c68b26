import { bundleNamed } from '../bundles.ts';
import { cscript } from './activation.ts';
import { pnputil } from './cmdlets/devices.ts';
import { filePath, filesAt } from './cmdlets/file-paths.ts';
import { installers } from './installers.ts';
import { routeProgram } from './routing.ts';
import type { Program, Session } from './session.ts';
import { w32tm } from './time.ts';

/** Programs that stand in the search path. */
const onPath: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['hostname', (_, { guest, stdout }) => write(stdout, guest.system.hostName)],
  ['whoami', (_, { stdout }) => write(stdout, 'nt authority\\system')],
  ['route', routeProgram],
  ['cscript', cscript],
  ['w32tm', w32tm],
  ['pnputil', pnputil],
]);

/**
 * Runs a program; `$LASTEXITCODE` tells afterwards how it ended. One in the current folder wants `.\` in front.
 * @returns false where there is none of that name.
 */
export function runProgram(session: Session, name: string, args: readonly string[]): boolean {
  const program = onPath.get(name.toLowerCase().replace(/\.exe$/, '')) ?? programAt(session, name);
  if (program === undefined) return false;
  session.lastExitCode = program(args, session);
  return true;
}

function programAt(session: Session, name: string): Program | undefined {
  if (!/[\\/]/.test(name)) return undefined;
  const [file] = filesAt(session, name);
  const content = file === undefined ? undefined : session.guest.software.files.get(file);
  if (content === undefined) return undefined;
  const bundle = bundleNamed(content);
  return bundle === undefined ? installers.get(content) : (args) => unpack(session, bundle.programs, args);
}

/** A self-extracting file: `/q /x:C:\Temp\Extracted`. */
function unpack(session: Session, programs: readonly string[], args: readonly string[]): number {
  const folder = args.find((arg) => /^\/x:/i.test(arg))?.slice('/x:'.length);
  if (folder === undefined) return 1;
  for (const program of programs) {
    session.guest.software.files.set(`${filePath(session, folder)}\\${program}`, program);
  }
  return 0;
}

function write(stdout: string[], line: string): number {
  stdout.push(line);
  return 0;
}
