import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporalBinary } from '../dev/temporal-binary.ts';

/** Keeps a broken command from hanging; no promise is made of it. */
const limitMs = 180_000;
const lookMs = 50;

const launcher = join(import.meta.dirname, '..', 'bin', 'portage.js');

/** The Temporal CLI that every command here is told to use, so that none fetches it into a home folder of a test. */
export const temporalCli = await temporalBinary({ env: process.env });

/** How `portage` is run. */
export interface CommandOptions {
  /** Its whole environment, beside what it needs to run at all. */
  readonly env?: Readonly<Record<string, string>>;
  /** On a pseudo terminal of 100 columns instead of in a pipe; see `terminalMissing`. */
  readonly onTerminal?: true;
  /** Another Node than this one. */
  readonly node?: string;
}

/** What came of a command. */
export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** `portage …` as a process, in a process group and a working directory of its own. */
export interface RunningCommand {
  readonly ended: Promise<Ended>;
  /** Waits for its words on standard output or error. @throws Error when it ends without them. */
  untilSaid(words: RegExp): Promise<string>;
  /** Waits until a process of it, itself or below, has such a command line. */
  untilRuns(commandLine: RegExp): Promise<void>;
  /** To all of its process group, as a terminal's Ctrl-C. */
  interrupt(): void;
  /** To the process that was started, and to no other. */
  signal(name: NodeJS.Signals): void;
  /** At the keyboard of its terminal. */
  type(keys: string): void;
  /** Closes the pipe behind its standard output. */
  stopReading(): void;
  /** Command lines of its processes that are still there although it has ended; waits for those that are ending. */
  leftBehind(): Promise<string[]>;
}

/** Why commands cannot be run on a terminal here; `false` where they can. */
export const terminalMissing = String(spawnSync('script', ['--version']).stdout).includes('util-linux')
  ? false
  : 'there is no `script` of util-linux here to make a terminal';

/** Why the processes of a command cannot be seen here; `false` where they can. */
export const processesHidden = existsSync('/proc/self/cwd') ? false : 'there is no /proc here';

/** Starts a command; `t` is the test whose end takes it down, whatever has become of it. */
export async function start(
  t: TestContext,
  args: readonly string[],
  { env = {}, onTerminal, node = process.execPath }: CommandOptions = {},
): Promise<RunningCommand> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'portage-command-')));
  const command = [node, launcher, ...args];
  const [program = '', ...rest] = onTerminal ? terminal(command) : command;
  const child = spawn(program, rest, {
    cwd: folder,
    env: { ...startedSooner(), PATH: process.env.PATH, PORTAGE_TEMPORAL_CLI: temporalCli, ...env },
    detached: true,
  });
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  let hasEnded = false;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      hasEnded = true;
      resolve({ code: code ?? signal ?? 'SIGKILL', ...said });
    });
  });
  const told = () => `portage ${args.join(' ')} said:\n${said.stdout}\n${said.stderr}`;
  const until = async <T>(look: () => T | undefined, what: string): Promise<T> => {
    for (const limit = Date.now() + limitMs; ; await sleep(lookMs)) {
      const isOver = hasEnded || Date.now() > limit;
      const found = look();
      if (found !== undefined) return found;
      if (isOver) throw new Error(`It never came: ${what}. ${told()}`);
    }
  };
  return {
    ended: withLimit(ended, told),
    untilSaid: (words) => until(() => words.exec(said.stdout + said.stderr)?.[0], String(words)),
    untilRuns: async (commandLine) => {
      await until(() => processesIn(folder).find((one) => commandLine.test(one)), String(commandLine));
    },
    interrupt: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
    signal: (name) => child.kill(name),
    type: (keys) => child.stdin.write(keys),
    stopReading: () => child.stdout.destroy(),
    leftBehind: async () => {
      for (const limit = Date.now() + 10_000; ; await sleep(lookMs)) {
        const left = processesIn(folder);
        if (left.length === 0 || Date.now() > limit) return left;
      }
    },
  };
}

/** Runs a command to its end. */
export async function run(
  t: TestContext,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Ended> {
  const { ended } = await start(t, args, options);
  return ended;
}

/** True when something listens at a URL's or a Temporal server's `host:port`. */
export async function listens(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address.includes('//') ? address : `tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** What was compiled and bundled for the whole run of the tests. */
function startedSooner(): Record<string, string | undefined> {
  const { NODE_COMPILE_CACHE, PORTAGE_WORKFLOW_BUNDLE } = process.env;
  return { NODE_COMPILE_CACHE, PORTAGE_WORKFLOW_BUNDLE };
}

function terminal(command: readonly string[]): string[] {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return ['script', '--quiet', '--return', '--command', `stty cols 100 rows 40; exec ${quoted}`, '/dev/null'];
}

async function withLimit(ended: Promise<Ended>, told: () => string): Promise<Ended> {
  const over = new AbortController();
  const late = sleep(limitMs, undefined, { signal: over.signal }).then((): never => {
    throw new Error(`It did not end. ${told()}`);
  });
  late.catch(() => undefined);
  return Promise.race([ended, late]).finally(() => over.abort());
}

/** Command lines of the processes that work in a folder: whatever a command starts, however far below, inherits it. */
function processesIn(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (readlinkSync(`/proc/${pid}/cwd`) !== folder) return [];
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return []; // it ended while we looked, or is another user's
      }
    });
}
