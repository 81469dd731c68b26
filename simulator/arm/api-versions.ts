/**
 * The api-versions that each resource provider has, newest last: what ARM accepts, and lists when it refuses one. Those
 * that our SDK packages send are among them, and those of Microsoft's Python packages of late 2026 (arm-compute 25.1.1: 2026-04-01, disks 2026-03-02, skus 2021-07-01;
 * arm-network 39.0.0: 2026-01-01; arm-resources 8.0.0: 2025-04-01; Site Recovery 5.1.0: 2023-06-01; arm-recoveryservices
 * 7.2.0: 2026-07-01; arm-storage 21.0.0: 2026-09-01; arm-authorization 9.0.0: 2022-04-01).
 */
export const siteRecoveryVersions = [
  '2022-08-01',
  '2022-10-01',
  '2023-01-01',
  '2023-02-01',
  '2023-04-01',
  '2023-06-01',
  '2023-08-01',
  '2024-01-01',
  '2024-02-01',
  '2024-04-01',
  '2024-10-01',
  '2025-01-01',
  '2025-02-01',
  '2025-08-01',
  '2026-05-01',
];
export const vaultVersions = [...siteRecoveryVersions, '2026-02-01', '2026-07-01', '2026-11-01'];
export const offAzureVersions = ['2020-01-01', '2020-07-07', '2023-06-06'];
export const virtualMachineVersions = [
  '2022-03-01',
  '2023-03-01',
  '2023-09-01',
  '2024-03-01',
  '2024-07-01',
  '2024-11-01',
  '2025-04-01',
  '2026-04-01',
];
export const diskVersions = [
  '2022-03-02',
  '2023-04-02',
  '2023-10-02',
  '2024-03-02',
  '2025-01-02',
  '2026-03-02',
];
export const skuVersions = ['2019-04-01', '2021-07-01'];
export const networkVersions = [
  '2022-01-01',
  '2023-05-01',
  '2023-11-01',
  '2024-01-01',
  '2024-05-01',
  '2024-10-01',
  '2025-01-01',
  '2026-01-01',
];
export const storageVersions = [
  '2022-09-01',
  '2023-01-01',
  '2023-05-01',
  '2024-01-01',
  '2025-01-01',
  '2025-06-01',
  '2026-09-01',
];
export const resourceVersions = [
  '2021-04-01',
  '2022-09-01',
  '2023-07-01',
  '2024-03-01',
  '2024-11-01',
  '2025-04-01',
];
export const roleVersions = ['2015-07-01', '2018-07-01', '2020-04-01-preview', '2022-04-01'];
export const subscriptionVersions = ['2016-06-01', '2020-01-01', '2021-01-01', '2022-12-01'];
