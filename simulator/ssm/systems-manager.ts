import type { Estate } from '../ec2/estate.ts';
import { Table } from '../ec2/table.ts';
import type { CommandRow } from './commands.ts';
import type { ParameterRow } from './parameters.ts';
import { scenarioParameters } from './parameters.ts';

/** Systems Manager of one account: what it has been told to do, and what it keeps. */
export interface SystemsManager {
  readonly estate: Estate;
  readonly commands: Table<CommandRow>;
  readonly parameters: Table<ParameterRow>;
}

/** Systems Manager as a scenario's account has it when the story begins. */
export function systemsManager(estate: Estate): SystemsManager {
  const parameters = new Table<ParameterRow>();
  for (const row of scenarioParameters(estate)) parameters.add(row);
  return { estate, commands: new Table(), parameters };
}
