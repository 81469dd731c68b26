export { PortageError, type TroubleKind } from './errors.ts';
export { PortageClient, type Address, type PortageClientOptions, type Started } from './portage-client.ts';
export type { WaitingFor } from './progress.ts';
export type { Report } from './reports.ts';
export type {
  MachineStatus,
  PlanDifference,
  PlanStatus,
  ReleaseTerms,
  Selection,
  TestStatus,
  WatchStatus,
} from '../workflows/messages.ts';
