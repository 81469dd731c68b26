import { z } from 'zod';
import type { ArmCall } from '../arm-call.ts';
import { ArmError, resourceNotFound } from '../arm-error.ts';
import { virtualMachineVersions } from '../api-versions.ts';
import { requiredLocation, requireSamePlace } from '../placement.ts';
import { checkTags, tagsInput } from '../resources/tag-rules.ts';
import { get, ok, put, remove, type ArmAnswer, type Route } from '../route.ts';
import type { Compute } from './compute.ts';
import { beginCompute, openCompute } from './compute-operations.ts';
import { runCommandBody, type RunCommand, type RunCommandWish } from './run-command.ts';
import type { RunCommands } from './run-commands.ts';
import type { VirtualMachine } from './virtual-machine.ts';

const type = 'Microsoft.Compute/virtualMachines/runCommands';
const parameters = z.array(z.object({ name: z.string(), value: z.string() })).default([]);

/** `PUT virtualMachines/{vm}/runCommands/{name}`. A script may run for 90 minutes unless it says otherwise (documented). */
const commandInput = z.object({
  location: z.string().optional(),
  tags: tagsInput.optional(),
  properties: z.object({
    source: z.object({
      script: z.string().optional(),
      scriptUri: z.string().optional(),
      commandId: z.string().optional(),
    }),
    parameters,
    protectedParameters: parameters,
    asyncExecution: z.boolean().default(false),
    timeoutInSeconds: z.number().int().min(0).default(5400),
    treatFailureAsDeploymentFailure: z.boolean().default(false),
  }),
});

/** Managed run commands of a VM. */
export function runCommandRoutes(compute: Compute, commands: RunCommands): readonly Route[] {
  const ofMachine =
    '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{vm}/runCommands';
  const one = `${ofMachine}/{name}`;
  const versions = virtualMachineVersions;
  const resource = 'VirtualMachineRunCommands';
  return [
    get(ofMachine, `${resource}_ListByVirtualMachine`, versions, (call) =>
      ok({
        value: commands.of(machineOf(call, compute)).map((each) => runCommandBody(each, isExpanded(call))),
      }),
    ),
    get(one, `${resource}_GetByVirtualMachine`, versions, (call) => {
      const command = commands.shelf.get(idOf(machineOf(call, compute), call));
      if (command === undefined) {
        throw resourceNotFound(type, `${call.param('vm')}/${call.param('name')}`, call.param('group'));
      }
      return ok(runCommandBody(command, isExpanded(call)));
    }),
    put(one, `${resource}_CreateOrUpdate`, versions, (call) => putCommand(call, compute, commands)),
    remove(one, `${resource}_Delete`, versions, (call) => deleteCommand(call, compute, commands)),
  ];
}

function isExpanded(call: ArmCall): boolean {
  return call.request.query.get('$expand')?.toLowerCase() === 'instanceview';
}

function putCommand(call: ArmCall, compute: Compute, commands: RunCommands): ArmAnswer {
  const machine = machineOf(call, compute, 'ParentResourceNotFound');
  const input = call.body(commandInput);
  const location = requiredLocation(input.location, type);
  requireSamePlace(machine, location);
  checkTags(input.tags ?? {});
  const wish = wishOf(input.properties);
  requireRunning(machine);
  const before = commands.shelf.get(idOf(machine, call));
  if (before !== undefined) commands.stop(before);
  const command = before ?? newCommand(call, machine, wish);
  command.tags = input.tags ?? {};
  Object.assign(command, begun(wish, before === undefined));
  if (before === undefined) commands.shelf.add(command);
  const body = runCommandBody(command, false);
  const { answer, operation } = openCompute(call, compute.world, command, {
    status: before === undefined ? 201 : 200,
    body,
  });
  commands.start(command, machine, { ended: operation });
  return answer;
}

type Properties = z.infer<typeof commandInput>['properties'];

/** @throws ArmError 400 unless there is one source (documented). */
function wishOf({ source, ...rest }: Properties): RunCommandWish {
  const { script, scriptUri, commandId } = source;
  const given = [script, scriptUri, commandId].filter((each) => each !== undefined);
  if (given.length !== 1) {
    const message =
      'Exactly one of script, scriptUri and commandId must be specified in the source of a run command.'; // inferred wording
    throw new ArmError(400, 'InvalidParameter', message);
  }
  return {
    ...rest,
    source: {
      ...(script === undefined ? {} : { script }),
      ...(scriptUri === undefined ? {} : { scriptUri }),
      ...(commandId === undefined ? {} : { commandId }),
    },
  };
}

/** Refused at once while the VM does not run (documented: CannotModifyExtensionsWhenVMNotRunning). */
function requireRunning({ power }: VirtualMachine): void {
  if (power === 'running') return;
  const message = 'Cannot modify extensions in the VM when the VM is not running.';
  throw new ArmError(409, 'OperationNotAllowed', message);
}

function newCommand(call: ArmCall, machine: VirtualMachine, wish: RunCommandWish): RunCommand {
  return {
    id: idOf(machine, call),
    name: call.param('name'),
    group: machine.group,
    type,
    location: machine.location,
    createdMs: machine.createdMs,
    tags: {},
    virtualMachineId: machine.id,
    turn: 0,
    ...begun(wish, true),
  };
}

type Progress = Omit<
  RunCommand,
  'id' | 'name' | 'group' | 'type' | 'location' | 'createdMs' | 'tags' | 'virtualMachineId' | 'turn'
>;

function begun(wish: RunCommandWish, isNew: boolean): Progress {
  return {
    wish,
    provisioning: isNew ? 'Creating' : 'Updating',
    execution: 'Pending',
    message: '',
    exitCode: 0,
    output: '',
    error: '',
    startMs: undefined,
    endMs: undefined,
  };
}

function deleteCommand(call: ArmCall, compute: Compute, commands: RunCommands): ArmAnswer {
  const machine = machineOf(call, compute);
  const command = commands.shelf.get(idOf(machine, call));
  if (command === undefined) return { status: 204 };
  requireRunning(machine);
  commands.stop(command);
  command.provisioning = 'Deleting';
  return beginCompute(call, compute.world, command, {
    span: compute.world.durations.runCommandSeconds,
    answer: { status: 202 },
    done: () => commands.shelf.remove(command.id),
  });
}

function idOf({ id }: VirtualMachine, call: ArmCall): string {
  return `${id}/runCommands/${call.param('name')}`;
}

function machineOf(call: ArmCall, compute: Compute, code?: string): VirtualMachine {
  const [group, name] = [call.param('group'), call.param('vm')];
  const machine = compute.machines.get(compute.id('virtualMachines', group, name));
  if (machine !== undefined) return machine;
  if (code === undefined) throw resourceNotFound('Microsoft.Compute/virtualMachines', name, group);
  const message = `Failed to perform 'write' on resource(s) of type 'virtualMachines/runCommands', because the parent resource '${compute.id('virtualMachines', group, name)}' could not be found.`;
  throw new ArmError(404, code, message);
}
