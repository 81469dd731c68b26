import type { ServiceState } from '../../software.ts';
import { wildcard } from '../comparison.ts';
import { servicesOf, type WindowsService } from '../services.ts';
import { argument, PowerShellError } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { EnumValue, isList, property, text } from '../values.ts';
import type { PsObject, Value } from '../values.ts';

/** What tells of services, and starts and stops them. */
export const serviceCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-service', (call, session) => wanted(call, session, 'Get').map(serviceObject)],
  ['stop-service', (call, session) => change(call, session, 'Stop', () => ({ isRunning: false }))],
  ['start-service', (call, session) => change(call, session, 'Start', startable)],
  ['restart-service', (call, session) => change(call, session, 'Restart', startable)],
  ['set-service', (call, session) => change(call, session, 'Set', (service) => setting(call, service))],
];

const startupNumbers = { Automatic: 2, Manual: 3, Disabled: 4 } as const;

/** Windows PowerShell writes a service's status as a number in JSON: 4 runs, 1 is stopped. */
function serviceObject({ name, startup, isRunning }: WindowsService): PsObject {
  return {
    Name: name,
    Status: isRunning ? new EnumValue('Running', 4) : new EnumValue('Stopped', 1),
    StartType: new EnumValue(startup, startupNumbers[startup]),
  };
}

/** The services that a call names, or gets from the pipeline. @throws PowerShellError for one that there is not. */
function wanted(call: Call, session: Session, verb: string): WindowsService[] {
  const given = argument(call, 'Name', 0) ?? call.input.map((item) => nameOf(item));
  const names = isList(given) ? given : [given];
  const patterns = names.length === 0 ? ['*'] : names.map(text);
  const services = servicesOf(session.guest);
  return patterns.flatMap((pattern) => {
    const found = services.filter(({ name }) => wildcard(pattern).test(name));
    if (found.length > 0 || pattern.includes('*')) return found;
    throw new PowerShellError(
      `Cannot find any service with service name '${pattern}'.`,
      `NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.${verb}ServiceCommand`,
    );
  });
}

function nameOf(item: Value): Value {
  return property(item, 'Name') ?? item;
}

function change(
  call: Call,
  session: Session,
  verb: string,
  changed: (service: WindowsService) => Partial<ServiceState>,
): readonly Value[] {
  const services = wanted(call, session, verb).map((service) => ({ ...service, ...changed(service) }));
  for (const { name, startup, isRunning } of services) {
    session.guest.software.services.set(name.toLowerCase(), { startup, isRunning });
  }
  return argument(call, 'PassThru') === true ? services.map(serviceObject) : [];
}

function startable({ name, startup }: WindowsService): Partial<ServiceState> {
  if (startup !== 'Disabled') return { isRunning: true };
  throw new PowerShellError(
    `Service '${name}' cannot be started due to the following error: Cannot start service ${name} on computer '.'.`,
    'CouldNotStartService,Microsoft.PowerShell.Commands.StartServiceCommand',
  );
}

function setting(call: Call, service: WindowsService): Partial<ServiceState> {
  const [type, status] = ['StartupType', 'Status'].map((name) => text(argument(call, name) ?? ''));
  const startup = startups.find((each) => each.toLowerCase() === type?.toLowerCase());
  if (type !== '' && startup === undefined) {
    throw new PowerShellError(
      `Cannot bind parameter 'StartupType'. Cannot convert value "${type ?? ''}" to type "System.ServiceProcess.ServiceStartMode".`,
      'CannotConvertArgumentNoMessage,Microsoft.PowerShell.Commands.SetServiceCommand',
    );
  }
  const isRunning =
    /^running$/i.test(status ?? '') || (service.isRunning && !/^stopped$/i.test(status ?? ''));
  return { isRunning, ...(startup === undefined ? {} : { startup }) };
}

const startups = ['Automatic', 'Manual', 'Disabled'] as const;
