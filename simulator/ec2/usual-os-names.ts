/** What a guest calls its operating system where neither scenario nor inventory tells. */
export const usualOsNames = {
  windows: 'Microsoft Windows Server 2019 Datacenter',
  linux: 'Ubuntu 22.04 LTS',
} as const;
