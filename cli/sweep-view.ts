import type { Leftover } from '../worker/sweep.ts';
import { table } from './output.ts';

/** What each kind is, and who removes it, as people read it. */
const kinds: Readonly<Record<Leftover['kind'], string>> = {
  test: 'a test that was not cleaned up: portage clean-up',
  'test-vm': 'test VM that no item has any more',
  'deallocated-vm': 'Azure VM of a machine that went back',
  'hydration-vm': 'Site Recovery’s temporary VM',
  'free-disk': 'disk that nothing uses',
  'free-interface': 'interface that nothing uses',
  'security-group': 'security group of Portage’s',
};

const dayMs = 86_400_000;

/** @param now by which ages are told. */
export function sweepText(
  plan: string,
  left: readonly Leftover[],
  removed: readonly Leftover[],
  now: Date,
): string {
  if (left.length === 0) return `Plan ${plan} has left nothing behind`;
  const rows = left.map((one) => [
    kinds[one.kind],
    one.sizeGiB === undefined ? '' : `${one.sizeGiB} GiB`,
    one.since === undefined ? '' : age(now.getTime() - Date.parse(one.since)),
    removed.includes(one) ? 'is being removed' : one.isOwn ? 'Portage’s own' : '',
    one.id,
  ]);
  const own = left.some((one) => one.isOwn && !removed.includes(one));
  return [
    table(['what', 'size', 'age', '', 'id'], rows),
    ...(own ? ['To remove one of Portage’s own: portage sweep <plan-file> --remove <id>'] : []),
  ].join('\n');
}

function age(ms: number): string {
  return ms < dayMs ? `${Math.max(0, Math.floor(ms / 3_600_000))} h` : `${Math.floor(ms / dayMs)} d`;
}
