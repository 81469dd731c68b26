import type { Program } from '../shell.ts';
import { basicPrograms } from './basic.ts';
import { filePrograms } from './files.ts';
import { mobilityPrograms } from './mobility.ts';
import { mountPrograms } from './mounts.ts';
import { networkPrograms } from './network.ts';
import { rebootPrograms } from './reboot.ts';
import { servicePrograms } from './services.ts';
import { systemPrograms } from './system.ts';
import { textPrograms } from './text.ts';

/** The programs that the simulated guests have, by name. */
export const programs: ReadonlyMap<string, Program> = new Map([
  ...basicPrograms,
  ...systemPrograms,
  ...rebootPrograms,
  ...filePrograms,
  ...networkPrograms,
  ...mobilityPrograms,
  ...textPrograms,
  ...servicePrograms,
  ...mountPrograms,
]);
