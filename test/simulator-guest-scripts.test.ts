import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../simulator/clock.ts';
import { guestMachine } from '../simulator/ec2/guest-machine.ts';
import { awsSectionSchema, createEc2 } from '../simulator/ec2/index.ts';
import { Random } from '../simulator/random.ts';
import type { GuestMachine } from '../simulator/guest/guest-machine.ts';
import { runScript } from '../simulator/guest/run-script.ts';

async function guest(platform: 'windows' | 'linux'): Promise<GuestMachine> {
  const chance = new Random('1');
  const { estate } = await createEc2({
    section: awsSectionSchema.parse({ instances: [{ name: 'web-01', platform }] }),
    folder: '.',
    clock: new Clock(new Date('2026-03-01T20:00:00Z'), 0),
    random: () => chance.next(),
  });
  const [row] = estate.instances.all();
  assert.ok(row);
  return guestMachine(estate, row, () => undefined);
}

const piece = fc.constantFrom(
  ...'( ) { } [ ] , ; | & && || " \' $ $_ . -eq -match -not > 2>&1 < = # \\ / * 1'.split(' '),
  ...'Get-Disk Select-Object ConvertTo-Json Where-Object Set-Content cd exit if cat grep echo test tar $x'.split(
    ' ',
  ),
  ' ',
  ' ',
);
const scripts = fc.array(
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  { maxLength: 4 },
);

for (const [platform, language] of [
  ['windows', 'powershell'],
  ['linux', 'shell'],
] as const) {
  test(`whatever somebody writes, a ${platform} guest ends its script`, async () => {
    const machine = await guest(platform);
    fc.assert(
      fc.property(scripts, (lines) => {
        const { exitCode, stdout } = runScript(machine, language, lines);
        assert.ok(Number.isInteger(exitCode), stdout);
      }),
      { numRuns: 2000 },
    );
  });
}
