import type { Program } from '../shell.ts';
import { basicPrograms } from './basic.ts';
import { filePrograms } from './files.ts';
import { mobilityPrograms } from './mobility.ts';
import { networkPrograms } from './network.ts';
import { rebootPrograms } from './reboot.ts';
import { systemPrograms } from './system.ts';

/** The programs that the simulated guests have, by name. */
export const programs: ReadonlyMap<string, Program> = new Map([
  ...basicPrograms,
  ...systemPrograms,
  ...rebootPrograms,
  ...filePrograms,
  ...networkPrograms,
  ...mobilityPrograms,
]);
