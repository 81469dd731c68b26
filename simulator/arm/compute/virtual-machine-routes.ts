import { z } from 'zod';
import type { ArmCall } from '../arm-call.ts';
import { ArmError, resourceNotFound } from '../arm-error.ts';
import { virtualMachineVersions } from '../api-versions.ts';
import { listPage } from '../paged-list.ts';
import { checkTags, tagsInput } from '../resources/tag-rules.ts';
import { get, ok, patch, post, put, remove, type ArmAnswer, type Route } from '../route.ts';
import { bootGuest } from './azure-guest.ts';
import type { Compute } from './compute.ts';
import { instanceViewBody, listedVirtualMachineBody, virtualMachineBody } from './compute-bodies.ts';
import { beginCompute } from './compute-operations.ts';
import { existingSize, unavailability, unfitness } from './size-refusal.ts';
import { vmSizeBody } from './sku-bodies.ts';
import type { PowerState, VirtualMachine } from './virtual-machine.ts';
import { vmSize, vmSizes } from './vm-sizes.ts';

/** `PATCH virtualMachines/{vm}`, and a PUT of one that is there. */
const machineInput = z.object({
  tags: tagsInput.optional(),
  properties: z
    .object({
      licenseType: z.string().nullish(),
      hardwareProfile: z.object({ vmSize: z.string().optional() }).optional(),
    })
    .optional(),
});

/** Licences that a VM's system can be said to have (documented). */
const licences: Readonly<Record<VirtualMachine['osType'], readonly string[]>> = {
  Windows: ['None', 'Windows_Server', 'Windows_Client'],
  Linux: ['None', 'RHEL_BYOS', 'SLES_BYOS', 'UBUNTU_PRO', 'RHEL_BASE', 'SLES_STANDARD'],
};

/** Virtual machines: read, changed, started and stopped, deleted. */
export function virtualMachineRoutes(compute: Compute): readonly Route[] {
  const { world } = compute;
  const [type, versions] = ['Microsoft.Compute/virtualMachines', virtualMachineVersions];
  const ofGroup = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${type}`;
  const one = `${ofGroup}/{vm}`;
  const { pageSize } = world.section;
  const power = (call: ArmCall, during: PowerState, then: PowerState): ArmAnswer =>
    changePower(call, compute, during, then);
  return [
    get(`/subscriptions/{subscription}/providers/${type}`, 'VirtualMachines_ListAll', versions, (call) =>
      listPage(call, compute.machines.all, pageSize, listedVirtualMachineBody),
    ),
    get(ofGroup, 'VirtualMachines_List', versions, (call) =>
      listPage(call, compute.machines.inGroup(call.param('group')), pageSize, listedVirtualMachineBody),
    ),
    get(one, 'VirtualMachines_Get', versions, (call) => ok(shownBody(call, compute))),
    get(`${one}/instanceView`, 'VirtualMachines_InstanceView', versions, (call) =>
      ok(instanceViewBody(machineOf(call, compute), world.clock.nowMs)),
    ),
    get(`${one}/vmSizes`, 'VirtualMachines_ListAvailableSizes', versions, (call) => {
      const { generation } = machineOf(call, compute);
      return ok({ value: vmSizes.filter((size) => size.generations.includes(generation)).map(vmSizeBody) });
    }),
    put(one, 'VirtualMachines_CreateOrUpdate', versions, (call) => changeMachine(call, compute)),
    patch(one, 'VirtualMachines_Update', versions, (call) => changeMachine(call, compute)),
    remove(one, 'VirtualMachines_Delete', versions, (call) => deleteMachine(call, compute)),
    post(`${one}/start`, 'VirtualMachines_Start', versions, (call) => power(call, 'starting', 'running')),
    post(`${one}/restart`, 'VirtualMachines_Restart', versions, (call) => power(call, 'starting', 'running')),
    post(`${one}/powerOff`, 'VirtualMachines_PowerOff', versions, (call) =>
      power(call, 'stopping', 'stopped'),
    ),
    post(`${one}/deallocate`, 'VirtualMachines_Deallocate', versions, (call) =>
      power(call, 'deallocating', 'deallocated'),
    ),
  ];
}

function shownBody(call: ArmCall, compute: Compute): object {
  const machine = machineOf(call, compute);
  const body = virtualMachineBody(machine);
  if (call.request.query.get('$expand')?.toLowerCase() !== 'instanceview') return body;
  const properties = 'properties' in body && typeof body.properties === 'object' ? body.properties : {};
  const instanceView = instanceViewBody(machine, compute.world.clock.nowMs);
  return { ...body, properties: { ...properties, instanceView } };
}

/** Tags, licence and size can be changed; a new VM comes by a failover only. */
function changeMachine(call: ArmCall, compute: Compute): ArmAnswer {
  const machine = machineOf(call, compute);
  requireIdle(machine);
  const { tags, properties = {} } = call.body(machineInput);
  if (tags !== undefined) checkTags(tags);
  const { licenseType, hardwareProfile } = properties;
  if (licenseType !== undefined && licenseType !== null) checkLicence(machine, licenseType);
  const size = hardwareProfile?.vmSize ?? machine.size;
  requireSize(machine, size, compute);
  machine.tags = tags ?? machine.tags;
  machine.size = size;
  if (licenseType !== undefined) machine.licenseType = licenseType ?? undefined;
  machine.state = 'Updating';
  return beginCompute(call, compute.world, machine, {
    span: compute.world.durations.virtualMachineUpdateSeconds,
    answer: ok(virtualMachineBody(machine)),
    done: () => {
      machine.state = 'Succeeded';
    },
  });
}

/** @throws ArmError where the VM can't become of this size. */
function requireSize(machine: VirtualMachine, name: string, compute: Compute): void {
  const { quota, world, exhaustedSizes: exhausted } = compute;
  if (name.toLowerCase() === machine.size.toLowerCase()) return;
  const size = existingSize(name);
  const { sizeRestrictions: restrictions } = world.section;
  const refusal =
    unavailability(size, machine.location, machine.zone, { restrictions, exhausted }) ??
    unfitness(size, {
      name: machine.name,
      generation: machine.generation,
      dataDisks: machine.disks.length - 1,
      interfaces: machine.networkInterfaceIds.length,
    }) ??
    quota.refusalOf(size, machine.location, vmSize(machine.size));
  if (refusal !== undefined) throw refusal;
}

function checkLicence({ osType }: VirtualMachine, licence: string): void {
  if (licences[osType].includes(licence)) return;
  const message = `The value '${licence}' of parameter 'licenseType' is not valid for a virtual machine with operating system '${osType}'.`; // inferred wording
  throw new ArmError(400, 'InvalidParameter', message);
}

function changePower(call: ArmCall, compute: Compute, during: PowerState, then: PowerState): ArmAnswer {
  const machine = machineOf(call, compute);
  requireIdle(machine);
  const { clock, durations } = compute.world;
  machine.power = during;
  machine.state = 'Updating';
  return beginCompute(call, compute.world, machine, {
    span: durations.virtualMachinePowerSeconds,
    answer: { status: 202 },
    done: () => {
      machine.power = then;
      machine.state = 'Succeeded';
      if (then !== 'running') return;
      machine.agentReadyMs = clock.nowMs + machine.agentReadyAfterMs;
      bootGuest(compute, machine);
    },
  });
}

function deleteMachine(call: ArmCall, compute: Compute): ArmAnswer {
  const id = compute.id('virtualMachines', call.param('group'), call.param('vm'));
  const machine = compute.machines.get(id);
  if (machine === undefined) return { status: 204 };
  machine.state = 'Deleting';
  return beginCompute(call, compute.world, machine, {
    span: compute.world.durations.virtualMachinePowerSeconds,
    answer: { status: 202 },
    done: () => compute.machines.remove(machine.id),
  });
}

function machineOf(call: ArmCall, compute: Compute): VirtualMachine {
  const [group, name] = [call.param('group'), call.param('vm')];
  const machine = compute.machines.get(compute.id('virtualMachines', group, name));
  if (machine === undefined) throw resourceNotFound('Microsoft.Compute/virtualMachines', name, group);
  return machine;
}

/** One thing at a time. The wording is inferred; the code is documented. */
function requireIdle({ state, name }: VirtualMachine): void {
  if (state === 'Succeeded') return;
  const message = `Another operation on the virtual machine '${name}' is in progress. Wait for it to complete before you start a new one.`;
  throw new ArmError(409, 'Conflict', message);
}
