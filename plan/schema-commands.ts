import { text } from './fields.ts';

/** Commands for the shell of a machine's operating system. */
export const commands = (where: string) =>
  text(`Commands for the machine’s own shell (PowerShell on Windows), one a line. ${where}`, /\S/, {
    must: 'be a command',
  });
