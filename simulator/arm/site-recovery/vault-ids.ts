/** ARM ids below one vault. Those that Site Recovery makes begin `/Subscriptions/`, with a capital S (recorded). */
export class VaultIds {
  readonly vault: string;

  constructor(subscriptionId: string, group: string, vault: string) {
    this.vault = `/Subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.RecoveryServices/vaults/${vault}`;
  }

  fabric(name: string): string {
    return `${this.vault}/replicationFabrics/${name}`;
  }

  policy(name: string): string {
    return `${this.vault}/replicationPolicies/${name}`;
  }

  job(name: string): string {
    return `${this.vault}/replicationJobs/${name}`;
  }

  recoveryPlan(name: string): string {
    return `${this.vault}/replicationRecoveryPlans/${name}`;
  }
}
