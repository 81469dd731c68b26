import { spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { LoopbackRegistry } from './loopback-registry.ts';

const repository = join(import.meta.dirname, '..');
/** The package that this Node was installed from: `npm test` runs the tests with the pinned one. */
const pinnedNodePackage = dirname(dirname(realpathSync(process.execPath)));

/** Stands in for the command line: prints what it was given; `wait` waits for signals; a number is its exit code. */
const MAIN = `
const [word = '', ...others]: readonly string[] = process.argv.slice(2);
if (/^\\d+$/.test(word)) process.exitCode = Number(word);
if (word === 'wait') {
  const waiting = setInterval(() => undefined, 1000);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      console.log('stopped by ' + signal);
      clearInterval(waiting);
      process.exitCode = 7;
    });
}
console.log(JSON.stringify([word, ...others]));
`;

/** How a run of the launcher ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface StartOptions {
  /** The Node that runs the launcher; this one unless given. */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The launcher and set-up in a clone of their own, whose only dependency is `tiny` from a loopback registry. */
export class SmallClone {
  readonly folder: string;
  readonly #registry: LoopbackRegistry;

  constructor(t: TestContext, registry: LoopbackRegistry) {
    this.#registry = registry;
    const parent = mkdtempSync(join(tmpdir(), 'portage-clone-'));
    t.after(() => rmSync(parent, { recursive: true, force: true }));
    mkdirSync(join(parent, 'node_modules'));
    symlinkSync(pinnedNodePackage, join(parent, 'node_modules', basename(pinnedNodePackage)));
    this.folder = join(parent, 'clone');
    for (const name of ['bin', 'setup'])
      cpSync(join(repository, name), join(this.folder, name), { recursive: true });
    mkdirSync(join(this.folder, 'cli'));
    writeFileSync(join(this.folder, 'cli', 'main.ts'), MAIN);
    this.write({ scripts: {} });
    this.#write('package-lock.json', {
      ...{ name: 'clone', lockfileVersion: 3, requires: true },
      packages: {
        '': { name: 'clone', dependencies: { tiny: '1.0.0' } },
        'node_modules/tiny': { version: '1.0.0', integrity: registry.integrity },
      },
    });
  }

  get isInstalled(): boolean {
    return existsSync(join(this.folder, 'node_modules', 'tiny', 'package.json'));
  }

  /** Writes package.json anew, with these fields beside the usual ones. */
  write(fields: object): void {
    this.#write('package.json', {
      name: 'clone',
      type: 'module',
      dependencies: { tiny: '1.0.0' },
      ...fields,
    });
  }

  /** Then the only Node is the one that runs the launcher. */
  removePinnedNode(): void {
    rmSync(join(this.folder, '..', 'node_modules'), { recursive: true });
  }

  /** Starts `node bin/portage.js …` with another npm cache each time: nothing is there already. */
  start(args: readonly string[], { node = process.execPath, env = {} }: StartOptions = {}) {
    const child = spawn(node, ['bin/portage.js', ...args], {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        TMPDIR: join(this.folder, '..'),
        npm_config_registry: this.#registry.url,
        npm_config_cache: mkdtempSync(join(this.folder, '..', 'cache-')),
        ...env,
      },
    });
    return { child, ended: untilEnded(child) };
  }

  async run(args: readonly string[], options: StartOptions = {}): Promise<Ending> {
    return this.start(args, options).ended;
  }

  #write(name: string, content: object): void {
    writeFileSync(join(this.folder, name), JSON.stringify(content));
  }
}

async function untilEnded(child: ChildProcess): Promise<Ending> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
