import type { Aspect, GuestPicture } from './picture.ts';

/** What is different by nature: EC2's own services, Azure's own, and those that come and go by themselves. */
const expected =
  /^(Ec2Config|Amazon EC2Launch|AmazonSSMAgent|AmazonCloudWatchAgent|AWSLiteAgent|(snap\.)?amazon-.*|WindowsAzure.*|RdAgent|walinuxagent|waagent|vmic.*|hv-.*|chronyd?|sppsvc|edgeupdate|gupdate|MapsBroker|BITS|wuauserv|TrustedInstaller)$/i;

interface Words {
  readonly on: (what: string) => string;
  readonly off: string;
}

/** How a difference in each aspect is said: what there is on one side, and is not on the other. */
const words: Readonly<Record<Aspect, Words>> = {
  service: { on: (name) => `service ${name} runs`, off: 'does not run' },
  listener: { on: (port) => `${port} is listened on`, off: 'is not' },
  volume: { on: (letter) => `volume ${letter} is there`, off: 'is missing' },
  mount: { on: (place) => `${place} is mounted`, off: 'is not' },
  domain: {
    on: (what) => (what === 'trust' ? 'its domain trusts it' : 'it is in no domain'),
    off: 'that is not so',
  },
  names: { on: (what) => `it resolves ${what}`, off: 'does not' },
  time: { on: (what) => `it has ${what}`, off: 'has none' },
  activation: { on: (what) => `${what} is activated`, off: 'is not' },
};

/**
 * What is on the source and not on the Azure VM, or the other way round, in sentences; without what is expected to be
 * otherwise. What either did not tell is not compared.
 */
export function differencesBetween(machine: string, source: GuestPicture, azure: GuestPicture): string[] {
  return aspects.flatMap((aspect) => {
    const [before, after] = [source[aspect], azure[aspect]];
    if (before === undefined) return [];
    if (after === undefined) return [`${machine}: ${aspect}: the source told of it, the Azure VM did not`];
    const { on, off } = words[aspect];
    const isTold = (one: string) => aspect !== 'service' || !expected.test(one);
    return [
      ...before
        .filter((one) => isTold(one) && !after.includes(one))
        .map((one) => `${machine}: ${on(one)} on the source, ${off} on the Azure VM`),
      ...after
        .filter((one) => isTold(one) && !before.includes(one))
        .map((one) => `${machine}: ${on(one)} on the Azure VM, ${off} on the source`),
    ];
  });
}

const aspects: readonly Aspect[] = [
  ...(['service', 'listener', 'volume', 'mount'] as const),
  ...(['domain', 'names', 'time', 'activation'] as const),
];
