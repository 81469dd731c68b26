import { said } from './levels.ts';
import type { Path } from './mistake.ts';
import type { PlanSketch } from './sketch.ts';

type Defaults = NonNullable<PlanSketch['defaults']>;
type Group = NonNullable<PlanSketch['groups'][number]>;
type Own = NonNullable<Group['vms'][number]>;
type TargetKey = keyof NonNullable<Defaults['target']>;

/** One machine of a sketched plan with what stands above it. Undefined: said nowhere; null: said, but unusable. */
export interface SketchedMachine {
  readonly path: Path;
  /** What stands at the machine itself. */
  readonly own: Own;
  readonly region: string | null | undefined;
  readonly environment: string | null | undefined;
  /** Where `environment` stands, if anywhere. */
  readonly environmentPath: Path | undefined;
  readonly mobility: string | null | undefined;
  readonly testFailover: string | null | undefined;
  readonly recoveryPoint: string | null | undefined;
  readonly target: (key: TargetKey) => string | null | undefined;
}

/** The machines of a plan in their order. */
export function machinesOf(plan: PlanSketch): SketchedMachine[] {
  return plan.groups.flatMap((group, groupIndex) =>
    (group?.vms ?? []).flatMap((own, index) => {
      const path = ['groups', groupIndex, 'vms', index];
      return own ? [sketchedMachine(plan, group, own, path)] : [];
    }),
  );
}

function sketchedMachine(
  plan: PlanSketch,
  group: Group | null | undefined,
  own: Own,
  path: Path,
): SketchedMachine {
  const levels = [plan.defaults ?? undefined, group ?? undefined, own];
  const places: readonly Path[] = [['defaults'], path.slice(0, 2), path];
  const speaker = levels.findLastIndex((level) => level?.environment !== undefined);
  const place = places[speaker];
  return {
    path,
    own,
    // A `source` without its region is reported by its field.
    region: said([plan, group ?? undefined, own], ({ source }) =>
      source === undefined ? undefined : (source?.region ?? null),
    ),
    environment: said(levels, (level) => level.environment),
    environmentPath: place && [...place, 'environment'],
    mobility: said(levels, (level) => level.mobility),
    testFailover: said(levels, (level) => level.testFailover),
    recoveryPoint: said(levels, (level) => level.recoveryPoint),
    target: (key) => said(levels, ({ target }) => (target === null ? null : target?.[key])),
  };
}
