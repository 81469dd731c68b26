// One set-up at a time in one clone. Plain JavaScript without dependencies, like set-up.mjs.
import { createHash, randomUUID } from 'node:crypto';
import {
  linkSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder touches its lock this often; one that has not been touched for much longer is nobody's. */
const TOUCH_SECONDS = 2;
const ABANDONED_SECONDS = 60;
const LOOK_AGAIN_SECONDS = 0.2;

/**
 * Runs `work` while no other process does so for the same folder. Waits for another's turn to end; a holder that was
 * killed is noticed at once (its process is gone), one in another container after a minute.
 * @param {string} folder
 * @param {(line: string) => void} say told once when there is somebody to wait for
 * @param {() => Promise<void>} work
 */
export async function holdingLock(folder, say, work) {
  const lock = lockFile(folder);
  const me = JSON.stringify({ pid: process.pid, token: randomUUID() });
  let told = false;
  while (!take(lock, me)) {
    if (removeIfAbandoned(lock)) continue;
    if (!told) say('Another process is installing the dependencies of this clone; waiting for it …');
    told = true;
    await sleep(LOOK_AGAIN_SECONDS * 1000);
  }
  const touching = setInterval(() => touch(lock), TOUCH_SECONDS * 1000);
  const release = () => releaseOwn(lock, me);
  process.once('exit', release);
  try {
    await work();
  } finally {
    clearInterval(touching);
    process.off('exit', release);
    release();
  }
}

/** Outside node_modules, which npm empties, and outside the work tree, where git would see it. */
export function lockFile(folder) {
  const id = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16);
  return join(tmpdir(), `portage-set-up-${id}.lock`);
}

/** A hard link appears whole or not at all, and fails when the name is taken. */
function take(lock, me) {
  const draft = `${lock}.${randomUUID()}`;
  writeFileSync(draft, me);
  try {
    linkSync(draft, lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** True when the lock was nobody's and has been removed (by us or by another that waits). */
function removeIfAbandoned(lock) {
  const aside = `${lock}.${randomUUID()}`;
  try {
    const seen = readFileSync(lock, 'utf8');
    const untouchedSeconds = (Date.now() - statSync(lock).mtimeMs) / 1000;
    if (isRunning(JSON.parse(seen).pid) && untouchedSeconds < ABANDONED_SECONDS) return false;
    renameSync(lock, aside);
    if (readFileSync(aside, 'utf8') !== seen) linkSync(aside, lock); // another was quicker: give it back its lock
    return true;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EEXIST') return true;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // it runs, and is another user's
  }
}

function touch(lock) {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {
    // Somebody took it for abandoned (this process slept for a minute): npm itself copes with two at once.
  }
}

function releaseOwn(lock, me) {
  try {
    if (readFileSync(lock, 'utf8') === me) rmSync(lock, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
