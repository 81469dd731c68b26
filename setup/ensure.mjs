// Set-up alone, for scripts that go on with the pinned Node: it is on their PATH once this has ended.
import { ensureSetUp } from './set-up.mjs';

await ensureSetUp();
