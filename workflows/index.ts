export { migrateVm } from './migrate-vm.ts';
export { prepareEnvironment } from './prepare-environment.ts';
export { recoveryPlan } from './recovery-plan.ts';
export { watchSource } from './watch-source.ts';
