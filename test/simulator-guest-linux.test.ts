import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { startSsmAccount } from './simulator-ssm-account.ts';

const blockDevicesSchema = z.object({
  blockdevices: z.array(
    z.object({
      name: z.string(),
      size: z.number(),
      children: z.array(z.object({ fstype: z.string().nullable() })),
    }),
  ),
});
const web = 'i-0000000000000eb04';
const linux = { name: 'web-04', instanceId: web, platform: 'linux' as const, privateIp: '10.0.1.24' };
const server = { name: 'appl-1', privateIp: '10.0.1.10', guest: { server: 'appliance' as const } };

test('a Linux guest tells what Linux tells', async (t) => {
  const guest = {
    kernel: '5.15.0-1031-generic',
    fstab: 'fs-1.efs.eu-west-1.amazonaws.com:/ /efs nfs4 defaults 0 0\n',
    luks: ['xvdb'],
    secureBoot: true,
  };
  const volumes = [
    { device: '/dev/sda1', sizeGiB: 20 },
    { device: 'xvdb', sizeGiB: 10 },
  ];
  const { run } = await startSsmAccount(t, { instances: [{ ...linux, guest, volumes, firmware: 'UEFI' }] });
  const told = await run(
    web,
    'set -e',
    "echo '## system'",
    'cat /etc/os-release | grep ^ID=',
    'uname -r',
    'uname -m',
    'test -d /sys/firmware/efi && echo UEFI || echo BIOS',
    'mokutil --sb-state',
    'cat /etc/fstab',
    'test -f /var/run/reboot-required && echo yes || echo no',
    'systemctl is-active amazon-ssm-agent',
  );
  assert.deepEqual(told.StandardOutputContent?.split('\n'), [
    '## system',
    'ID=ubuntu',
    '5.15.0-1031-generic',
    'x86_64',
    'UEFI',
    'SecureBoot enabled',
    'fs-1.efs.eu-west-1.amazonaws.com:/ /efs nfs4 defaults 0 0',
    'no',
    'active',
    '',
  ]);
  const disks = await run(web, 'lsblk --json --bytes --output NAME,SIZE,TYPE,LOG-SEC,FSTYPE,MOUNTPOINT');
  const { blockdevices } = blockDevicesSchema.parse(JSON.parse(disks.StandardOutputContent ?? ''));
  assert.deepEqual(
    blockdevices.map(({ name, size, children }) => [name, size, children[0]?.fstype]),
    [
      ['nvme0n1', 20 * 2 ** 30, 'ext4'],
      ['nvme1n1', 10 * 2 ** 30, 'crypto_LUKS'],
    ],
  );
});

test('a restart is pending as each distribution tells it', async (t) => {
  const distributions = [
    'Ubuntu 22.04.4 LTS',
    'Red Hat Enterprise Linux 9.4',
    'SUSE Linux Enterprise Server 15',
  ];
  const told = async (pendingReboot: boolean) => {
    const { run } = await startSsmAccount(t, {
      instances: distributions.map((osName, at) => ({
        ...linux,
        ...{ osName, guest: { pendingReboot } },
        ...{ name: `web-${at}`, instanceId: `${web.slice(0, -1)}${at}`, privateIp: `10.0.1.3${at}` },
      })),
    });
    const asked = distributions.map(async (_name, at) => {
      const { StandardOutputContent } = await run(
        `${web.slice(0, -1)}${at}`,
        'test -f /var/run/reboot-required; echo $?',
        'needs-restarting -r > /dev/null; echo $?',
        'timeout 20 zypper --non-interactive needs-rebooting > /dev/null; echo $?',
      );
      return StandardOutputContent?.trim().replaceAll('\n', ' ');
    });
    return Promise.all(asked);
  };
  assert.deepEqual(await told(true), ['0 127 127', '1 1 127', '1 127 102']);
  assert.deepEqual(await told(false), ['1 127 127', '1 0 127', '1 127 0']);
});

test('an unknown command, a missing file and a closed port fail as they do in a shell', async (t) => {
  const { run } = await startSsmAccount(t, { instances: [linux, server] });
  const unknown = await run(web, 'no-such-program', 'echo after');
  assert.equal(unknown.StandardErrorContent, '_script.sh: line 1: no-such-program: command not found\n');
  assert.deepEqual([unknown.Status, unknown.StandardOutputContent], ['Success', 'after\n']);
  const stops = await run(web, 'set -e', 'cat /nothing', 'echo after');
  assert.match(stops.StandardErrorContent ?? '', /^cat: \/nothing: No such file or directory\n/);
  assert.deepEqual([stops.Status, stops.ResponseCode, stops.StandardOutputContent], ['Failed', 1, '']);
  const probe = (address: string, port: number) =>
    run(web, `timeout 5 bash -c '</dev/tcp/${address}/${port}' && echo open || echo "closed $?"`);
  assert.equal((await probe('10.0.1.10', 9443)).StandardOutputContent, 'open\n');
  assert.equal((await probe('10.0.1.10', 22)).StandardOutputContent, 'closed 124\n');
});

test('the Mobility service is installed and registered on Linux, too', async (t) => {
  const section = (value: string) => ({
    parameters: [{ name: '/portage/web-04', value, type: 'SecureString' as const }],
    instances: [linux, server],
  });
  const first = await startSsmAccount(t, section('unused'));
  const BiosId = (await first.run(web, 'dmidecode -s system-uuid')).StandardOutputContent?.trim();
  const proxy = { IpAddresses: ['10.0.1.10'], NatIpAddress: null, Port: 443 };
  const config = JSON.stringify({ BiosId, Fqdn: 'web-04', RcmProxyTransportSettings: proxy });
  const account = await startSsmAccount(t, section(config));
  const installed = await account.run(
    web,
    'mkdir -p /tmp/portage',
    'curl --silent --location --output /tmp/portage/MobilityServiceInstaller.tar.gz https://aka.ms/latestlinuxmobsvc || exit 1',
    'tar -xzf /tmp/portage/MobilityServiceInstaller.tar.gz -C /tmp/portage',
    'cd /tmp/portage',
    './install -q -r MS -v VmWare -c CSPrime',
    'echo "exit code $?"',
  );
  assert.match(installed.StandardOutputContent ?? '', /Agent Config Input: \w+=*\nexit code 0\n$/);
  const registered = await account.run(
    web,
    'aws ssm get-parameter --name /portage/web-04 --with-decryption --query Parameter.Value --output text > /tmp/config.json',
    '/usr/local/ASR/Vx/bin/UnifiedAgentConfigurator.sh -c CSPrime -S /tmp/config.json -q',
  );
  assert.equal(registered.Status, 'Success', registered.StandardOutputContent);
  assert.equal((await account.machine(web))?.agent?.registered, true);
});
