// npm's `prepare` step: after a plain `npm ci` or `npm install` in the clone, set-up finds its work done.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stampSetUp } from './set-up.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
if (existsSync(new URL('../node_modules', import.meta.url))) stampSetUp(root);
