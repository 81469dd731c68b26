/**
 * vCPUs of the temporary VM that hydrates the disks of one failover. Microsoft names no size; Site Recovery takes common
 * ones (inferred).
 */
export const hydrationVcpus = 4;
