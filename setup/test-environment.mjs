// The environment of the tests, made from nothing: whatever the caller has set for a cloud, for Temporal, for npm or
// for a proxy stays outside, and so does what nobody has thought of yet.
import { delimiter, join } from 'node:path';

const KEPT = [
  // where programs, files and the user's own folders are
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'XDG_CACHE_HOME'],
  ...['SystemRoot', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'LOCALAPPDATA', 'APPDATA'],
  // how to print
  ...['LANG', 'LC_ALL', 'LC_CTYPE', 'TERM', 'COLORTERM', 'NO_COLOR', 'FORCE_COLOR', 'CI'],
  // whom to trust
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  'PORTAGE_TEMPORAL_CLI',
];

/**
 * @param {Record<string, string | undefined>} env the caller's environment
 * @param {string} root the clone; the programs that npm installed there come first on PATH
 */
export function testEnvironment(env, root) {
  const kept = KEPT.filter((name) => env[name] !== undefined).map((name) => [name, env[name]]);
  const path = [join(root, 'node_modules', '.bin'), env.PATH].filter(Boolean).join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path, TZ: 'UTC' };
}
