/**
 * The commands of a plan as a script of which the first that fails ends it and tells: PowerShell goes on after most errors,
 * and a shell after all of them, and a service that would not stop would count as stopped.
 */
export function strictScript(osType: 'Windows' | 'Linux', commands: string): readonly string[] {
  const strictly = osType === 'Windows' ? "$ErrorActionPreference = 'Stop'" : 'set -e';
  return [strictly, ...commands.split('\n')];
}
