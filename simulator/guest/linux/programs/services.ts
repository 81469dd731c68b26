import { timeSources } from '../chrony.ts';
import { done, fails } from '../shell.ts';
import type { Program, Ran, Shell } from '../shell.ts';
import { unitsOf, type Unit } from '../units.ts';

/** What tells of services and of the time, and starts and stops them. */
export const servicePrograms: readonly (readonly [string, Program])[] = [
  ['systemctl', systemctl],
  ['chronyc', chronyc],
  ['timedatectl', timedatectl],
];

type Change = (unit: Unit) => Partial<Unit>;

const changes: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['start', () => ({ isRunning: true })],
  ['restart', () => ({ isRunning: true })],
  ['stop', () => ({ isRunning: false })],
  ['enable', () => ({ startup: 'Automatic' })],
  ['disable', () => ({ startup: 'Manual' })],
  ['mask', () => ({ startup: 'Disabled' })],
  ['unmask', () => ({ startup: 'Manual' })],
]);

function systemctl(args: readonly string[], shell: Shell): Ran {
  const [verb = '', ...names] = args.filter((arg) => !arg.startsWith('-'));
  if (verb === 'is-active') return isActive(shell, names);
  if (verb === 'is-enabled') return isEnabled(shell, names);
  if (verb === 'list-units') return listUnits(shell, args);
  const change = changes.get(verb);
  if (change !== undefined) return changeUnits(shell, names, { verb, change, now: args.includes('--now') });
  return verb === 'daemon-reload' || verb === '' ? done() : fails(1, `Unknown command verb ${verb}.`);
}

function unitNamed({ guest }: Shell, name: string): Unit | undefined {
  const plain = name.replace(/\.service$/, '');
  return unitsOf(guest).find((unit) => unit.name === plain);
}

/** 3 tells that a unit does not run, whether there is one or not (documented). */
function isActive(shell: Shell, names: readonly string[]): Ran {
  const states = names.map((name) => unitNamed(shell, name)?.isRunning === true);
  const stdout = states.map((isRunning) => (isRunning ? 'active\n' : 'inactive\n')).join('');
  return { status: states.includes(true) ? 0 : 3, stdout, stderr: '' };
}

const startups = { Automatic: 'enabled', Manual: 'disabled', Disabled: 'masked' } as const;

function isEnabled(shell: Shell, [name = '']: readonly string[]): Ran {
  const unit = unitNamed(shell, name);
  if (unit === undefined)
    return fails(1, `Failed to get unit file state for ${name}: No such file or directory`);
  const status = unit.startup === 'Automatic' ? 0 : 1;
  return { status, stdout: `${startups[unit.startup]}\n`, stderr: '' };
}

/** `--state=running`, `--no-legend`, `--plain`. */
function listUnits({ guest }: Shell, args: readonly string[]): Ran {
  const [, state] = /^--state=(.+)$/.exec(args.find((arg) => arg.startsWith('--state=')) ?? '') ?? [];
  const shown = unitsOf(guest).filter(({ isRunning }) => isRunning || args.includes('--all'));
  const lines = shown
    .map(({ name, isRunning }) => [
      `${name}.service`,
      'loaded',
      isRunning ? 'active running' : 'inactive dead',
      name,
    ])
    .filter(([, , states = '']) => state === undefined || states.split(' ').includes(state))
    .map((columns) => columns.join(' '));
  const legend = args.includes('--no-legend') ? [] : [`${lines.length} loaded units listed.`];
  const head = args.includes('--no-legend') ? [] : ['UNIT LOAD ACTIVE SUB DESCRIPTION'];
  return done([...head, ...lines, ...legend].map((line) => `${line}\n`).join(''));
}

function changeUnits(
  shell: Shell,
  names: readonly string[],
  { verb, change, now }: { readonly verb: string; readonly change: Change; readonly now: boolean },
): Ran {
  for (const name of names) {
    const unit = unitNamed(shell, name);
    if (unit === undefined) return fails(5, `Failed to ${verb} ${name}: Unit ${name} not found.`);
    if (unit.startup === 'Disabled' && verb.endsWith('start'))
      return fails(1, `Failed to ${verb} ${name}: Unit ${name} is masked.`);
    const { startup, isRunning } = {
      ...unit,
      ...change(unit),
      ...(now ? { isRunning: verb === 'enable' } : {}),
    };
    shell.guest.software.services.set(unit.name, { startup, isRunning });
  }
  return done();
}

function runsChrony(shell: Shell): boolean {
  return ['chrony', 'chronyd'].some((name) => unitNamed(shell, name)?.isRunning === true);
}

/** `chronyc sources`, `chronyc -n sources`: `*` is what it follows, `?` what does not answer (documented). */
function chronyc(args: readonly string[], shell: Shell): Ran {
  if (!runsChrony(shell)) return fails(1, '506 Cannot talk to daemon');
  const sources = timeSources(shell.guest);
  const followed = sources.find(({ answers }) => answers);
  if (args.includes('tracking')) {
    const reference = followed === undefined ? '00000000 ()' : `A9FEA97B (${followed.name})`;
    return done(
      `Reference ID    : ${reference}\nLeap status     : ${followed === undefined ? 'Not synchronised' : 'Normal'}\n`,
    );
  }
  const lines = sources.map((source) => {
    const state = source === followed ? '*' : source.answers ? '+' : '?';
    const reach = source.answers ? 377 : 0;
    return `${source.kind}${state} ${source.name.padEnd(28)} 3   4   ${reach}    12    +11us[  +13us] +/-  450us`;
  });
  const head = ['MS Name/IP address         Stratum Poll Reach LastRx Last sample', '='.repeat(79)];
  return done([...head, ...lines].map((line) => `${line}\n`).join(''));
}

/** `timedatectl`, `timedatectl show -p NTPSynchronized --value`. */
function timedatectl(args: readonly string[], shell: Shell): Ran {
  const isSynchronized = runsChrony(shell) && timeSources(shell.guest).some(({ answers }) => answers);
  const word = isSynchronized ? 'yes' : 'no';
  if (!args.includes('show')) {
    return done(
      `               Time zone: Etc/UTC (UTC, +0000)\nSystem clock synchronized: ${word}\n             NTP service: active\n`,
    );
  }
  return done(args.includes('--value') ? `${word}\n` : `NTPSynchronized=${word}\n`);
}
