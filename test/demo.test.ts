import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { phases } from '../workflows/phases.ts';
import { listens, processesHidden, start, terminalMissing, type RunningCommand } from './command.ts';

const databases = ['db-01', 'db-02'];
const web = ['web-01', 'web-02', 'web-03', 'web-04'];
const machines = [...databases, ...web];

/** The phases of a machine that is neither tested nor brought to rest. */
const wayOfOne = phases
  .slice(phases.indexOf('preflight'), phases.indexOf('completed') + 1)
  .filter((phase) => !['testing', 'quiescing'].includes(phase));

describe('portage demo', { concurrency: 3 }, () => {
  test('in a pipe it tells every phase of every machine, what a person typed, and how all ended', async (t) => {
    const command = await start(t, ['demo']);
    const { code, stdout, stderr } = await command.ended;
    assert.equal(stderr, '');
    assert.equal(code, 0);
    const lines = stdout.split('\n');
    for (const vm of machines) assert.deepEqual(phasesOf(vm, lines), wayOfOne, vm);

    const [lastOfDatabases, firstOfWeb] = [
      Math.max(...databases.map((vm) => lineOf(lines, vm, 'completed'))),
      Math.min(...web.map((vm) => lineOf(lines, vm, 'awaiting-cutover'))),
    ];
    assert.ok(lastOfDatabases < firstOfWeb, 'web cut over before the databases were through');
    assert.deepEqual(
      lines.filter((line) => line.startsWith('> ')),
      ['> portage failover payroll', '> portage complete payroll databases/before/1'],
    );
    const table = stdout.slice(stdout.indexOf('Plan payroll: done'));
    for (const vm of machines) assert.match(table, new RegExp(`^\\w+ +${vm} +completed +${vm}$`, 'm'));
    assert.doesNotMatch(stdout, /\u001b/);
    await assertNothingLeft(command, stdout);
  });

  test(
    'on a terminal each machine has one live line: phase, percentage, elapsed; --keep leaves everything up',
    { skip: terminalMissing },
    async (t) => {
      const demo = await start(t, ['demo', '--keep'], {
        onTerminal: true,
        env: { TERM: 'xterm-256color', LANG: 'C.UTF-8' },
      });
      const [webUi] = /http\S+/.exec(await demo.untilSaid(/Everything is still up.*Web UI: \S+/)) ?? [''];
      assert.ok(await listens(webUi));
      demo.type('\u0003');
      const { code, stdout } = await demo.ended;
      assert.equal(code, 0, stdout);

      const frames = framesOf(stdout);
      assert.ok(frames.length > 20, 'the lines are not live');
      for (const frame of frames) {
        const names = frame.map((line) => line.split(/ +/)[1]);
        assert.deepEqual(names, [...machines, 'you'], frame.join('\n'));
        assert.ok(Math.max(...frame.map((line) => line.length)) <= 100, frame.join('\n'));
      }
      const last = frames.at(-1)?.join('\n') ?? '';
      for (const vm of machines) assert.match(last, new RegExp(` ${vm} +completed +\\d+:\\d\\d$`, 'm'));
      for (const vm of databases)
        assert.match(frames.flat().join('\n'), new RegExp(` ${vm} +replicating \\d+ % +\\d+:\\d\\d `));
      assert.match(last, /you +portage failover payroll · portage complete payroll/);
      await assertNothingLeft(demo, stdout);
    },
  );

  const moments: readonly { when: string; reached: (command: RunningCommand) => Promise<unknown> }[] = [
    { when: 'before the Temporal server is up', reached: (demo) => demo.untilSaid(/^Starting/) },
    { when: 'while the worker starts', reached: (demo) => demo.untilRuns(/cli.main\.[jt]s worker/) },
  ];
  for (const { when, reached } of moments)
    test(`Ctrl-C ${when} leaves no process and no port`, { skip: processesHidden }, async (t) => {
      const demo = await start(t, ['demo']);
      await reached(demo);
      demo.interrupt();
      const { code, stdout, stderr } = await demo.ended;
      assert.equal(stderr, 'Stopped before the end. Nothing of it is left running.\n');
      assert.equal(code, 1);
      await assertNothingLeft(demo, stdout);
    });

  test(
    'Ctrl-C at the keyboard in the middle of the run, twice, leaves no process and no port',
    { skip: terminalMissing || processesHidden },
    async (t) => {
      const demo = await start(t, ['demo'], { onTerminal: true, env: { TERM: 'xterm' } });
      await demo.untilSaid(/replicating/);
      demo.type('\u0003');
      demo.type('\u0003');
      const { code, stdout } = await demo.ended;
      assert.match(stdout, /Stopped before the end/);
      assert.doesNotMatch(stdout, /✔.*web-01/);
      assert.equal(code, 1);
      await assertNothingLeft(demo, stdout);
    },
  );

  test(
    'SIGTERM to the launcher alone leaves no process and no port',
    { skip: processesHidden },
    async (t) => {
      const demo = await start(t, ['demo']);
      await demo.untilRuns(/ server start-dev /);
      demo.signal('SIGTERM');
      const { code, stdout } = await demo.ended;
      assert.equal(code, 1);
      await assertNothingLeft(demo, stdout);
    },
  );

  test(
    'a launcher on an older Node passes SIGTERM on to the Node that it started',
    { skip: processesHidden || (olderNode() === undefined && 'there is no older Node on PATH') },
    async (t) => {
      const demo = await start(t, ['demo'], { node: olderNode() ?? '' });
      await demo.untilSaid(/^Starting/);
      demo.signal('SIGTERM');
      assert.equal((await demo.ended).code, 1);
      assert.deepEqual(await demo.leftBehind(), []);
    },
  );

  test('a reader who leaves takes everything along', { skip: processesHidden }, async (t) => {
    const demo = await start(t, ['demo']);
    await demo.untilSaid(/^Starting/);
    demo.stopReading();
    const { stderr } = await demo.ended;
    assert.equal(stderr, '');
    assert.deepEqual(await demo.leftBehind(), []);
  });
});

function phasesOf(vm: string, lines: readonly string[]): string[] {
  return lines.flatMap((line) => new RegExp(`^${vm} +([a-z-]+) +\\d+:\\d\\d$`).exec(line)?.[1] ?? []);
}

function lineOf(lines: readonly string[], vm: string, phase: string): number {
  return lines.findIndex((line) => new RegExp(`^${vm} +${phase} `).test(line));
}

/** What stood on the terminal whenever it was drawn from the top: each part of the output that shows every machine. */
function framesOf(output: string): string[][] {
  return output
    .split('\u001b[?2026h')
    .map((frame) => frame.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '').split(/\r?\n/))
    .map((lines) => lines.slice(0, lines.indexOf('')))
    .filter((lines) => lines.length > machines.length);
}

/** No process that works in the command's folder, and nobody at the ports that it named. */
async function assertNothingLeft(command: RunningCommand, stdout: string): Promise<void> {
  if (!processesHidden) assert.deepEqual(await command.leftBehind(), []);
  for (const [url] of stdout.matchAll(/http:\/\/127\.0\.0\.1:\d+/g)) assert.equal(await listens(url), false);
}

/** A Node on PATH that is too old to run Portage by itself. */
function olderNode(): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((node) => /^v(1\d|20|21)\./.test(String(spawnSync(node, ['--version']).stdout)));
}
