import type { Target } from './resolve-machine.ts';

/** A VM by name, in the target's resource group, by `<resource group>/<name>`, or by its ARM id. */
export function vmId({ resourceGroupId }: Pick<Target, 'resourceGroupId'>, given: string): string {
  if (given.startsWith('/')) return given;
  const [name = given, group] = given.split('/').reverse();
  const groupId = group === undefined ? resourceGroupId : resourceGroupId.replace(/[^/]+$/, group);
  return `${groupId}/providers/Microsoft.Compute/virtualMachines/${name}`;
}
