export { migrateVm } from './migrate-vm.ts';
export { recoveryPlan } from './recovery-plan.ts';
