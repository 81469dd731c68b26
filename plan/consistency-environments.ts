import { closest } from './closest.ts';
import type { Mistake } from './mistake.ts';
import type { PlanSketch } from './sketch.ts';
import type { SketchedMachine } from './sketched-machine.ts';
import { twice } from './twice.ts';

/** What is wrong with the environments among themselves. */
export function environmentMistakes({ environments }: PlanSketch): Mistake[] {
  const entries = environments.map((environment, index) => ({
    key: environment?.name,
    path: ['environments', index, 'name'],
  }));
  const lacking = environments.flatMap((environment, index): Mistake[] => {
    if (!environment || environment.provider === 'classic' || environment.appliances !== undefined) return [];
    const suggestion = 'Name a replication appliance of the vault: `appliances: [{ name: … }]`';
    return [
      {
        path: ['environments', index, 'appliances'],
        at: 'missing',
        message: '`appliances` is missing',
        suggestion,
      },
    ];
  });
  return [...twice(entries, (name) => `two environments are called \`${name}\``), ...lacking];
}

/** Machines that name no environment although there are several, or one that is not there. */
export function environmentReferences(
  { environments }: PlanSketch,
  machines: readonly SketchedMachine[],
): Mistake[] {
  const names = environments.flatMap((environment) => environment?.name ?? []);
  const wrong = machines.flatMap(({ environment, environmentPath: path }): Mistake[] => {
    if (typeof environment !== 'string' || path === undefined || names.includes(environment)) return [];
    const meant = closest(environment, names);
    const suggestion =
      meant === undefined ? `The plan has ${names.join(', ')}` : `Did you mean \`${meant}\`?`;
    return [{ path, at: 'value', message: `there is no environment \`${environment}\``, suggestion }];
  });
  return [...wrong, ...(environments.length > 1 ? unnamed(names, machines) : [])];
}

function unnamed(names: readonly string[], machines: readonly SketchedMachine[]): Mistake[] {
  const lacking = machines.filter(({ environment }) => environment === undefined);
  const [first] = lacking;
  if (first === undefined) return [];
  const others = lacking.length === 1 ? 'names' : `and ${lacking.length - 1} more name`;
  return [
    {
      path: [...first.path, 'environment'],
      at: 'missing',
      message: `the plan has several environments, and \`${first.own.name ?? 'a machine'}\` ${others} none`,
      suggestion: `Set \`environment\` to ${names.join(' or ')} in \`defaults\`, a group or the machine`,
    },
  ];
}
