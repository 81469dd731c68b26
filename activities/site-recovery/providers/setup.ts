import type { Deployment, VmPlan } from '../../../plan/index.ts';

type OsType = 'Windows' | 'Linux';

/** What makes a provider's server out of an instance that Portage launches. */
export interface ServerSetup {
  /** Systems Manager's public parameter that names its image, Amazon's own. */
  readonly imageParameter: string;
  /** Size of its system volume in GiB; its cache has one of its own. */
  readonly rootGiB: number;
  /** PowerShell that installs it, in a folder `C:\Temp` that is there. */
  installCommands(deploy: Deployment): readonly string[];
  /**
   * How it gets into its vault, in words.
   * @param on instance that it is on, as far as that is known.
   */
  howToRegister(server: { readonly vault: string; readonly name: string; readonly on: ServerPlace }): string;
}

/** Where a server is: on an instance that Portage launched and installed, or wherever a person puts it. */
export interface ServerPlace {
  readonly instanceId: string | undefined;
  readonly isDeployed: boolean;
}

/** What a machine's Mobility service is told of its provider. */
export interface AgentSetup {
  /** Its installer with its options, in the folder that it was unpacked in. */
  readonly installers: Readonly<Record<OsType, string>>;
  /** Whether a person has to tell the server what the agent says of its machine before it can register. */
  readonly tellsDetails: boolean;
  /** Whether it is told the address of its server when it registers. */
  readonly namesServer: boolean;
  /** Systems Manager parameter that holds what it registers with. */
  parameter(vm: Pick<VmPlan, 'agentConfigParameter' | 'environment'>): string;
  /** How a person gets what belongs into that parameter, up to its putting. */
  readonly howToGet: string;
  /** The file that a person then has it in, for a machine by its `<plan>/<vm>`. */
  file(machine: string): string;
  /**
   * The options of its configurator.
   * @param file that holds what it registers with.
   * @param server address of its server, where it is told one.
   */
  registerOptions(file: string, server: string): Readonly<Record<OsType, string>>;
}
