import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeMachine } from '../activities/site-recovery/providers/place-machine.ts';
import type { DiscoveredMachine, ReplicationServer } from '../activities/site-recovery/providers/provider.ts';

const gib = 2 ** 30;

test('a machine is replicated by a server', async (t) => {
  await t.test('that sees it', () => {
    const machine = discovered({ seenBy: ['appl-2'] });
    assert.equal(placed(machine, [server('appl-1'), server('appl-2', { machines: 150 })]), 'appl-2');
    assert.equal(placed(machine, [server('appl-1')]), undefined);
  });
  await t.test('that is well, as long as one is', () => {
    const unwell = server('appl-1', { complaints: ['the proxy server has sent no heartbeat'] });
    assert.equal(placed(discovered(), [unwell, server('appl-2', { machines: 150 })]), 'appl-2');
    assert.equal(placed(discovered(), [unwell]), 'appl-1');
  });
  await t.test('that is used least, by its machines or by what comes through it', () => {
    assert.equal(placed(discovered(), [server('appl-1', { machines: 9 }), server('appl-2')]), 'appl-2');
    const busy = server('appl-2', { bytesPerDay: 1_500 * gib });
    assert.equal(placed(discovered(), [server('appl-1', { machines: 9 }), busy]), 'appl-1');
  });
  await t.test('with room for its disks rather than for one more machine', () => {
    const many = server('appl-1', { machines: 120 });
    const busy = server('appl-2', { bytesPerDay: 1_000 * gib });
    assert.equal(placed(discovered(), [many, busy]), 'appl-2');
    assert.equal(placed(discovered({ gibibytes: 500 }), [many, busy]), 'appl-1');
  });
  await t.test('as likely as by any other that is used alike, and by the same one at each try', () => {
    const alike = [server('appl-1'), server('appl-2')];
    const machines = Array.from({ length: 40 }, (_, at) => discovered({ id: `m-${at}` }));
    const chosen = machines.map((machine) => placed(machine, alike));
    assert.deepEqual(new Set(chosen), new Set(['appl-1', 'appl-2']));
    assert.deepEqual(
      machines.map((machine) => placed(machine, alike)),
      chosen,
    );
  });
});

function placed(machine: DiscoveredMachine, servers: readonly ReplicationServer[]): string | undefined {
  return placeMachine(machine, servers)?.name;
}

function discovered({ id = 'm', seenBy = [], gibibytes = 30 }: Options = {}): DiscoveredMachine {
  return { id, displayName: id, osName: '', seenBy, disks: [{ id: 'disk', bytes: gibibytes * gib }] };
}

interface Options {
  readonly id?: string;
  readonly seenBy?: readonly string[];
  readonly gibibytes?: number;
}

function server(name: string, more: Partial<ReplicationServer> = {}): ReplicationServer {
  return { id: name, name, addresses: [], machines: 0, bytesPerDay: 0, complaints: [], ...more };
}
