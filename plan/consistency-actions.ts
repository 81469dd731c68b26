import type { Mistake, Path } from './mistake.ts';
import { isInstanceId } from './schema-action.ts';
import type { PlanSketch } from './sketch.ts';

type Side = 'before' | 'after';
type Said = NonNullable<NonNullable<NonNullable<PlanSketch['groups'][number]>[Side]>[number]>;

/** Actions of groups that run on a machine of the plan: it must be one, and there at that time. */
export function actionPlaces({ groups }: PlanSketch): Mistake[] {
  const groupOf = new Map(
    groups.flatMap((group, at) => (group?.vms ?? []).flatMap((vm) => (vm?.name ? [[vm.name, at]] : []))),
  );
  return groups.flatMap((group, at) =>
    (['before', 'after'] as const).flatMap((side) =>
      (group?.[side] ?? []).flatMap((action, index) => {
        const path = ['groups', at, side, index, 'on'];
        return action ? placeMistake(action, { path, at, side }, groupOf) : [];
      }),
    ),
  );
}

interface Place {
  readonly path: Path;
  /** Of the group. */
  readonly at: number;
  readonly side: Side;
}

function placeMistake(
  { ssm, runCommand, on }: Said,
  { path, at, side }: Place,
  groupOf: ReadonlyMap<string, number>,
): Mistake[] {
  if (typeof on !== 'string' || on.startsWith('vm:') || isInstanceId(on)) return [];
  const machineAt = groupOf.get(on);
  if (machineAt === undefined)
    return [
      mistake(path, `the plan has no machine \`${on}\``, 'Name one of its machines, i-… or vm:<ARM id>'),
    ];
  const isMigrated = machineAt < at || (machineAt === at && side === 'after');
  if (ssm !== undefined && isMigrated)
    return [mistake(path, `the source of \`${on}\` is stopped by then`, 'Use `runCommand`, on its Azure VM')];
  if (runCommand !== undefined && !isMigrated)
    return [mistake(path, `\`${on}\` has no Azure VM before its cutover`, 'Use `ssm`, on its source')];
  return [];
}

function mistake(path: Path, message: string, suggestion: string): Mistake {
  return { path, at: 'value', message, suggestion };
}
